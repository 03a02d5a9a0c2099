"""Read the ``act_*`` tables as one plan. SQL decides what to change; nothing is sent from here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from handoff.errors import WarehouseError
from handoff.warehouse import open_reader

# Readers' file first: what is proposed from it has passed the checks.
_SCHEMAS = ("reporting", "marts")

# The columns that every act_* table has, in the order of ProposedChange.
_COLUMNS = (
    "action_key",
    "action_kind",
    "source_id",
    "object",
    "record_id",
    "record_url",
    "proposed_change",
    "reason",
    "due_at",
    "handoff_key",
    "person_key",
    "owner_key",
    "team_id",
    "campaign_key",
)


@dataclass(frozen=True)
class ProposedChange:
    """One change of one CRM record.

    action_key: stays the same from run to run for the same proposal. action_kind: ``create_task``,
    ``assign_owner`` or ``fill_field``. due_at: UTC, without a zone. action: the ``act_*`` table.
    """

    action_key: str
    action_kind: str
    source_id: str
    object: str
    record_id: str
    record_url: str | None
    proposed_change: str
    reason: str
    due_at: datetime | None
    handoff_key: str
    person_key: str
    owner_key: str | None
    team_id: str | None
    campaign_key: str | None
    action: str


def plan_write_back(path: Path) -> list[ProposedChange]:
    """All proposed changes in a published file or a warehouse, the first due first.

    Raises WarehouseError when the file is absent, cannot be opened, or holds no ``act_*`` table.
    """
    with open_reader(path) as connection:
        schema, tables = _action_tables(connection, path)
        listed = ", ".join(_COLUMNS)
        parts = [
            f"select {listed}, '{table}' as action from {schema}.{table}"  # noqa: S608 -- our names
            for table in tables
        ]
        query = " union all ".join(parts) + " order by due_at nulls last, action, action_key"
        return [ProposedChange(*row) for row in connection.execute(query).fetchall()]


def summary(changes: list[ProposedChange]) -> str:
    """The plan in one line, such as ``3 changes proposed: 2 create_task, 1 fill_field``."""
    if not changes:
        return "nothing to change"
    kinds = Counter(change.action_kind for change in changes)
    counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    noun = "change" if len(changes) == 1 else "changes"
    return f"{len(changes)} {noun} proposed: {counted}"


def _action_tables(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, list[str]]:
    rows = connection.execute(
        "select table_schema, table_name from information_schema.tables"
        " where starts_with(table_name, 'act_') order by table_name"
    ).fetchall()
    for schema in _SCHEMAS:
        tables = [name for found, name in rows if found == schema]
        if tables:
            return schema, tables
    raise WarehouseError(f"{path.name} holds no act_* tables", fix="handoff build")
