"""What staging holds of each source, in the words of `server_truth`, and where they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb
from server_truth import Row, ServerTruth

_INSTANTS = {
    "created_at", "updated_at", "archived_at", "closed_at", "occurred_at", "completed_at",
    "due_at", "changed_at",
}  # fmt: skip
# Columns of each table, beginning with the object and the record.
_COLUMNS = {
    "hubspot": {
        "person_records": (
            "object", "record_id", "company_record_id", "owner_id", "email", "additional_emails",
            "job_title", "country", "industry", "employee_count", "is_archived", "created_at",
            "updated_at", "archived_at",
        ),
        "deals": (
            "'deals'", "record_id", "owner_id", "pipeline_id", "stage_value", "amount",
            "is_archived", "created_at", "closed_at",
        ),
        "companies": (
            "'companies'", "record_id", "name", "domain", "industry", "employee_count",
            "annual_revenue", "is_archived",
        ),
        "activities": (
            "object", "record_id", "activity_type", "owner_id", "subject", "is_archived",
            "occurred_at", "completed_at", "due_at",
        ),
        "property_changes": (
            "object", "record_id", "property", "coalesce(value, '')", "changed_at",
            "change_source", "changed_by_user_id",
        ),
        "merges": ("object", "loser_record_id", "survivor_record_id"),
        "associations": (
            "from_object", "from_record_id", "to_object", "to_record_id",
            "array_to_string(list_sort(string_split(coalesce(labels, ''), ', ')), ', ')",
        ),
    },
    "salesforce": {
        "person_records": (
            "object", "record_id", "company_record_id", "owner_id", "email", "job_title",
            "country", "employee_count", "is_archived", "created_at", "updated_at",
        ),
        "deals": (
            "'deals'", "record_id", "owner_id", "stage_value", "amount", "is_archived",
            "created_at",
        ),
        "companies": (
            "'companies'", "record_id", "name", "employee_count", "annual_revenue", "is_archived",
        ),
        "activities": (
            "object", "record_id", "activity_type", "owner_id", "subject", "is_archived",
            "occurred_at", "completed_at",
        ),
        "property_changes": (
            "object", "record_id", "property", "coalesce(value, '')", "changed_at",
        ),
        "merges": ("object", "loser_record_id", "survivor_record_id"),
        "associations": ("from_object", "from_record_id", "to_object", "to_record_id"),
    },
}  # fmt: skip
# Which rows the truth tells of, where not of all.
_ONLY = {
    ("hubspot", "property_changes"): "judged_from = 'history'",
    ("salesforce", "property_changes"): "judged_from = 'history'"
    " and property in ('Status', 'StageName')",
    # Contact roles are not played.
    ("salesforce", "associations"): "from_object <> 'deals' or to_object = 'companies'",
}
# Where an activity's row has its text.
_SUBJECT = 4
_PEOPLE = {"hubspot": ("contacts",), "salesforce": ("leads", "contacts")}


def _query(crm: str, table: str) -> str:
    told = [
        f"strftime({one}, '%Y-%m-%d %H:%M:%S.%g')"
        if one in _INSTANTS
        else f"cast({one} as varchar)"
        for one in _COLUMNS[crm][table]
    ]
    return (
        f"select source_id, {', '.join(told)} from staging.stg_{crm}__{table}"  # noqa: S608
        f" where {_ONLY.get((crm, table), 'true')}"
    )


Held = dict[str, dict[str, list[Row]]]


def rows_held(warehouse: Path, crm: str) -> Held:
    """Rows of each table by source, each as often as it is there."""
    held: Held = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in _COLUMNS[crm]:
            by_source: dict[str, list[Row]] = defaultdict(list)
            for source_id, *row in connection.execute(_query(crm, table)).fetchall():
                by_source[source_id].append(tuple(row))
            held[table] = by_source
    return held


def ids_in_raw(warehouse: Path, crm: str) -> dict[str, set[str]]:
    """Ids of people's records that the raw tables hold, by source."""
    found: dict[str, set[str]] = defaultdict(set)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name in _PEOPLE[crm]:
            query = f"select distinct source_id, id from raw.{crm}__{name}"  # noqa: S608
            for source_id, record_id in connection.execute(query).fetchall():
                found[source_id].add(record_id)
    return found


def differences(truth: ServerTruth, held: Held, raw_ids: dict[str, set[str]]) -> list[str]:
    """What the warehouse lacks, has too much, or has twice; empty when it equals the truth."""
    found = []
    for table, expected in truth.rows.items():
        rows = held[table].get(truth.source_id, [])
        kept = _kept(table, rows, truth)
        if table == "activities" and truth.erased:
            expected = {_as_told(row, kept) for row in expected}
        if len(set(rows)) < len(rows):
            found.append(f"{table} holds rows twice: {_some(_twice(rows))}")
        if expected - kept:
            found.append(f"{table} lacks {_some(expected - kept)}")
        if kept - expected:
            found.append(f"{table} has what the CRM has not: {_some(kept - expected)}")
    left = truth.erased & raw_ids.get(truth.source_id, set())
    if left:
        found.append(f"raw tables still hold the erased contacts {', '.join(sorted(left))}")
    return found


def _as_told(activity: Row, kept: set[Row]) -> Row:
    """An activity without its text, if staging has it so: it was about somebody who was erased."""
    emptied = (*activity[:_SUBJECT], None, *activity[_SUBJECT + 1 :])
    return activity if activity in kept else emptied


def _kept(table: str, rows: Sequence[Row], truth: ServerTruth) -> set[Row]:
    if table == "merges":
        return _last_survivors(rows)
    if table == "property_changes" and truth.has_partial_history:
        told_of = {row[:3] for row in truth.rows[table]}
        return {row for row in rows if row[:3] in told_of}
    return _visible(rows, truth) if table == "associations" else _unmerged(rows, truth)


def _unmerged(rows: Sequence[Row], truth: ServerTruth) -> set[Row]:
    """Without records that went into others: their rows stay, and lead to the survivor."""
    return {row for row in rows if (row[0], row[1]) not in truth.merged_away}


def _last_survivors(rows: Sequence[Row]) -> set[Row]:
    """Each loser with the record that it is part of in the end, chains followed."""
    into = {(row[0], row[1]): row[2] for row in rows}
    by_loser: dict[tuple[str | None, str | None], set[str | None]] = defaultdict(set)
    for object_, loser, survivor in rows:
        while (object_, survivor) in into:
            survivor = into[(object_, survivor)]
        by_loser[(object_, loser)].add(survivor)
    return {
        (object_, loser, survivor)
        for (object_, loser), survivors in by_loser.items()
        for survivor in survivors
    }


def _visible(rows: Sequence[Row], truth: ServerTruth) -> set[Row]:
    """The CRM shows links between live records alone; staging keeps those of archived ones."""
    return {
        row for row in rows if (row[0], row[1]) in truth.live and (row[2], row[3]) in truth.live
    }


def _twice(rows: Sequence[Row]) -> list[Row]:
    return sorted({row for row in rows if rows.count(row) > 1}, key=str)


def _some(rows: object, most: int = 4) -> str:
    told = sorted(map(str, rows))  # type: ignore[call-overload]
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return "; ".join(told[:most]) + more
