"""Load landing parts into ``raw``: each part once.

Every part that a manifest lists is taken, of running and failed syncs too: a committed part is
whole. What is not listed does not exist. Cutting at ``as_of`` is the staging models' work, so that
one warehouse can be built for several instants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from handoff.errors import HandoffError, WarehouseError
from handoff.landing.manifest import Manifest, Part
from handoff.landing.reader import damaged_part, part_problem
from handoff.warehouse.database import is_full_disk
from handoff.warehouse.raw_streams import all_tables, raw_stream

# Runs that read records. Sweeps, repairs and erasures are told of in a table of their own.
_READS = ("full", "incremental")


@dataclass(frozen=True)
class _ListedPart:
    manifest: Manifest
    part: Part
    path: Path

    @property
    def key(self) -> str:
        """The part's path below the landing folder, its name everywhere."""
        run = self.manifest
        return f"{run.source_id}/{run.object}/{run.run_id}/{self.part.file}"


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of ``raw`` that are not there yet, for every CRM."""
    connection.execute("create schema if not exists raw")
    connection.execute(
        """
        create table if not exists raw.landing_parts (
            source_id varchar, crm varchar, object varchar, run_id varchar, stream varchar,
            part_file varchar primary key, row_count bigint, byte_count bigint, sha256 varchar,
            landed_at timestamp
        )
        """
    )
    there = {
        (table, column)
        for table, column in connection.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'raw'"
        ).fetchall()
    }
    known = {table for table, _ in there}
    for table, columns in all_tables().items():
        for name, type_ in columns.items():
            # Made by an earlier release, which did not know the column.
            if table in known and (table, name) not in there:
                connection.execute(f'alter table raw.{table} add column "{name}" {type_}')
        listed = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
        connection.execute(f"create table if not exists raw.{table} ({listed})")


def load_new_parts(
    connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest], landing_dir: Path
) -> tuple[int, int]:
    """Load the parts that were not loaded before: how many, and how many rows.

    Raises LandingError when a part is damaged, WarehouseError when a whole one cannot be loaded.
    """
    by_stream: dict[tuple[str, str], list[_ListedPart]] = defaultdict(list)
    for listed in _new_parts(connection, manifests, landing_dir):
        by_stream[listed.manifest.crm, listed.part.stream].append(listed)
    rows = 0
    for (crm, stream), group in by_stream.items():
        loaded = _load_stream(connection, crm, stream, group)
        promised = sum(listed.part.rows for listed in group)
        if loaded != promised:
            raise _damaged(
                group, f"The parts hold {loaded} records where their manifests promise {promised}"
            )
        rows += loaded
    return sum(len(group) for group in by_stream.values()), rows


def replace_runs(connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest]) -> None:
    """Write ``raw.landing_runs`` and ``raw.sweep_runs`` anew: one row a manifest.

    The latter has the sweeps, repairs and erasures, which are no reads of an object.
    """
    for table, is_read in (("landing_runs", True), ("sweep_runs", False)):
        connection.execute(
            f"""
            create or replace table raw.{table} (
                source_id varchar, crm varchar, object varchar, run_id varchar, mode varchar,
                status varchar, api_version varchar, started_at timestamp, finished_at timestamp,
                landed_at timestamp, watermark timestamp, crm_total bigint
            )
            """
        )
        rows = [
            [
                *(run.source_id, run.crm, run.object, run.run_id, run.mode, run.status),
                run.api_version,
                *map(_utc, (run.started_at, run.finished_at, run.landed_at, run.watermark)),
                run.crm_total,
            ]
            for run in manifests
            if (run.mode in _READS) is is_read
        ]
        if rows:
            connection.executemany(
                f"insert into raw.{table} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                rows,
            )


def _new_parts(
    connection: duckdb.DuckDBPyConnection, manifests: Sequence[Manifest], landing_dir: Path
) -> list[_ListedPart]:
    loaded = {
        key for (key,) in connection.execute("select part_file from raw.landing_parts").fetchall()
    }
    listed = [
        _ListedPart(manifest, part, manifest.folder(landing_dir) / part.file)
        for manifest in manifests
        for part in manifest.parts
    ]
    return [one for one in listed if one.key not in loaded]


def _load_stream(
    connection: duckdb.DuckDBPyConnection, crm: str, stream: str, parts: list[_ListedPart]
) -> int:
    target = raw_stream(crm, stream)
    named, columns = target.told_by_name, target.columns
    _name_parts(connection, parts)
    typed = ", ".join(f"'{name}': '{type_}'" for name, type_ in columns.items())
    extra = "".join(f", ?::varchar as {name}" for name in named)
    listed = ", ".join(f'records."{name}"' for name in columns)
    statement = f"""
        insert into raw.{target.table} by name
        select names.source_id, names.run_id, names.part_file, names.landed_at{extra}, {listed}
        from read_json(
            ?, format = 'newline_delimited', columns = {{{typed}}}, filename = true,
            maximum_object_size = 268435456
        ) as records
        inner join part_names as names on records.filename = names.path
    """  # noqa: S608 -- names come from the connector's own table list, never from a CRM
    try:
        result = connection.execute(
            statement, [*named.values(), [str(listed.path) for listed in parts]]
        ).fetchone()
    except duckdb.Error as error:
        if is_full_disk(error):
            raise
        raise _damaged(parts, f"A landing part cannot be read ({type(error).__name__})") from None
    connection.executemany(
        "insert into raw.landing_parts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                *(one.manifest.source_id, crm, one.manifest.object, one.manifest.run_id, stream),
                *(one.key, one.part.rows, one.part.bytes, one.part.sha256),
                _utc(one.manifest.landed_at),
            ]
            for one in parts
        ],
    )
    return int(result[0]) if result else 0


def _name_parts(connection: duckdb.DuckDBPyConnection, parts: list[_ListedPart]) -> None:
    """Make the temporary table that leads from a file's path to its part."""
    connection.execute(
        "create or replace temp table part_names "
        "(path varchar, part_file varchar, source_id varchar, run_id varchar, landed_at timestamp)"
    )
    connection.executemany(
        "insert into part_names values (?, ?, ?, ?, ?)",
        [
            [
                *(str(one.path), one.key, one.manifest.source_id, one.manifest.run_id),
                _utc(one.manifest.landed_at),
            ]
            for one in parts
        ],
    )


def _damaged(parts: list[_ListedPart], message: str) -> HandoffError:
    """The error that names the first damaged part of a group."""
    for one in parts:
        problem = part_problem(one.path, one.part)
        if problem:
            return damaged_part(one.manifest, one.part, problem)
    return WarehouseError(
        message,
        source=parts[0].manifest.source_id,
        object=parts[0].part.stream,
        fix="the files are as they landed, so this is a fault of Handoff; handoff --version "
        "names the release to report it with",
    )


def _utc(text: str | None) -> datetime | None:
    """An instant of a manifest as UTC without a zone, as the warehouse holds it."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) if text else None
