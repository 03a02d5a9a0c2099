"""Everything an Example CRM account holds, and edits of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handoff.sandbox.portal import read_records

Row = dict[str, Any]

# Files of a portal's folder, each line a record as the API returns it.
RECORDS = ("contacts", "leads", "owners")


class AccountState:
    """The account that a folder describes, and what was edited since.

    records: by id within each file. fields: definitions by object, from lines of `fields.ndjson`
    with an `object`. now: the instant of an edit.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.records: dict[str, dict[str, Row]] = {name: {} for name in RECORDS}
        self.fields: dict[str, list[Row]] = {}

    @classmethod
    def from_folder(cls, folder: Path, now: Callable[[], datetime]) -> AccountState:
        """Read a portal's folder. Raises SandboxError for a broken line."""
        state = cls(now)
        for name, records in state.records.items():
            records.update({str(row["id"]): row for _, row in read_records(folder, name)})
        for _, row in read_records(folder, "fields"):
            state.fields.setdefault(row.pop("object"), []).append(row)
        return state

    def listed(self, name: str, since: datetime | None, *, with_deleted: bool) -> list[Row]:
        """Records by id, those that were modified at or after an instant."""
        return [
            row
            for _, row in sorted(self.records[name].items())
            if (with_deleted or not row.get("is_deleted"))
            and (since is None or datetime.fromisoformat(row["modified_at"]) >= since)
        ]

    def create(self, name: str, values: Row, at: str | None = None) -> Row:
        """A new record."""
        id_ = f"new-{len(self.records[name]):06d}"
        instant = self._instant(at)
        self.records[name][id_] = row = {
            "id": id_,
            "created_at": instant,
            "modified_at": instant,
            "is_deleted": False,
            **values,
        }
        return row

    def update(self, name: str, id_: str, values: Row, at: str | None = None) -> Row:
        """Change values of a record."""
        row = self.records[name][id_]
        row.update(values, modified_at=self._instant(at))
        return row

    def purge(self, name: str, id_: str) -> None:
        """Erase a record for good, without a trace."""
        del self.records[name][id_]

    def _instant(self, at: str | None) -> str:
        instant = datetime.fromisoformat(at) if at else self.now()
        return instant.astimezone(UTC).isoformat(timespec="milliseconds")
