"""Queries, written from names and instants of our own: no value of a record gets into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handoff.crm.salesforce.ids import is_id


@dataclass(frozen=True)
class Window:
    """Records by the instant of their change: from `since` on, before `until`; None is open."""

    field: str
    since: datetime | None = None
    until: datetime | None = None

    @property
    def conditions(self) -> list[str]:
        found = []
        if self.since is not None:
            found.append(f"{self.field} >= {instant_literal(self.since)}")
        if self.until is not None:
            found.append(f"{self.field} < {instant_literal(self.until)}")
        return found


def select(
    fields: Iterable[str], sobject: str, conditions: Sequence[str] = (), tail: str = ""
) -> str:
    """A query; the condition of one line each are all to be met."""
    query = f"SELECT {', '.join(fields)} FROM {sobject}"  # noqa: S608 -- names of our own
    if conditions:
        query += f" WHERE {' AND '.join(conditions)}"
    return f"{query} {tail}".rstrip()


def count(sobject: str, conditions: Sequence[str] = ()) -> str:
    return select(["COUNT()"], sobject, conditions)


def after_id(last_id: str) -> list[str]:
    """The condition of the records that follow one, in the order of their ids."""
    return [f"Id > '{last_id}'"] if is_id(last_id) else []


def among_ids(ids: Sequence[str]) -> list[str]:
    """The condition of certain records; what is no id is left out."""
    return [f"Id IN ({', '.join(repr(id_) for id_ in ids if is_id(id_))})"]


def instant_literal(instant: datetime) -> str:
    """An instant as queries hold it, such as ``2026-01-05T06:00:00.000Z``; rounded down."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
