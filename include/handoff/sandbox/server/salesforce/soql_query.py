"""A query over an organization's records: its rows, their order and their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handoff.sandbox.server.salesforce.org_state import OrgState, Record
from handoff.sandbox.server.salesforce.soql_text import Ordering, Query

Getter = Callable[[Record], Any]
Test = Callable[[Record], bool]


@dataclass(frozen=True)
class Column:
    """What a query selects. path: its names in Salesforce's own case, the last a field's."""

    path: tuple[str, ...]
    kind: str
    get: Getter
    aggregate: str | None = None

    @property
    def label(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class BoundQuery:
    """A query whose names are known. test: whether a record is among its rows."""

    query: Query
    sobject: str
    columns: tuple[Column, ...]
    test: Test | None
    order: tuple[tuple[Getter, Ordering], ...]


class RowReader:
    """Reads the values of a query's columns off records, quickly.

    convert: what makes a value of a kind into what is written; of the other kinds than `converted`
    the kept value is written as it is.
    """

    def __init__(
        self,
        columns: tuple[Column, ...],
        convert: Callable[[str, Any], Any],
        converted: frozenset[str],
    ) -> None:
        self._convert = convert
        # A related record's field is not among a record's own: no name, no value.
        self._names = [c.path[0] if len(c.path) == 1 else "" for c in columns]
        self._converted = [
            (place, column.get, column.kind)
            for place, column in enumerate(columns)
            if len(column.path) > 1 or column.kind in converted
        ]

    def values(self, record: Record) -> list[Any]:
        row = list(map(record.get, self._names))
        for place, get, kind in self._converted:
            row[place] = self._convert(kind, get(record))
        return row


def run(bound: BoundQuery, state: OrgState, *, is_all: bool) -> list[Record]:
    """The records of a query, in its order. is_all: with the recycle bin and archived activities.

    Records that are archived are left out of an ordinary query just like those in the bin.
    """
    rows: list[Record] = list(state.records[bound.sobject].values())
    if not is_all:
        rows = [r for r in rows if not r.get("IsDeleted") and not r.get("IsArchived")]
    if bound.test is not None:
        rows = list(filter(bound.test, rows))
    # A sort keeps the order of equal rows: the last name first, the first name last.
    for get, ordering in reversed(bound.order):
        empty = [row for row in rows if get(row) is None]
        filled = [row for row in rows if get(row) is not None]
        filled.sort(key=get, reverse=ordering.descending)
        rows = [*empty, *filled] if ordering.nulls_first else [*filled, *empty]
    start, limit = bound.query.offset, bound.query.limit
    return rows[start:] if limit is None else rows[start : start + limit]


def aggregate(bound: BoundQuery, rows: list[Record]) -> dict[str, Any]:
    """The one row of aggregates over all rows."""
    return {column.label: _aggregated(column, rows) for column in bound.columns}


def _aggregated(column: Column, rows: list[Record]) -> Any:
    found = [value for value in map(column.get, rows) if value is not None]
    if column.aggregate == "count":
        return len(found)
    if column.aggregate == "count_distinct":
        return len(set(found))
    if not found:
        return None
    if column.aggregate in ("min", "max"):
        return min(found) if column.aggregate == "min" else max(found)
    total = sum(found)
    return total if column.aggregate == "sum" else total / len(found)
