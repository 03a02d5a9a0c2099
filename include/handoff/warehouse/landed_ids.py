"""Compare what has landed of an object with the ids that a sweep listed.

Done by DuckDB in memory, on the landing files alone: the warehouse may lag behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from handoff.crm.protocol import ids_stream
from handoff.crm.registry import raw_tables
from handoff.errors import LandingError
from handoff.landing.manifest import Manifest
from handoff.landing.reader import verify
from handoff.warehouse.raw_streams import SWEEP_IDS


@dataclass(frozen=True)
class VanishedRecord:
    """A record that we hold and that the sweep did not list. archived_at: UTC, where it is told."""

    id: str
    is_archived: bool
    archived_at: datetime | None


class LandedIds:
    """The ids of one object, as landed and as swept."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @property
    def held_count(self) -> int:
        row = self._connection.execute("select count(*) from held").fetchone()
        return int(row[0]) if row else 0

    def vanished(self) -> list[VanishedRecord]:
        """Records that we hold, and that are listed neither by themselves nor as merged away."""
        rows = self._connection.execute(
            "select id, is_archived, archived_at from held anti join swept using (id) order by id"
        ).fetchall()
        return [VanishedRecord(*row) for row in rows]

    def missed(self) -> list[str]:
        """Live records that were listed, and that we do not hold, or hold as archived."""
        rows = self._connection.execute(
            "select swept.id from swept left join held using (id)"
            " where swept.is_live and coalesce(held.is_archived, true)"
            " order by swept.id"
        ).fetchall()
        return [id_ for (id_,) in rows]


@contextmanager
def compare_ids(
    landing_dir: Path, crm: str, object: str, runs: Sequence[Manifest], sweep: Manifest
) -> Iterator[LandedIds]:
    """Landed records of the runs against the ids of a sweep. Raises LandingError."""
    tables = raw_tables(crm)
    connection = duckdb.connect()
    try:
        for run in (*runs, sweep):
            _create_lines(connection, landing_dir, run)
        connection.execute("set TimeZone = 'UTC'")
        archived = getattr(tables, "IS_ARCHIVED", "false")
        archived_at = getattr(tables, "ARCHIVED_AT", "null::timestamp")
        connection.execute(
            f"""
            create temp table held as
            select
                id,
                arg_max(is_archived, place) as is_archived,
                max(archived_at) as archived_at
            from (
                select
                    records.id,
                    {archived} as is_archived,
                    {archived_at} as archived_at,
                    parts.place
                from ({_lines(connection, object, tables.STREAMS[object])}) as records
                inner join parts on records.filename = parts.path
            )
            group by id
            """  # noqa: S608 -- names come from the connector's own table list
        )
        connection.execute(
            f"""
            create temp table swept as
            select id, coalesce(bool_or(not archived and merged_into is null), false) as is_live
            from ({_lines(connection, ids_stream(object), SWEEP_IDS)})
            group by id
            """  # noqa: S608
        )
        yield LandedIds(connection)
    except duckdb.Error as error:
        for run in (*runs, sweep):
            verify(landing_dir, run)
        raise LandingError(
            f"What landed cannot be compared with the sweep ({type(error).__name__})",
            source=sweep.source_id,
            object=object,
            fix=f"handoff sync --source {sweep.source_id} --full --object {object}",
        ) from None
    finally:
        connection.close()


def _create_lines(connection: duckdb.DuckDBPyConnection, landing_dir: Path, run: Manifest) -> None:
    connection.execute(
        "create temp table if not exists parts (path varchar, stream varchar, place varchar)"
    )
    folder = run.folder(landing_dir)
    for part in run.parts:
        connection.execute(
            "insert into parts values (?, ?, ?)",
            [str(folder / part.file), part.stream, f"{run.run_id}/{part.file}"],
        )


def _lines(connection: duckdb.DuckDBPyConnection, stream: str, columns: dict[str, str]) -> str:
    """A query over the lines of a stream; of none where it has no parts."""
    typed = ", ".join(f"'{name}': '{type_}'" for name, type_ in columns.items())
    paths = connection.execute("select path from parts where stream = ?", [stream]).fetchall()
    if not paths:
        empty = ", ".join(f'null::{type_} as "{name}"' for name, type_ in columns.items())
        return f"select {empty}, null::varchar as filename where false"
    listed = ", ".join("'" + path.replace("'", "''") + "'" for (path,) in paths)
    return (
        f"select * from read_json([{listed}], format = 'newline_delimited',"  # noqa: S608
        f" columns = {{{typed}}}, filename = true, maximum_object_size = 268435456)"
    )
