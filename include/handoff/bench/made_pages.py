"""Pages of HubSpot's API made from a few ready pieces, so that making them costs next to nothing.

A page differs from the next in its ids and its cursor alone; each of a handful of records has 50
properties of a realistic length, and contacts and deals have their histories.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import orjson

PROPERTIES = 50
_VARIANTS = 20
_ID = "@@@@@@@@@@"
_WORDS = (
    "marketing", "qualified", "lead", "from", "the", "spring", "campaign", "in", "Köln", "with",
    "two", "calls",
)  # fmt: skip


@dataclass(frozen=True)
class MadeObject:
    """One object of the account: its records are numbered from `first`. history: as in its list."""

    name: str
    first: int
    records: int
    history: tuple[str, ...] = ()

    @property
    def page_size(self) -> int:
        """The largest page that HubSpot gives of it."""
        return 50 if self.history else 100


def made_objects(records: int) -> dict[str, MadeObject]:
    """So many records in all, spread evenly over the objects that hold most of an account."""
    histories = {
        "contacts": ("lifecyclestage", "hs_lead_status", "hubspot_owner_id"),
        "deals": ("dealstage", "hubspot_owner_id"),
    }
    names = ("contacts", "companies", "deals", "calls", "emails", "meetings", "tasks", "notes")
    each = max(1, records // len(names))
    return {
        name: MadeObject(name, (number + 1) * 1_000_000_000, each, histories.get(name, ()))
        for number, name in enumerate(names)
    }


class MadePages:
    """The bodies of answers about one object."""

    def __init__(self, made: MadeObject) -> None:
        self.made = made
        source = random.Random(made.first)  # noqa: S311 - not for secrets
        self._pieces = [
            orjson.dumps(_record(made, source)).split(_ID.encode()) for _ in range(_VARIANTS)
        ]

    def page(self, after: int, size: int) -> bytes:
        """Records from a place on, and the cursor of the place after them."""
        end = min(after + size, self.made.records)
        ids = range(self.made.first + after, self.made.first + end)
        return self.records([b"%d" % id_ for id_ in ids], _paging(end, end < self.made.records))

    def records(self, ids: list[bytes], tail: bytes = b"") -> bytes:
        """Records by id, as a batch gives them."""
        pieces, kinds = self._pieces, len(self._pieces)
        rows = [id_.join(pieces[number % kinds]) for number, id_ in enumerate(ids)]
        return b'{"results":[' + b",".join(rows) + b"]" + tail + b"}"

    def found(self, last_id: int, size: int) -> bytes:
        """Ids after an id, as a search gives them."""
        made = self.made
        start = max(last_id + 1, made.first)
        end = min(start + size, made.first + made.records)
        rows = [
            b'{"id":"%d","properties":{"hs_object_id":"%d"}}' % (n, n) for n in range(start, end)
        ]
        left = made.first + made.records - start
        tail = b',"total":%d' % left + _paging(size, end < made.first + made.records)
        return b'{"results":[' + b",".join(rows) + b"]" + tail + b"}"


def links(ids: list[bytes], to: MadeObject) -> bytes:
    """One link of each id, as a batch of associations gives them."""
    kind = b'"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]'
    rows = [
        b'{"from":{"id":"%b"},"to":[{"toObjectId":%d,%b}]}'
        % (id_, to.first + number % to.records, kind)
        for number, id_ in enumerate(ids)
    ]
    return b'{"status":"COMPLETE","results":[' + b",".join(rows) + b"]}"


def _paging(after: int, has_more: bool) -> bytes:
    return b',"paging":{"next":{"after":"%d"}}' % after if has_more else b""


def _record(made: MadeObject, source: random.Random) -> dict[str, object]:
    at = f"2025-0{source.randint(1, 9)}-1{source.randint(0, 9)}T08:15:30.123Z"
    modified = "lastmodifieddate" if made.name == "contacts" else "hs_lastmodifieddate"
    properties = {"hs_object_id": _ID, modified: at, "createdate": at}
    while len(properties) < PROPERTIES:
        words = " ".join(source.choices(_WORDS, k=source.randint(1, 6)))
        properties[f"hs_made_property_{len(properties)}"] = words
    record: dict[str, object] = {
        "id": _ID,
        "properties": properties,
        "createdAt": at,
        "updatedAt": at,
        "archived": False,
        "url": f"https://app.hubspot.com/contacts/1/record/0-1/{_ID}",
    }
    if made.history:
        change = {"value": "made", "timestamp": at, "sourceType": "CRM_UI", "sourceId": "userId:1"}
        record["propertiesWithHistory"] = {name: [change] * 3 for name in made.history}
    return record
