"""Small random histories: a few contacts and deals that have to do with each other.

What is drawn lies where rules meet: ties, midnight of the reporting zone, days on which clocks
change, gaps of the stale limit to the second, values that nothing maps, changes by automation.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from records import (
    SALESFORCE,
    Change,
    ContactRecord,
    DealRecord,
    Link,
    Pipeline,
    Portal,
    Rules,
    SourceRules,
    id_number,
)

ZONE = ZoneInfo("Europe/Berlin")
AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
STALE = timedelta(days=180)
SALES, MARKETER, PROGRAM = 201, 301, 401

_LIFECYCLE = {
    "subscriber": "new",
    "lead": "engaged",
    "marketingqualifiedlead": "mql",
    "salesqualifiedlead": "sql",
    "opportunity": "opportunity",
    "customer": "won",
}
_LEAD_STATUS = {
    "new": "new",
    "open": "accepted",
    "connected": "accepted",
    "open_deal": "opportunity",
    "unqualified": "disqualified",
    "bad_timing": "recycled",
    "gone": "lost",
}
_PIPELINES = {
    "default": Pipeline(
        True,
        "opportunity",
        {
            "appointmentscheduled": "opportunity",
            "contractsent": "opportunity",
            "closedwon": "won",
            "closedlost": "lost",
        },
    ),
    "inbound": Pipeline(
        True,
        "sql",
        {
            "triage": "sql",
            "proposal": "opportunity",
            "unfit": "disqualified",
            "later": "recycled",
            "closedwon": "won",
            "closedlost": "lost",
        },
    ),
    "renewals": Pipeline(False, "opportunity", {}),
}
_SOURCE = SourceRules(
    {"lifecyclestage": _LIFECYCLE, "hs_lead_status": _LEAD_STATUS},
    _PIPELINES,
    frozenset({"CRM_UI", "MOBILE_IOS"}),
    frozenset({SALES}),
    SALESFORCE,
)
_SALES_CRM = SourceRules(
    {
        "Status": {
            "open": "new",
            "mql": "mql",
            "working": "accepted",
            "qualified": "sql",
            "nurture": "recycled",
            "unqualified": "disqualified",
        },
        "IsConverted": {"true": "sql"},
    },
    {
        "default": Pipeline(
            True,
            "opportunity",
            {"prospecting": "opportunity", "closed won": "won", "closed lost": "lost"},
        )
    },
    frozenset({"Standard"}),
    frozenset({SALES}),
)
RULES = Rules(
    {
        "hubspot": _SOURCE,
        # Its leads go back to nurture by way of the lifecycle stage.
        "acquired": replace(
            _SOURCE,
            contact_stages={
                "lifecyclestage": {**_LIFECYCLE, "lead": "recycled"},
                "hs_lead_status": _LEAD_STATUS,
            },
        ),
        SALESFORCE: _SALES_CRM,
    },
    frozenset({"info", "sales"}),
    ZONE,
    STALE,
    AS_OF,
    # An opportunity counts wherever it is told, and the acquired portal overrules nobody but once.
    {
        "mql": ("hubspot", SALESFORCE),
        "accepted": (SALESFORCE, "hubspot"),
        "sql": (SALESFORCE, "acquired", "hubspot"),
        "won": (SALESFORCE, "hubspot"),
        "disqualified": (SALESFORCE, "hubspot"),
    },
)
SOURCES = tuple(RULES.sources)

_LIFECYCLE_DRAWN = {
    "marketingqualifiedlead": 9,
    "MarketingQualifiedLead ": 2,
    "salesqualifiedlead": 4,
    "opportunity": 3,
    "customer": 3,
    "lead": 2,
    "subscriber": 1,
    "other": 1,
    "": 1,
}
_LEAD_STATUS_DRAWN = {
    "OPEN": 3,
    "CONNECTED": 2,
    "OPEN_DEAL": 2,
    "UNQUALIFIED": 2,
    "BAD_TIMING": 2,
    "GONE": 2,
    "NEW": 1,
    "PARKED": 1,
    "": 1,
}
_DEAL_STAGES_DRAWN = {
    "default": {
        "appointmentscheduled": 2,
        "contractsent": 3,
        "closedwon": 3,
        "closedlost": 4,
        "limbo": 1,
    },
    "inbound": {
        "triage": 1,
        "proposal": 3,
        "unfit": 1,
        "later": 1,
        "closedwon": 2,
        "closedlost": 2,
    },
    "renewals": {"closedwon": 1},
}
_OPPORTUNITY_STAGES_DRAWN = {"Prospecting": 3, "Closed Won": 3, "Closed Lost": 3, "Parked": 1}
_STATUS_DRAWN = {
    "MQL": 3,
    "Working": 4,
    " qualified": 2,
    "Nurture": 2,
    "Unqualified": 2,
    "Open": 1,
    "Parked": 1,
}
# What changes: some histories are about contacts, some about several deals at a time.
_KINDS = (
    {"lifecycle": 6, "status": 4, "new deal": 2, "deal": 4},
    {"lifecycle": 6, "status": 4, "new deal": 2, "deal": 4},
    {"lifecycle": 4, "status": 1, "new deal": 5, "deal": 8},
)
_CHANGE_SOURCES = {
    ("CRM_UI", SALES): 6,
    ("MOBILE_IOS", SALES): 1,
    ("CRM_UI", MARKETER): 1,
    ("AUTOMATION_PLATFORM", None): 2,
    ("INTEGRATION", SALES): 1,
}
_SALES_CRM_CHANGES_BY = {SALES: 5, MARKETER: 1, PROGRAM: 2}
# Days on which Berlin's clocks change, and one on which they do not.
_DAYS = ((2024, 10, 27), (2025, 3, 30), (2025, 6, 11), (2025, 10, 26), (2026, 3, 29), (2026, 1, 7))


@dataclass(frozen=True)
class History:
    """Contacts and deals that touch no other history. seed and number find it again."""

    seed: int
    number: int
    contacts: tuple[ContactRecord, ...]
    deals: tuple[DealRecord, ...]

    @property
    def first_id(self) -> int:
        """Every record of a history has one of the ten ids from here on."""
        return first_id(self.number)


def first_id(number: int) -> int:
    """Ids have the same length, so they sort alike as numbers and as text."""
    return 1_000_000 + 10 * number


def number_of(record_id: str) -> int:
    """The number of the history that a record is of."""
    return (id_number(record_id) - 1_000_000) // 10


def as_portal(histories: Sequence[History]) -> Portal:
    """All histories side by side."""
    return Portal(
        tuple(contact for history in histories for contact in history.contacts),
        tuple(deal for history in histories for deal in history.deals),
    )


def random_histories(seed: int, count: int) -> list[History]:
    """The histories of a seed."""
    return [_Draw(seed, number).history() for number in range(count)]


def _weighted(rng: random.Random, weights: dict[Any, int]) -> Any:
    return rng.choices(list(weights), list(weights.values()))[0]


class _Draw:
    """Draws one history: time runs forward, and each step changes one record."""

    def __init__(self, seed: int, number: int) -> None:
        self.seed, self.number = seed, number
        self.rng = random.Random(seed * 1_000_003 + number)  # noqa: S311 -- test data
        self.contacts: list[ContactRecord] = []
        self.deals: list[DealRecord] = []
        self.at = self._start()
        self.kinds = self.rng.choice(_KINDS)
        self.pace = self.rng.choice(("near", "near", "far", "any"))

    def history(self) -> History:
        self._draw_contacts()
        for _ in range(self.rng.randint(2, 11)):
            self._change_something()
            self.at = min(self._next_instant(), AS_OF)
        self._copy_history_to_survivors()
        self._date_records()
        self._link_deals()
        return History(self.seed, self.number, tuple(self.contacts), tuple(self.deals))

    def _start(self) -> datetime:
        year, month, day = self.rng.choice(_DAYS)
        hour, minute = self.rng.choice(((0, 0), (1, 59), (2, 30), (9, 0), (22, 0), (23, 59)))
        return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)

    def _next_instant(self) -> datetime:
        near = {"tie": 3, "minutes": 4, "hours": 5, "midnight": 3, "day": 2}
        far = {"days": 4, "stale": 4, "stale at the end": 1, "months": 1}
        kinds = {"near": near | {"days": 1, "stale": 1}, "far": far | {"tie": 1, "hours": 2}}
        kind = _weighted(self.rng, kinds.get(self.pace, near | far))
        second = timedelta(seconds=self.rng.choice((-1, 0, 0, 1)))
        if kind == "tie":
            return self.at
        if kind == "midnight":
            tomorrow = self.at.astimezone(ZONE).date() + timedelta(days=1)
            midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZONE)
            return max(self.at, midnight.astimezone(UTC) + second)
        if kind == "stale":
            return self.at + STALE + second
        if kind == "stale at the end":
            return max(self.at, AS_OF - STALE + second)
        lengths = {
            "minutes": timedelta(minutes=self.rng.randint(1, 50)),
            "hours": timedelta(hours=self.rng.randint(1, 9)),
            "day": timedelta(days=1),
            "days": timedelta(days=self.rng.randint(1, 40)),
            "months": timedelta(days=self.rng.randint(60, 200)),
        }
        return self.at + lengths[kind]

    def _draw_contacts(self) -> None:
        """One contact, or several by one of the ways in which records are one person or not."""
        way = _weighted(
            self.rng,
            {
                "alone": 10,
                "twin": 3,
                "two portals": 3,
                "archived": 2,
                "merged": 2,
                "chain": 2,
                "role": 1,
                "strangers": 3,
                "empty": 1,
                "lead by id": 4,
                "converted": 4,
                "lead by mail": 2,
                "one lead of two": 2,
                "never landed": 2,
                "linked loser": 2,
            },
        )
        mail = f"person{self.number}@customer.example"
        other = f"other{self.number}@customer.example"
        match way:
            case "alone":
                self._contact(0, mail)
            case "twin":
                self._contact(0, mail)
                self._contact(1, f" {mail.upper()} ")
            case "two portals":
                self._contact(0, mail)
                self._contact(1, mail.title(), source="acquired")
            case "archived":
                self._contact(0, mail, archived_at=AS_OF)
                self._contact(1, mail)
            case "merged":
                self._contact(0, other)
                self._contact(1, mail, merged=(0,))
            case "chain":
                self._contact(0, other)
                self._contact(1, None, merged=(0,))
                self._contact(2, mail, merged=self.rng.choice(((1,), (0, 1))))
                if self.rng.random() < 0.5:
                    self._contact(3, other)
            case "role":
                self._contact(0, f"info@firm{self.number}.example")
                self._contact(1, f"INFO@firm{self.number}.example")
            case "strangers":
                self._contact(0, mail)
                self._contact(1, other)
            case "empty":
                self._contact(0, "")
                self._contact(1, None)
            case "lead by id":
                self._contact(0, mail, named=(("leads", 1),))
                self._contact(1, self.rng.choice((mail, other, None)), name="leads")
            case "converted":
                named = self.rng.choice(((("leads", 1),), (("leads", 1), ("contacts", 2))))
                self._contact(0, mail, named=named)
                self._contact(1, other, name="leads", became=2)
                self._contact(2, self.rng.choice((other, None)), name="contacts")
            case "lead by mail":
                self._contact(0, mail)
                self._contact(1, f"{mail} ", name="leads", became=self.rng.choice((None, 5)))
            case "one lead of two":
                self._contact(0, mail, named=(("leads", 2),))
                self._contact(1, other, source="acquired", named=(("leads", 2),))
                self._contact(2, self.rng.choice((other, None)), name="leads")
            case "never landed":
                self._contact(0, mail, named=(("contacts", 9),))
                self._contact(1, other, source="acquired", named=(("contacts", 9),))
                self._contact(2, None, name="leads", became=self.rng.choice((9, None)))
            case "linked loser":
                self._contact(0, other, named=(("leads", 2),))
                self._contact(1, f"info@firm{self.number}.example", merged=(0,))
                self._contact(2, mail, name="leads")
                self._contact(3, mail, name="leads", merged=self.rng.choice(((), (2,))))

    def _contact(
        self,
        place: int,
        email: str | None,
        *,
        source: str | None = None,
        merged: tuple[int, ...] = (),
        archived_at: datetime | None = None,
        name: str | None = None,
        named: tuple[tuple[str, int], ...] = (),
        became: int | None = None,
    ) -> None:
        """A record; one whose name is said is of Salesforce. Other records are told by place."""
        if name is not None:
            source = SALESFORCE
        if source is None:
            source = self.contacts[0].source_id if self.contacts else self._source()
        base = first_id(self.number)
        self.contacts.append(
            ContactRecord(
                source,
                base + place,
                email,
                {},
                tuple(base + other for other in merged),
                archived_at,
                name or "contacts",
                named=tuple((what, base + other) for what, other in named),
                became=None if became is None else base + became,
            )
        )

    def _source(self) -> str:
        return self.rng.choice(("hubspot", "hubspot", "hubspot", "acquired"))

    def _change_something(self) -> None:
        kind = _weighted(self.rng, self.kinds)
        if kind == "deal" and self.deals:
            self._move_deal()
        elif kind == "new deal" and len(self.deals) < 4:
            self._new_deal()
        else:
            self._set(kind)

    def _set(self, kind: str) -> None:
        place = self.rng.randrange(len(self.contacts))
        contact = self.contacts[place]
        if contact.source_id == SALESFORCE and contact.name == "contacts":
            return  # Salesforce keeps no history of contacts that could tell a stage.
        if contact.became is not None and "IsConverted" not in contact.values and kind == "status":
            name, value = "IsConverted", "true"
        elif contact.source_id == SALESFORCE:
            name, value = "Status", _weighted(self.rng, _STATUS_DRAWN)
        elif kind == "status":
            name, value = "hs_lead_status", _weighted(self.rng, _LEAD_STATUS_DRAWN)
        else:
            name, value = "lifecyclestage", _weighted(self.rng, _LIFECYCLE_DRAWN)
        entries = contact.values.get(name, ())
        is_repeated = bool(entries) and entries[-1].value == value
        # No property is set to one value twice at one instant.
        if is_repeated and (entries[-1].at == self.at or self.rng.random() < 0.7):
            return
        values = {**contact.values, name: (*entries, self._change(value, contact.source_id))}
        self.contacts[place] = replace(contact, values=values)

    def _change(self, value: str, source_id: str) -> Change:
        if source_id == SALESFORCE:
            user_id = _weighted(self.rng, _SALES_CRM_CHANGES_BY)
            kind = "AutomatedProcess" if user_id == PROGRAM else "Standard"
            return Change(self.at, value, kind, user_id)
        source, user_id = _weighted(self.rng, _CHANGE_SOURCES)
        return Change(self.at, value, source, user_id)

    def _new_deal(self) -> None:
        pipeline = _weighted(self.rng, {"default": 8, "inbound": 3, "renewals": 1})
        source = self.rng.choice([contact.source_id for contact in self.contacts])
        if source == SALESFORCE:
            pipeline = "default"
        known = [
            one.record_id
            for one in self.contacts
            if one.source_id == source and one.name == "contacts"
        ]
        self.rng.shuffle(known)
        linked = known[: _weighted(self.rng, {0: 1, 1: 8, 2: 6})]
        has_primary = self.rng.random() < 0.4
        links = tuple(Link(one, has_primary and place == 0) for place, one in enumerate(linked))
        stages = self._stages_drawn(source, pipeline)
        first = next(iter(stages))
        if self.rng.random() < 0.2:
            first = _weighted(self.rng, stages)
        record_id = first_id(self.number) + len(self.deals)
        self.deals.append(
            DealRecord(source, record_id, pipeline, self.at, (self._change(first, source),), links)
        )

    def _stages_drawn(self, source: str, pipeline: str) -> dict[str, int]:
        return _OPPORTUNITY_STAGES_DRAWN if source == SALESFORCE else _DEAL_STAGES_DRAWN[pipeline]

    def _move_deal(self) -> None:
        place = self.rng.randrange(len(self.deals))
        deal = self.deals[place]
        value = _weighted(self.rng, self._stages_drawn(deal.source_id, deal.pipeline))
        if deal.stages[-1].value != value:
            stages = (*deal.stages, self._change(value, deal.source_id))
            self.deals[place] = replace(deal, stages=stages)

    def _date_records(self) -> None:
        """Some records were made, and some archived, in the course of the history."""
        instants = [
            change.at
            for contact in self.contacts
            for entries in contact.values.values()
            for change in entries
        ]
        instants += [change.at for deal in self.deals for change in deal.stages]
        # Salesforce puts a merged record into the bin, which is not what archived means.
        merged = {one for contact in self.contacts for one in contact.merged_ids}
        for place, contact in enumerate(self.contacts):
            if instants and self.rng.random() < 0.5:
                made = self.rng.choice(instants)
                gone = self.rng.choice((None, None, None, made, self.rng.choice(instants)))
                if contact.record_id in merged:
                    gone = None
                archived_at = contact.archived_at or (gone and max(made, gone))
                self.contacts[place] = replace(contact, created_at=made, archived_at=archived_at)

    def _link_deals(self) -> None:
        """Deals of HubSpot hold the id of an opportunity, which may not have landed."""
        known = [deal.record_id for deal in self.deals if deal.source_id == SALESFORCE]
        for place, deal in enumerate(self.deals):
            if deal.source_id != SALESFORCE and self.rng.random() < 0.5:
                named = self.rng.choice([*known, *known, first_id(self.number) + 9])
                self.deals[place] = replace(deal, named=named)

    def _copy_history_to_survivors(self) -> None:
        """A CRM may show the history of a merged record on its survivor too."""
        for place, contact in enumerate(self.contacts):
            is_copying = contact.source_id != SALESFORCE
            if contact.merged_ids and is_copying and self.rng.random() < 0.5:
                losers = [one for one in self.contacts if one.record_id in contact.merged_ids]
                values = {}
                for name in RULES.sources[contact.source_id].contact_stages:
                    told = {
                        (change.at, change.value): change
                        for one in (contact, *losers)
                        for change in one.values.get(name, ())
                    }
                    values[name] = tuple(told[key] for key in sorted(told))
                self.contacts[place] = replace(contact, values=values)
