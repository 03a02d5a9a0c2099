"""The playbook as Arrow tables, one a table of the schema ``playbook``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from handoff.playbook.columns import TABLES, TIME, VERSION_KEY, schema
from handoff.playbook.playbook import Playbook, key_of
from handoff.playbook.rows import (
    company,
    marketing,
    passed_properties,
    precedence,
    quality,
    response,
    stages,
)

# From before the oldest records that anybody reads to well after the newest promises.
HOLIDAY_YEARS = range(2015, 2036)

_MODULES = (company, passed_properties, precedence, stages, quality, response, marketing)
_BY_HAND = ("versions", "calendar_holidays")


def build_tables(
    playbook: Playbook,
    years: Iterable[int] = HOLIDAY_YEARS,
    *,
    content_hash: str | None = None,
    is_current: bool = True,
    loaded_at: datetime | None = None,
) -> dict[str, pa.Table]:
    """Every table of ``columns.TABLES`` for one version; an empty one keeps its types.

    years: those whose public holidays are listed. content_hash: under which it was loaded; by
    default that of its content now, which a new release can change. is_current, loaded_at (UTC):
    what ``versions`` says of this one.
    """
    content_hash = content_hash or playbook.content_hash
    version_key = key_of(content_hash)
    tables = {
        name: _table(name, version_key, _rows_of(name)(playbook))
        for name in TABLES
        if name not in _BY_HAND
    }
    holidays = response.calendar_holidays(playbook, years)
    tables["calendar_holidays"] = _table("calendar_holidays", version_key, holidays)
    version = {
        "playbook_id": playbook.playbook.playbook,
        "label": playbook.playbook.version,
        "effective_from": _naive(playbook.effective_from),
        "content_hash": content_hash,
        "is_current": is_current,
        "loaded_at": None if loaded_at is None else _naive(loaded_at),
    }
    tables["versions"] = _table("versions", version_key, iter([version]))
    return {name: tables[name] for name in TABLES}


def _rows_of(table: str) -> Callable[[Playbook], Iterator[dict[str, Any]]]:
    """The function that has the name of the table."""
    found: Callable[[Playbook], Iterator[dict[str, Any]]] = next(
        getattr(module, table) for module in _MODULES if hasattr(module, table)
    )
    return found


def _table(name: str, version_key: str, rows: Iterator[dict[str, Any]]) -> pa.Table:
    shape = schema(name)
    listed = [{VERSION_KEY.name: version_key, **row} for row in rows]
    arrays = [_array(field, [row[field.name] for row in listed]) for field in shape]
    return pa.Table.from_arrays(arrays, schema=shape)


def _array(field: pa.Field, values: list[Any]) -> pa.Array:
    # Arrow takes no Python time of 24:00, but its integers do.
    if field.type == TIME:
        return pa.array(values, pa.int64()).view(TIME)
    return pa.array(values, field.type)


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
