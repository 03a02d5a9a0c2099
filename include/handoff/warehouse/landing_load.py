"""Load landing parts into ``raw``: each part once, in one transaction with the note of it.

The loader takes every part that a manifest lists, of running and failed syncs too: a committed
part is whole. What is not listed does not exist. Cutting at ``as_of`` is the staging models' work,
so that one warehouse can be built for several instants.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from handoff import clock
from handoff.crm.hubspot import raw_tables as hubspot
from handoff.errors import WarehouseError
from handoff.metrics import metrics_table
from handoff.settings import Settings
from handoff.warehouse.database import open_warehouse
from handoff.warehouse.playbook_load import load_playbook_tables

RAW_TABLES: dict[str, Any] = {"hubspot": hubspot}

_LOADED_COLUMNS = {
    "source_id": "VARCHAR",
    "run_id": "VARCHAR",
    "part_file": "VARCHAR",
    "landed_at": "TIMESTAMP",
}
_ASSOCIATION_COLUMNS = {"stream": "VARCHAR", "from_object": "VARCHAR", "to_object": "VARCHAR"}


@dataclass(frozen=True)
class LoadSummary:
    """What one load did: parts and rows that were new, and the playbook version in force."""

    new_parts: int
    new_rows: int
    playbook_version_key: str
    as_of: datetime


@dataclass(frozen=True)
class _Part:
    manifest: dict[str, Any]
    entry: dict[str, Any]
    path: Path

    @property
    def key(self) -> str:
        """The part's path below the landing folder, its name everywhere."""
        source, name = self.manifest["source_id"], self.manifest["object"]
        return f"{source}/{name}/{self.manifest['run_id']}/{self.entry['file']}"


def load_landing(settings: Settings, run_id: str, *, full: bool = False) -> LoadSummary:
    """Bring ``raw`` and ``playbook`` of the warehouse up to date with landing and playbook.

    full: forget what was loaded and load everything again into a new file.
    Raises WarehouseError when nothing has landed, or a part cannot be read.
    """
    manifests = _read_manifests(settings.landing_dir)
    if not manifests:
        raise WarehouseError("Nothing has landed yet", run_id=run_id, fix="handoff sync")
    as_of = clock.now().replace(microsecond=0, tzinfo=None)
    with open_warehouse(settings) as connection:
        if full:
            _drop_everything(connection)
        connection.execute("begin")
        try:
            _create_tables(connection)
            parts = _new_parts(connection, manifests, settings.landing_dir)
            rows = _load_parts(connection, parts)
            _replace_runs(connection, manifests)
            version_key = load_playbook_tables(connection, settings, as_of)
            _replace_run_context(connection, run_id, as_of, version_key)
            _replace_metric_definitions(connection)
            connection.execute("commit")
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("checkpoint")
    return LoadSummary(len(parts), rows, version_key, as_of.replace(tzinfo=UTC))


def _replace_run_context(
    connection: duckdb.DuckDBPyConnection, run_id: str, as_of: datetime, version_key: str
) -> None:
    connection.execute(
        """
        create or replace table raw.run_context (
            run_id varchar, as_of timestamp, playbook_version_key varchar, code_version varchar
        )
        """
    )
    connection.execute(
        "insert into raw.run_context values (?, ?, ?, ?)",
        [run_id, as_of, version_key, version("handoff")],
    )


def _replace_metric_definitions(connection: duckdb.DuckDBPyConnection) -> None:
    connection.register("metric_rows", metrics_table())
    connection.execute(
        "create or replace table raw.metric_definitions as select * from metric_rows"
    )
    connection.unregister("metric_rows")


