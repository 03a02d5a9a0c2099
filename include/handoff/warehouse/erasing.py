"""Take out of the warehouse what was taken out of landing, bytes included.

Deleted rows stay in DuckDB's file, readable to whoever has it, until something is written over
them; a copy into a new file leaves them behind. What dbt built from them goes as well: the build
that follows makes it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from handoff import clock
from handoff.crm.registry import erasure_rules
from handoff.landing.manifest import Manifest
from handoff.settings import Settings
from handoff.warehouse.database import open_warehouse
from handoff.warehouse.raw_streams import raw_stream

_BUILT = ("marts", "intermediate", "staging")
_PENDING = "raw.rewrite_is_pending"


def drop_rewritten_parts(
    connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest]
) -> int:
    """Delete rows of parts that their run no longer lists, since it was rewritten; how many parts.

    A run whose manifest is gone altogether keeps its rows: the checks tell of it.
    """
    runs = {(run.source_id, run.object, run.run_id) for run in manifests}
    listed = {
        f"{run.source_id}/{run.object}/{run.run_id}/{part.file}"
        for run in manifests
        for part in run.parts
    }
    gone: dict[str, list[str]] = defaultdict(list)
    for crm, stream, source_id, object_, run_id, key in connection.execute(
        "select crm, stream, source_id, object, run_id, part_file from raw.landing_parts"
    ).fetchall():
        if key not in listed and (source_id, object_, run_id) in runs:
            gone[raw_stream(crm, stream).table].append(key)
    for table, keys in gone.items():
        for name in (table, "landing_parts"):
            connection.execute(f"delete from raw.{name} where part_file in ?", [keys])  # noqa: S608
    return sum(map(len, gone.values()))


def drop_erased_records(connection: duckdb.DuckDBPyConnection) -> int:
    """Delete rows of erased records that came back, such as by a landing file out of a backup.

    One that a sweep missed and that was read again later is there after all.
    """
    deleted = 0
    objects = connection.execute(
        "select distinct crm, object from raw.erasures where extent = 'record' order by all"
    ).fetchall()
    for crm, object_ in objects:
        target, id_column = raw_stream(crm, object_), erasure_rules(crm).ids.get(object_, "id")
        row = connection.execute(
            f"""
            delete from raw.{target.table} as records
            using raw.erasures as erased
            where
                erased.source_id = records.source_id and erased.id = records."{id_column}"
                and erased.crm = ? and erased.object = ? and erased.extent = 'record'
                and (erased.found_by <> 'sweep' or records.run_id <= erased.run_id)
            """,  # noqa: S608
            [crm, object_],
        ).fetchone()
        deleted += int(row[0]) if row else 0
    return deleted


def has_erasures(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether anything was ever erased."""
    return connection.execute("select 1 from raw.erasures limit 1").fetchone() is not None


def drop_what_was_built(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop all that dbt made, and note that the file has to be rewritten, and since when.

    What was published before that instant may still hold what is erased now.
    """
    for schema in _BUILT:
        connection.execute(f"drop schema if exists {schema} cascade")
    connection.execute(f"create table if not exists {_PENDING} (since timestamp)")
    connection.execute("create or replace table raw.erasures_applied (applied_at timestamp)")
    at = clock.wall_now().replace(tzinfo=None)
    connection.execute("insert into raw.erasures_applied values (?)", [at])


def erasures_applied_at(settings: Settings) -> datetime | None:
    """When erasures last changed the warehouse (UTC); None when nothing was ever erased."""
    with open_warehouse(settings, read_only=True) as connection:
        if not _has_table(connection, "raw.erasures_applied"):
            return None
        row = connection.execute("select max(applied_at) from raw.erasures_applied").fetchone()
    return row[0].replace(tzinfo=UTC) if row and row[0] else None


def rewrite_if_pending(settings: Settings) -> bool:
    """Copy the warehouse into a new file that takes its place, if erased bytes may be in it."""
    path = settings.warehouse_path
    fresh = path.with_name(f"{path.name}.rewritten")
    with open_warehouse(settings) as connection:
        _remove(fresh)
        if not _has_table(connection, _PENDING):
            return False
        name = str(fresh).replace("'", "''")
        row = connection.execute("select current_database()").fetchone()
        connection.execute(f"attach '{name}' as fresh")
        connection.execute(f'copy from database "{row[0] if row else ""}" to fresh')
        connection.execute(f"drop table fresh.{_PENDING}")
        connection.execute("checkpoint fresh")
        connection.execute("detach fresh")
        # Closed before it is replaced, and the writer's lock is still held by this block.
        connection.close()
        fresh.replace(path)
        _remove(path.with_name(f"{path.name}.wal"))
    return True


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    schema, _, table = name.partition(".")
    return bool(
        connection.execute(
            "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
            [schema, table],
        ).fetchone()
    )


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
