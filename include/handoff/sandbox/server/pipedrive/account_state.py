"""Everything a Pipedrive account holds, and edits of it with the traces that they leave."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handoff.errors import SandboxError
from handoff.sandbox.portal import read_records

Row = dict[str, Any]
Id = int | str

# Files of a portal's Pipedrive folder, each line a record as the API returns it.
RECORDS = (
    "persons",
    "organizations",
    "deals",
    "activities",
    "leads",
    "users",
    "pipelines",
    "stages",
)
# Fields whose changes are in a deal's changelog whatever else is edited.
_NOT_TOLD = frozenset({"update_time", "stage_change_time", "custom_fields"})
# The changelog is of version 1, which has other names.
_OLD_NAMES = {"owner_id": "user_id"}
_LINKED_BY = {"persons": "person_id", "organizations": "org_id"}


class AccountState:
    """The account that a folder describes, and what was edited since.

    records: by id within each file. fields: definitions by object (`deal`, `person`, …), from lines
    of `fields.ndjson` with that word as `object`. changelog: entries by deal, oldest first, from
    lines of `deal_changelog.ndjson` with a `deal_id`. now: the instant of an edit.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.records: dict[str, dict[Id, Row]] = {name: {} for name in RECORDS}
        self.fields: dict[str, list[Row]] = {}
        self.changelog: dict[int, list[Row]] = {}

    @classmethod
    def from_folder(cls, folder: Path, now: Callable[[], datetime]) -> AccountState:
        """Read a portal's Pipedrive folder. Raises SandboxError for a broken line."""
        state = cls(now)
        for name, records in state.records.items():
            for place, row in read_records(folder, name):
                records[_wanted(row, "id", place)] = row
        for place, row in read_records(folder, "fields"):
            state.fields.setdefault(_wanted(row, "object", place), []).append(row)
            row.pop("object")
        for place, row in read_records(folder, "deal_changelog"):
            state.changelog.setdefault(int(_wanted(row, "deal_id", place)), []).append(row)
            row.pop("deal_id")
        return state

    def create(self, name: str, values: Row, at: str | None = None) -> Row:
        """A new record."""
        records, instant = self.records[name], self._instant(name, at)
        id_: Id = str(uuid.uuid4()) if name == "leads" else max(map(int, records), default=0) + 1
        row = {
            "id": id_,
            "add_time": instant,
            "update_time": instant,
            **({"status": "open"} if name == "deals" else {}),
            **({"is_archived": False} if name in {"deals", "leads"} else {}),
            **({} if name == "leads" else {"is_deleted": False}),
            **values,
        }
        records[id_] = row
        return row

    def update(
        self, name: str, id_: Id, values: Row, at: str | None = None, user: int | None = None
    ) -> Row:
        """Change fields of a record; those of a deal are told in its changelog."""
        row, instant = self.records[name][id_], self._instant(name, at)
        before = {**row, **(row.get("custom_fields") or {})}
        custom = {**(row.get("custom_fields") or {}), **(values.get("custom_fields") or {})}
        row.update(values)
        if "custom_fields" in values:
            row["custom_fields"] = custom
        row["update_time"] = instant
        if name == "deals":
            if "stage_id" in values:
                row["stage_change_time"] = instant
            if values.get("status") in {"won", "lost"}:
                row[f"{values['status']}_time"] = row["close_time"] = instant
            changed = {**values, **(values.get("custom_fields") or {})}
            self._tell(int(id_), before, changed, instant, user)
        return row

    def delete(self, name: str, id_: Id, at: str | None = None) -> None:
        """Put a record into the bin; a lead is gone at once."""
        if name == "leads":
            self.purge(name, id_)
        else:
            self.update(name, id_, {"is_deleted": True}, at)

    def purge(self, name: str, id_: Id) -> None:
        """Clear a record away for good, as Pipedrive does 30 days after it was deleted."""
        del self.records[name][id_]

    def merge(self, name: str, loser: int, survivor: int, at: str | None = None) -> Row:
        """Merge a record into another, which takes over what was linked to it."""
        linked_by = _LINKED_BY[name]
        for other in ("deals", "activities", "leads", "persons"):
            for row in self.records[other].values():
                key = "organization_id" if (other, linked_by) == ("leads", "org_id") else linked_by
                if row.get(key) == loser:
                    self.update(other, row["id"], {key: survivor}, at)
        taken = self.records[name][loser]
        kept = self.records[name][survivor]
        filled = {key: value for key, value in taken.items() if kept.get(key) in (None, "", [])}
        emails = [*(kept.get("emails") or []), *(taken.get("emails") or [])]
        if emails:
            filled["emails"] = [
                {**one, "primary": place == 0}
                for place, one in enumerate({row["value"]: row for row in emails}.values())
            ]
        self.delete(name, loser, at)
        return self.update(name, survivor, filled, at)

    def _tell(self, deal_id: int, before: Row, values: Row, instant: str, user: int | None) -> None:
        for name, value in values.items():
            if name in _NOT_TOLD or before.get(name) == value:
                continue
            self.changelog.setdefault(deal_id, []).append(
                {
                    "field_key": _OLD_NAMES.get(name, name),
                    "old_value": _text(before.get(name)),
                    "new_value": _text(value),
                    "actor_user_id": user,
                    "time": instant.replace("T", " ").removesuffix("Z"),
                    "change_source": "api" if user is None else "app",
                    "change_source_user_agent": "sandbox",
                    "is_bulk_update_flag": False,
                }
            )

    def _instant(self, name: str, at: str | None) -> str:
        """Now or the instant that is given, as the version that has the record spells it."""
        instant = datetime.fromisoformat(at) if at else self.now()
        text = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        # Leads are of version 1 alone, which has no zone in its texts: they are UTC.
        return f"{text[:-1]}.000Z" if name == "leads" else text


def _wanted(row: Row, key: str, place: str) -> Any:
    if row.get(key) in (None, ""):
        raise SandboxError(
            f"{place} has no {key}", fix="compare it with Pipedrive's answer for this object"
        )
    return row[key]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