def _read_manifests(landing_dir: Path) -> list[dict[str, Any]]:
    paths = sorted(landing_dir.glob("*/*/*/manifest.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _drop_everything(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("marts", "intermediate", "staging", "playbook", "raw"):
        connection.execute(f"drop schema if exists {schema} cascade")


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
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
    for crm, tables in RAW_TABLES.items():
        for stream, columns in tables.STREAMS.items():
            _create_table(connection, f"{crm}__{stream}", {**_LOADED_COLUMNS, **columns})
        links = {**_LOADED_COLUMNS, **_ASSOCIATION_COLUMNS, **tables.ASSOCIATION}
        _create_table(connection, f"{crm}__{tables.ASSOCIATIONS_TABLE}", links)


def _create_table(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]
) -> None:
    listed = ", ".join(f'"{name}" {type_}' for name, type_ in columns.items())
    connection.execute(f"create table if not exists raw.{table} ({listed})")


def _new_parts(
    connection: duckdb.DuckDBPyConnection, manifests: list[dict[str, Any]], landing_dir: Path
) -> list[_Part]:
    loaded = {
        key for (key,) in connection.execute("select part_file from raw.landing_parts").fetchall()
    }
    parts = []
    for manifest in manifests:
        folder = landing_dir / manifest["source_id"] / manifest["object"] / manifest["run_id"]
        for entry in manifest["parts"]:
            part = _Part(manifest, entry, folder / entry["file"])
            if part.key not in loaded:
                parts.append(part)
    return parts


def _load_parts(connection: duckdb.DuckDBPyConnection, parts: list[_Part]) -> int:
    by_stream: dict[tuple[str, str], list[_Part]] = defaultdict(list)
    for part in parts:
        by_stream[part.manifest["crm"], part.entry["stream"]].append(part)
    rows = 0
    for (crm, stream), group in by_stream.items():
        loaded = _load_stream(connection, crm, stream, group)
        promised = sum(part.entry["rows"] for part in group)
        if loaded != promised:
            raise WarehouseError(
                f"The parts hold {loaded} records where their manifests promise {promised}",
                source=group[0].manifest["source_id"],
                object=stream,
                fix="handoff check arrived, which names the damaged part",
            )
        rows += loaded
    return rows


def _load_stream(
    connection: duckdb.DuckDBPyConnection, crm: str, stream: str, parts: list[_Part]
) -> int:
    tables = RAW_TABLES[crm]
    is_link = "_to_" in stream
    columns = tables.ASSOCIATION if is_link else tables.STREAMS[stream]
    table = f"{crm}__{tables.ASSOCIATIONS_TABLE if is_link else stream}"
    from_object, _, to_object = stream.partition("_to_")
    links = [stream, from_object, to_object] if is_link else []
    connection.execute(
        "create or replace temp table part_names "
        "(path varchar, part_file varchar, source_id varchar, run_id varchar, landed_at timestamp)"
    )
    connection.executemany(
        "insert into part_names values (?, ?, ?, ?, ?)",
        [
            [str(p.path), p.key, p.manifest["source_id"], p.manifest["run_id"], _landed_at(p)]
            for p in parts
        ],
    )
    typed = ", ".join(f"'{name}': '{type_}'" for name, type_ in columns.items())
    extra = "".join(f", ?::varchar as {name}" for name in _ASSOCIATION_COLUMNS) if is_link else ""
    listed = ", ".join(f'records."{name}"' for name in columns)
    statement = f"""
        insert into raw.{table} by name
        select names.source_id, names.run_id, names.part_file, names.landed_at{extra}, {listed}
        from read_json(
            ?, format = 'newline_delimited', columns = {{{typed}}}, filename = true,
            maximum_object_size = 268435456
        ) as records
        inner join part_names as names on records.filename = names.path
    """  # noqa: S608 -- names come from the connector's own table list, never from a CRM
    try:
        result = connection.execute(statement, [*links, [str(p.path) for p in parts]]).fetchone()
    except duckdb.Error as error:
        raise WarehouseError(
            f"A landing part cannot be read ({type(error).__name__})",
            source=parts[0].manifest["source_id"],
            object=stream,
            fix="handoff check arrived, which names the damaged part",
        ) from None
    connection.executemany(
        "insert into raw.landing_parts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                p.manifest["source_id"],
                crm,
                p.manifest["object"],
                p.manifest["run_id"],
                stream,
                p.key,
                p.entry["rows"],
                p.entry["bytes"],
                p.entry["sha256"],
                _landed_at(p),
            ]
            for p in parts
        ],
    )
    return int(result[0]) if result else 0


def _landed_at(part: _Part) -> datetime:
    return _instant(part.manifest["landed_at"]) or datetime.min


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _replace_runs(connection: duckdb.DuckDBPyConnection, manifests: list[dict[str, Any]]) -> None:
    connection.execute(
        """
        create or replace table raw.landing_runs (
            source_id varchar, crm varchar, object varchar, run_id varchar, mode varchar,
            status varchar, api_version varchar, started_at timestamp, finished_at timestamp,
            landed_at timestamp, watermark timestamp, crm_total bigint
        )
        """
    )
    connection.executemany(
        "insert into raw.landing_runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                m["source_id"],
                m["crm"],
                m["object"],
                m["run_id"],
                m["mode"],
                m["status"],
                m.get("api_version"),
                _instant(m.get("started_at")),
                _instant(m.get("finished_at")),
                _instant(m["landed_at"]),
                _instant(m.get("watermark")),
                m.get("crm_total"),
            ]
            for m in manifests
        ],
    )
