"""Edits of an account by its people and programs, over its API; restoring has none."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from small_account import FIRST_IDS, OWN_PROPERTIES, definition, instant, values_of

from handoff.sandbox.server import RunningSandbox
from handoff.sandbox.server.hubspot.portal_state import PortalState

OBJECTS = "/crm/objects/2026-09"
_NAMES = tuple(FIRST_IDS)
_OFTEN = ("contacts", "contacts", "contacts", "deals", "companies", *_NAMES)
_LINKED = {
    "contacts": ("companies",),
    "deals": ("contacts", "companies"),
    **dict.fromkeys(("calls", "emails", "meetings", "tasks", "notes"), ("contacts", "deals")),
}
_NEW_VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "contacts": {
        "lifecyclestage": ("lead", "marketingqualifiedlead", "salesqualifiedlead", "customer", ""),
        "hs_lead_status": ("NEW", "OPEN", "UNQUALIFIED", ""),
        "jobtitle": ("Clerk", "Head of\nnothing", "", "=1+1", "日本"),
        "hubspot_owner_id": ("900", "901", "902", ""),
        "numberofemployees": ("7", "12000", ""),
        "use_case": ("Routing", "n/a", ""),
        "country": ("France", "Österreich", ""),
    },
    "companies": {
        "industry": ("SOFTWARE", ""),
        "numberofemployees": ("40", ""),
        "name": ('Quote "and" comma, Ltd', "Renamed"),
        "annualrevenue": ("1000000", "12.5", ""),
    },
    "deals": {
        "dealstage": ("contractsent", "closedwon", "closedlost", "qualifiedtobuy"),
        "amount": ("10", "99999.99", ""),
        "closed_lost_reason": ("Price", "", "No decision"),
        "closedate": ("2025-06-30T00:00:00.000Z", ""),
    },
    "calls": {"hs_call_title": ("Called back", ""), "hs_call_direction": ("INBOUND",)},
    "emails": {"hs_email_subject": ("Re: again", "")},
    "meetings": {"hs_meeting_outcome": ("CANCELED", "COMPLETED")},
    "tasks": {
        "hs_task_status": ("COMPLETED", "NOT_STARTED"),
        "hs_task_completion_date": ("2025-03-20T10:00:00.000Z", ""),
    },
    "notes": {"hs_note_body": ("Other words", "")},
}


class AccountEditor:
    """Does what a step says to records that its seed draws. erased: ids of contacts erased."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        if sandbox.portal is None:
            raise ValueError("the server's state is needed: run the sandbox in this process")
        self._sandbox = sandbox
        self.state: PortalState = sandbox.portal
        self.erased: set[int] = set()
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
            "merge": self._merge,
            "archive": self._archive,
            "restore": self._restore,
            "erase": self._erase,
            "link": self._link,
            "unlink": self._unlink,
            "add a property": self._add_property,
            "remove a property": self._remove_property,
            "retype a property": self._retype_property,
        }[kind](random)

    def _live(self, name: str) -> list[int]:
        ids: list[int] = self.state.stores[name].view(archived=False).tolist()
        return ids

    def _draw(self, random: Random, name: str) -> int | None:
        """One of the live records, mostly of the few that others have changed too."""
        ids = self._live(name)
        if not ids:
            return None
        some = ids[:6] + ids[-4:] if random.random() < 0.8 else ids
        return random.choice(some)

    def _values(self, random: Random, name: str) -> dict[str, str]:
        own = dict.fromkeys(OWN_PROPERTIES.get(name, ()), ("37", "thirty-eight", ""))
        choices = _NEW_VALUES[name] | own
        known = self.state.stores[name].known
        names = random.sample(sorted(choices), k=min(len(choices), random.randint(1, 3)))
        return {one: random.choice(choices[one]) for one in names if one in known}

    def _call(self, method: str, path: str, body: dict[str, Any], random: Random) -> Any:
        source = random.choice(("CRM_UI", "INTEGRATION", "AUTOMATION_PLATFORM"))
        user = random.choice((500, 501)) if source == "CRM_UI" else None
        return self._sandbox.call(method, path, body, source=source, user=user)

    def _create(self, random: Random) -> None:
        name = random.choice(_OFTEN)
        self._made += 1
        body = {"properties": {**values_of(name, self._made), **self._values(random, name)}}
        made = self._call("POST", f"{OBJECTS}/{name}", body, random)
        for target in _LINKED.get(name, ()):
            other = self._draw(random, target)
            if other is not None and random.random() < 0.7:
                self._put_link(name, int(made["id"]), target, other)

    def _edit(self, random: Random) -> None:
        name = random.choice(_OFTEN)
        record = self._draw(random, name)
        if record is not None:
            body = {"properties": self._values(random, name)}
            self._call("PATCH", f"{OBJECTS}/{name}/{record}", body, random)

    def _edit_many(self, random: Random) -> None:
        name = random.choice(("contacts", "contacts", "deals"))
        ids = self._live(name)
        values = self._values(random, name)
        inputs = [{"id": str(one), "properties": values} for one in ids if random.random() < 0.6]
        for start in range(0, len(inputs), 100):
            body = {"inputs": inputs[start : start + 100]}
            self._call("POST", f"{OBJECTS}/{name}/batch/update", body, random)

    def _merge(self, random: Random) -> None:
        name = random.choice(("contacts", "contacts", "contacts", "companies", "deals"))
        survivor, loser = self._draw(random, name), self._draw(random, name)
        if survivor is not None and loser is not None and survivor != loser:
            body = {"primaryObjectId": str(survivor), "objectIdToMerge": str(loser)}
            self._call("POST", f"{OBJECTS}/{name}/merge", body, random)

    def _archive(self, random: Random) -> None:
        name = random.choice(_OFTEN)
        record = self._draw(random, name)
        if record is not None:
            self._sandbox.call("DELETE", f"{OBJECTS}/{name}/{record}")

    def _restore(self, random: Random) -> None:
        """Out of the recycle bin, as a person can in HubSpot's pages; no API does it."""
        archived = [
            (name, int(one))
            for name in _NAMES
            for one in self.state.stores[name].view(archived=True).tolist()
        ]
        if archived:
            name, record_id = random.choice(archived)
            store = self.state.stores[name]
            record = store.take(record_id)
            record.archived, record.archived_at = False, None
            record.updated_at = max(instant(self.state.now()), record.updated_at)
            record.properties[store.kind.modified] = record.updated_at
            store.put(record)

    def _erase(self, random: Random) -> None:
        archived: list[int] = self.state.stores["contacts"].view(archived=True).tolist()
        record = self._draw(random, "contacts")
        if archived and random.random() < 0.3:
            record = random.choice(archived)
        if record is not None:
            self.erased.add(record)
            path = f"{OBJECTS}/contacts/gdpr-delete"
            self._sandbox.call("POST", path, {"objectId": str(record)})

    def _link(self, random: Random) -> None:
        name = random.choice(sorted(_LINKED))
        target = random.choice(_LINKED[name])
        record, other = self._draw(random, name), self._draw(random, target)
        if record is not None and other is not None:
            self._put_link(name, record, target, other)

    def _put_link(self, name: str, record: int, target: str, other: int) -> None:
        path = f"{OBJECTS}/{name}/{record}/associations/default/{target}/{other}"
        self._sandbox.call("PUT", path)

    def _unlink(self, random: Random) -> None:
        name = random.choice(sorted(_LINKED))
        target = random.choice(_LINKED[name])
        links = self.state.links
        linked = [
            (record, other)
            for record in self._live(name)
            for other, _ in links.of(name, target, record)
        ]
        if linked:
            record, other = random.choice(linked)
            path = f"{OBJECTS}/{name}/{record}/associations/{target}/{other}"
            self._sandbox.call("DELETE", path)

    def _add_property(self, random: Random) -> None:
        name = random.choice(("contacts", "companies", "deals"))
        prop = f"added_{random.randrange(1000)}"
        self.state.definitions[name][prop] = definition(name, prop)
        self.state.stores[name].known.add(prop)

    def _remove_property(self, random: Random) -> None:
        name = random.choice(("contacts", "companies"))
        prop = random.choice(OWN_PROPERTIES[name])
        self.state.definitions[name].pop(prop, None)
        self.state.stores[name].known.discard(prop)

    def _retype_property(self, random: Random) -> None:
        name, prop = random.choice(
            (("contacts", "numberofemployees"), ("contacts", "shoe_size"), ("deals", "amount"))
        )
        kind = random.choice(("string", "number", "enumeration"))
        if prop in self.state.definitions[name]:
            self.state.definitions[name][prop] = definition(name, prop, kind)
        record = self._draw(random, name)
        if record is not None and prop in self.state.stores[name].known:
            body = {"properties": {prop: random.choice(("about 50", "51"))}}
            self._call("PATCH", f"{OBJECTS}/{name}/{record}", body, random)
