"""Load every version of the playbook that was used into the schema ``playbook``."""

from __future__ import annotations

from datetime import datetime

import duckdb

from handoff.errors import WarehouseError
from handoff.playbook.versions import load_version_tables
from handoff.settings import Settings


def load_playbook_tables(
    connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: datetime
) -> str:
    """Replace the tables of ``playbook``; the key of the version in force at ``as_of``.

    as_of: UTC without a zone. Raises PlaybookError when the playbook has a mistake.
    """
    tables = load_version_tables(settings, as_of)
    connection.execute("create schema if not exists playbook")
    for name, rows in tables.items():
        connection.register("playbook_rows", rows)
        connection.execute(
            f"create or replace table playbook.{name} as select * from playbook_rows"  # noqa: S608
        )
        connection.unregister("playbook_rows")
    row = connection.execute(
        "select version_key from playbook.versions where is_current"
    ).fetchone()
    if row is None:
        raise WarehouseError("No version of the playbook is in force", fix="handoff playbook check")
    return str(row[0])
