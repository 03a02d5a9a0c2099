"""What staging has to hold of an account, worked out from the state of its server.

Rows are tuples of text, so that both sides compare; one set a table. Each row begins with the
object and the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from small_account import TRACKED

from handoff.crm.hubspot.objects import OBJECTS
from handoff.sandbox.server.hubspot.portal_state import PortalState
from handoff.sandbox.server.hubspot.record import Record

Row = tuple[str | None, ...]

_ACTIVITIES = {
    "calls": ("call", "hs_call_title"),
    "emails": ("email", "hs_email_subject"),
    "meetings": ("meeting", "hs_meeting_title"),
    "tasks": ("task", "hs_task_subject"),
    "notes": ("note", None),
}
_HELD = ("contacts", "companies", "deals", *_ACTIVITIES)


@dataclass
class ServerTruth:
    """Rows by table, and the ids that must be nowhere.

    erased: people's records that were erased. has_partial_history: a property that never changed
    has no history in the CRM, so that staging has to find its past elsewhere.
    """

    source_id: str
    rows: dict[str, set[Row]] = field(default_factory=dict)
    merged_away: set[tuple[str, str]] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    live: set[tuple[str, str]] = field(default_factory=set)
    has_partial_history: bool = False

    @classmethod
    def of(cls, source_id: str, state: PortalState, erased: set[int]) -> ServerTruth:
        """What a server holds now."""
        truth = cls(source_id)
        records = {name: list(_records(state, name)) for name in _HELD}
        truth.live = {
            (name, str(one.id))
            for name, held in records.items()
            for one in held
            if not one.archived
        }
        survivors = {
            (name, loser): str(one.id)
            for name, held in records.items()
            for one in held
            for loser in _ids(one.properties.get("hs_merged_object_ids"))
        }
        truth.merged_away = set(survivors)
        truth.rows = {
            "person_records": {_person(one) for one in records["contacts"]},
            "deals": {_deal(one) for one in records["deals"]},
            "companies": {_company(one) for one in records["companies"]},
            "activities": {
                _activity(name, one) for name in _ACTIVITIES for one in records[name]
            },
            "property_changes": {
                row for name in ("contacts", "deals") for one in records[name]
                for row in _changes(name, one)
            },
            "merges": {(name, loser, last) for (name, loser), last in survivors.items()},
            "associations": set(_links(state, truth.live)),
        }  # fmt: skip
        truth.erased = {str(one) for one in erased}
        return truth


def _records(state: PortalState, name: str) -> Iterator[Record]:
    store = state.stores[name]
    for record_id in store.ids.tolist():
        record = store.take(record_id)
        # A property that the account has no more is not told any more.
        record.properties = {k: v for k, v in record.properties.items() if k in store.known}
        yield record


def _person(record: Record) -> Row:
    value = record.properties.get
    return (
        "contacts", str(record.id), value("associatedcompanyid"), value("hubspot_owner_id"),
        _folded(value("email")), _folded(value("hs_additional_emails")), value("jobtitle"),
        value("country"), value("industry"), _whole(value("numberofemployees")),
        _flag(record.archived), _at(record.created_at), _at(record.updated_at),
        _at(record.archived_at),
    )  # fmt: skip


def _deal(record: Record) -> Row:
    value = record.properties.get
    return (
        "deals", str(record.id), value("hubspot_owner_id"), value("pipeline"), value("dealstage"),
        _money(value("amount")), _flag(record.archived), _at(value("createdate")),
        _at(value("closedate")),
    )  # fmt: skip


def _company(record: Record) -> Row:
    value = record.properties.get
    return (
        "companies", str(record.id), value("name"), _folded(value("domain")), value("industry"),
        _whole(value("numberofemployees")), _money(value("annualrevenue")), _flag(record.archived),
    )  # fmt: skip


def _activity(name: str, record: Record) -> Row:
    value = record.properties.get
    kind, subject = _ACTIVITIES[name]
    is_task = name == "tasks"
    is_done = is_task and value("hs_task_status") == "COMPLETED"
    completed = value("hs_task_completion_date") or record.updated_at if is_done else None
    return (
        name, str(record.id), kind, value("hubspot_owner_id"),
        value(subject) if subject else None, _flag(record.archived),
        None if is_task else _at(value("hs_timestamp")), _at(completed),
        _at(value("hs_timestamp")) if is_task else None,
    )  # fmt: skip


def _changes(name: str, record: Record) -> Iterator[Row]:
    for prop in {*OBJECTS[name].history, *TRACKED.get(name, ())}:
        for entry in record.history.get(prop, ()):
            user = entry.get("updatedByUserId")
            yield (
                name, str(record.id), prop, entry["value"] or "", _at(entry["timestamp"]),
                entry["sourceType"], None if user is None else str(user),
            )  # fmt: skip


def _links(state: PortalState, live: set[tuple[str, str]]) -> Iterator[Row]:
    """Links between live records, each with its labels."""
    for name in _HELD:
        for target in OBJECTS[name].associations:
            for record_id in state.stores[name].view(archived=False).tolist():
                labels: dict[str, set[str]] = {}
                for other, code in state.links.of(name, target, record_id):
                    label = state.links.types[code].label
                    labels.setdefault(str(other), set()).update([label] if label else [])
                for linked, told in labels.items():
                    if (target, linked) in live:
                        yield (name, str(record_id), target, linked, ", ".join(sorted(told)))


def _ids(text: str | None) -> list[str]:
    return [one for one in (text or "").split(";") if one]


def _folded(text: str | None) -> str | None:
    return (text or "").strip().lower() or None


def _flag(value: bool) -> str:
    return str(value).lower()


def _whole(text: str | None) -> str | None:
    return text if text and text.isdigit() else None


def _money(text: Any) -> str | None:
    try:
        return str(Decimal(text).quantize(Decimal("0.01"))) if text else None
    except InvalidOperation:
        return None


def _at(text: str | None) -> str | None:
    if not text:
        return None
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3]
