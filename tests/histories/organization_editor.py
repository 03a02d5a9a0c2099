"""Edits of a Salesforce organization by its people, its programs and the system itself."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from small_org import USERS, org_values

from handoff.sandbox.server import RunningSandbox
from handoff.sandbox.server.salesforce.org_state import OrgState, Record

_PATH = "/services/data/v66.0"
_OFTEN = ("Lead", "Lead", "Lead", "Contact", "Opportunity", "Account", "Task", "Event")
_MERGED = ("Lead", "Lead", "Contact", "Account")
_NEW_VALUES: dict[str, dict[str, tuple[Any, ...]]] = {
    "Lead": {
        "Status": ("New", "Working", "Nurture", "Unqualified"),
        "Title": ("Clerk", "Head of\nnothing", None, "=1+1", '#N/A, "quoted"'),
        "NumberOfEmployees": (7, 12000, None),
        "Country": ("France", "Österreich", None),
        "OwnerId": USERS,
    },
    "Contact": {"Title": ("Boss", None), "OwnerId": USERS},
    "Account": {"Name": ('Quote "and" comma, Ltd', "Renamed"), "NumberOfEmployees": (40, None)},
    "Opportunity": {
        "StageName": ("Qualification", "Closed Won", "Closed Lost", "Proposal"),
        "Amount": (10, 99999.99, 1_000_000_000.5, None),
        "OwnerId": USERS,
    },
    "Task": {"Status": ("Completed", "Not Started"), "Subject": ("Called\nback", None)},
    "Event": {"Subject": ("Moved",), "StartDateTime": ("2025-03-21T09:30:00.000+0000",)},
}


class OrgEditor:
    """Does what a step says to records that its seed draws.

    erased: ids of people who were deleted for good.
    """

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox
        self.state: OrgState = sandbox.crm("salesforce").state
        self.erased: set[str] = set()
        self._made = 1000

    def at(self, now: datetime) -> None:
        """From here on the CRM's clock stands at this instant."""
        self.state.now = lambda: now

    def play(self, kind: str, random: Random) -> None:
        """Carry out one kind of edit; nothing happens where there is no record for it."""
        {
            "create": self._create,
            "edit": self._edit,
            "edit many at one instant": self._edit_many,
            "convert": self._convert,
            "merge": self._merge,
            "archive": self._delete,
            "restore": self._undelete,
            "erase": self._erase,
            "recalculate": self._recalculate,
            "add a property": self._add_field,
            "remove a property": self._drop_field,
        }[kind](random)

    def _live(self, sobject: str) -> list[Record]:
        return [one for one in self.state.records[sobject].values() if not one.get("IsDeleted")]

    def _draw(self, random: Random, sobject: str) -> Record | None:
        """One of the live records, mostly of the few that others have changed too."""
        live = self._live(sobject)
        if not live:
            return None
        return random.choice(live[:6] + live[-4:] if random.random() < 0.8 else live)

    def _values(self, random: Random, sobject: str) -> dict[str, Any]:
        choices = _NEW_VALUES[sobject]
        names = random.sample(sorted(choices), k=min(len(choices), random.randint(1, 3)))
        return {one: random.choice(choices[one]) for one in names}

    def _call(self, random: Random, method: str, path: str, body: Any) -> Any:
        headers = {"x-sandbox-user": random.choice(USERS)}
        answer = self._sandbox.ask(method, path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _event(self, random: Random, event: str, **body: Any) -> None:
        self._call(random, "POST", f"/_sandbox/salesforce/{event}", body)

    def _create(self, random: Random) -> None:
        sobject = random.choice(_OFTEN)
        self._made += 1
        body = org_values(sobject, self._made) | {
            name: value for name, value in self._values(random, sobject).items() if value
        }
        if sobject in ("Contact", "Opportunity"):
            account = self._draw(random, "Account")
            body |= {"AccountId": account["Id"]} if account else {}
        if sobject in ("Task", "Event"):
            person = self._draw(random, random.choice(("Lead", "Contact")))
            body |= {"WhoId": person["Id"]} if person else {}
        self._call(random, "POST", f"{_PATH}/sobjects/{sobject}", body)

    def _edit(self, random: Random) -> None:
        sobject = random.choice(_OFTEN)
        record = self._draw(random, sobject)
        if record is not None and not record.get("IsConverted"):
            path = f"{_PATH}/sobjects/{sobject}/{record['Id']}"
            self._call(random, "PATCH", path, self._values(random, sobject))

    def _edit_many(self, random: Random) -> None:
        """Many records get one stamp: a person changes a list of them, or the system does."""
        sobject = random.choice(("Lead", "Lead", "Opportunity"))
        some = [
            one["Id"]
            for one in self._live(sobject)
            if random.random() < 0.6 and not one.get("IsConverted")
        ]
        if random.random() < 0.3:
            values: dict[str, Any] = {"Description": f"Noted {random.randrange(100)}"}
            self._event(random, "system-edit", sobject=sobject, ids=some, values=values)
            return
        values = self._values(random, sobject)
        rows = [{"attributes": {"type": sobject}, "id": one, **values} for one in some]
        if rows:
            body = {"allOrNone": False, "records": rows}
            self._call(random, "PATCH", f"{_PATH}/composite/sobjects", body)

    def _convert(self, random: Random) -> None:
        lead = self._draw(random, "Lead")
        if lead is None or lead.get("IsConverted"):
            return
        opened = {"Name": "Converted", "StageName": "Prospecting", "CloseDate": "2025-07-31"}
        opportunity = opened if random.random() < 0.7 else None
        self._event(random, "convert", lead=lead["Id"], opportunity=opportunity)

    def _merge(self, random: Random) -> None:
        sobject = random.choice(_MERGED)
        master, loser = self._draw(random, sobject), self._draw(random, sobject)
        if master is None or loser is None or master["Id"] == loser["Id"]:
            return
        if not master.get("IsConverted") and not loser.get("IsConverted"):
            self._event(random, "merge", sobject=sobject, master=master["Id"], losers=[loser["Id"]])

    def _delete(self, random: Random) -> None:
        sobject = random.choice(_OFTEN)
        record = self._draw(random, sobject)
        if record is not None:
            self._call(random, "DELETE", f"{_PATH}/sobjects/{sobject}/{record['Id']}", None)

    def _undelete(self, random: Random) -> None:
        deleted = [
            one["Id"]
            for sobject in set(_OFTEN)
            for one in self.state.records[sobject].values()
            if one.get("IsDeleted") and not one.get("MasterRecordId")
        ]
        if deleted:
            self._event(random, "undelete", ids=[random.choice(sorted(deleted))])

    def _erase(self, random: Random) -> None:
        sobject = random.choice(("Lead", "Contact"))
        record = self._draw(random, sobject)
        masters = {one.get("MasterRecordId") for one in self.state.records[sobject].values()}
        # Half of a person is not erased: neither the lead of a contact nor the master of a lead.
        is_whole = record is not None and not record.get("IsConverted")
        if record is not None and is_whole and record["Id"] not in masters:
            self.erased.add(record["Id"])
            self._event(random, "erase", ids=[record["Id"]])

    def _recalculate(self, random: Random) -> None:
        """A formula of other records changes: no stamp moves."""
        ids = [one["Id"] for one in self._live("Lead") if random.random() < 0.5]
        values = {"Score__c": float(random.randrange(100))}
        self._event(random, "recalculate", sobject="Lead", ids=ids, values=values)

    def _add_field(self, random: Random) -> None:
        field = {"name": f"Added_{random.randrange(1000)}__c", "type": "string"}
        self._event(random, "put-field", sobject="Lead", field=field)

    def _drop_field(self, random: Random) -> None:
        added = [name for name in self.state.objects["Lead"].fields if name.startswith("Added_")]
        if added:
            self._event(random, "drop-field", sobject="Lead", name=random.choice(sorted(added)))
