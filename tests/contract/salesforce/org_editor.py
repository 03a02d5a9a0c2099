"""What people, programs and Salesforce itself do to an organization, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from salesforce_case import SIZES

from handoff.sandbox.server import RunningSandbox
from handoff.sandbox.server.salesforce.org import Organization

DATA = "/services/data/v66.0"
_PEOPLE = ("leads", "leads", "leads", "contacts")
_EDITED = (*_PEOPLE, "deals", "deals", "companies", "tasks", "meetings", "campaign_members")
_NEW_VALUES: dict[str, dict[str, tuple[Any, ...]]] = {
    "leads": {
        "Status": ("New", "Working", "Disqualified", None),
        "Title": ("Clerk", "Head of\nnothing", 'Quote " and, comma', "#N/A", "日本 😀", None),
        "AnnualRevenue": (0, 0.5, 12.25, 25_000_000, 1e-4, None),
        "NumberOfEmployees": (1, 4_000_000_000, None),
        "Use_Case__c": ("Routing", "", "null"),
    },
    "contacts": {"Title": ("Clerk", None), "MailingCountry": ("Österreich", "France")},
    "companies": {"Name": ('Quote "and" comma, Ltd', "Renamed"), "AnnualRevenue": (1e9, None)},
    "deals": {
        "StageName": ("Prospecting", "Closed Won", "Closed Lost", "Negotiation"),
        "Amount": (10, 99_999.99, 123_456_789.5, None),
        "CloseDate": ("2025-12-31", "2026-02-28"),
        "Loss_Reason__c": ("Price", None),
    },
    "tasks": {"Status": ("Completed", "In Progress"), "Subject": ("Call", None)},
    "meetings": {"Subject": ("Demo", "Again")},
    "campaign_members": {"Status": ("Sent", "Responded"), "HasResponded": (True, False)},
}


class OrgEditor:
    """Does one thing after another to records that its seed draws.

    at: where the organization's clock stands. Nothing happens where there is no record for it.
    """

    def __init__(self, sandbox: RunningSandbox, seed: int) -> None:
        self._sandbox = sandbox
        self._org: Organization = sandbox.crm("salesforce")
        self._random = Random(seed)  # noqa: S311 -- not for secrets
        self._made = 0
        # Of those that are erased there may be few: more at once are taken for a fault.
        self._erasures_left = 4

    def at(self, now: datetime) -> None:
        self._org.state.now = lambda: now

    def play(self, count: int, earliest: datetime) -> None:
        """So many things, at instants between the earliest and the clock's."""
        now = self._org.state.now()
        for _ in range(count):
            kind = self._random.choice(self._kinds)
            seconds = (now - earliest).total_seconds() * self._random.random()
            kind(self, (earliest + timedelta(seconds=seconds)).isoformat())

    def _create(self, at: str) -> None:
        self._made += 1
        body: dict[str, Any] = {
            "LastName": f"Made {self._made}",
            "Company": "Made, Ltd",
            "Email": f"made{self._made}@example.com",
        }
        self._call("POST", f"{DATA}/sobjects/Lead", {**body, **self._values("leads")}, at)

    def _edit(self, at: str) -> None:
        name = self._random.choice(_EDITED)
        for record_id in self._draw(name, 1):
            self._call("PATCH", self._path(name, record_id), self._values(name), at)

    def _edit_many(self, at: str) -> None:
        """One stamp for all of them, which no user's edit moves."""
        name = self._random.choice(_EDITED)
        body = {"ids": self._draw(name, 25), "values": self._values(name)}
        self._play("system-edit", {"sobject": _sobject(name), **body}, at)

    def _delete(self, at: str) -> None:
        name = self._random.choice(_EDITED)
        for record_id in self._draw(name, 1):
            self._call("DELETE", self._path(name, record_id), None, at)

    def _undelete(self, at: str) -> None:
        binned = sorted(self._org.state.deleted_at)
        for record_id in self._random.sample(binned, k=min(1, len(binned))):
            self._play("undelete", {"ids": [record_id]}, at)

    def _erase(self, at: str) -> None:
        if self._erasures_left:
            self._erasures_left -= 1
            for record_id in self._draw(self._random.choice(("leads", "tasks")), 1):
                self._play("erase", {"ids": [record_id]}, at)

    def _merge(self, at: str) -> None:
        name = self._random.choice((*_PEOPLE, "companies"))
        master, *losers = self._draw(name, self._random.choice((2, 3))) or [""]
        if losers:
            body = {"sobject": _sobject(name), "master": master, "losers": losers}
            self._play("merge", body, at)

    def _convert(self, at: str) -> None:
        leads = self._draw("leads", 1)
        opportunity = self._random.choice((None, {"Amount": 500}))
        for lead in leads:
            if not self._org.state.records["Lead"][lead].get("IsConverted"):
                self._play("convert", {"lead": lead, "opportunity": opportunity}, at)

    def _archive(self, at: str) -> None:
        """Archiving leaves all stamps, so that only a full read tells of it: it comes with one."""
        found = self._draw("tasks", 1)
        self._play("archive", {"sobject": "Task", "ids": found}, at)
        self._play("system-edit", {"sobject": "Task", "ids": found, "values": {}}, at)

    _kinds: tuple[Callable[[OrgEditor, str], None], ...] = (
        *(_edit,) * 6,
        *(_create,) * 3,
        *(_delete,) * 2,
        _edit_many,
        _undelete,
        _erase,
        _merge,
        _convert,
        _archive,
    )

    def _draw(self, name: str, count: int) -> list[str]:
        """Live records, mostly of the few that others have changed too."""
        known = self._org.state.records[_sobject(name)]
        live = [record_id for record_id, record in known.items() if not record.get("IsDeleted")]
        if count == 1 and self._random.random() < 0.6:
            live = live[:5] + live[-5:]
        return self._random.sample(live, k=min(count, len(live)))

    def _values(self, name: str) -> dict[str, Any]:
        choices = _NEW_VALUES[name]
        names = self._random.sample(sorted(choices), k=self._random.randint(1, len(choices)))
        return {one: self._random.choice(choices[one]) for one in names}

    def _path(self, name: str, record_id: str) -> str:
        return f"{DATA}/sobjects/{_sobject(name)}/{record_id}"

    def _call(self, method: str, path: str, body: dict[str, Any] | None, at: str) -> None:
        user = sorted(self._org.state.records["User"])[self._random.randrange(3)]
        self._sandbox.call(method, path, body, user=user, at=at)

    def _play(self, event: str, body: dict[str, Any], at: str) -> None:
        self._call("POST", f"/_sandbox/salesforce/{event}", body, at)


def _sobject(name: str) -> str:
    return SIZES[name][0]
