"""Bring the warehouse's inputs up to date: landing, playbook, metric definitions, run context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import duckdb

from handoff import clock
from handoff.errors import WarehouseError
from handoff.landing.reader import iter_manifests
from handoff.metrics import metrics_table
from handoff.settings import Settings
from handoff.warehouse.database import open_warehouse, transaction
from handoff.warehouse.erasing import (
    drop_erased_records,
    drop_rewritten_parts,
    drop_what_was_built,
    has_erasures,
    rewrite_if_pending,
)
from handoff.warehouse.playbook_load import load_playbook_tables
from handoff.warehouse.raw_load import create_raw_tables, load_new_parts, replace_runs


@dataclass(frozen=True)
class LoadSummary:
    """What one load did: parts and rows that were new, the playbook in force, and the instant."""

    new_parts: int
    new_rows: int
    playbook_version_key: str
    as_of: datetime


def load_landing(settings: Settings, run_id: str, *, full: bool = False) -> LoadSummary:
    """Bring ``raw`` and ``playbook`` of the warehouse up to date, in one transaction.

    full: forget what was loaded and built, and load everything again.
    Raises WarehouseError when nothing has landed or a part cannot be read, LandingError for a
    damaged manifest, PlaybookError for a mistake in the playbook.
    """
    if next(iter_manifests(settings.landing_dir), None) is None:
        raise WarehouseError("Nothing has landed yet", run_id=run_id, fix="handoff sync")
    as_of = clock.now().replace(microsecond=0, tzinfo=None)
    with open_warehouse(settings) as connection:
        # Under the lock, since an erasure rewrites what has landed.
        manifests = list(iter_manifests(settings.landing_dir))
        with transaction(connection):
            if full:
                _drop_everything(connection)
            create_raw_tables(connection)
            rewritten = drop_rewritten_parts(connection, manifests)
            new_parts, new_rows = load_new_parts(connection, manifests, settings.landing_dir)
            is_rid = drop_erased_records(connection) > 0 or rewritten > 0
            if is_rid or (full and has_erasures(connection)):
                drop_what_was_built(connection)
            replace_runs(connection, manifests)
            version_key = load_playbook_tables(connection, settings, as_of)
            _replace_run_context(connection, run_id, as_of, version_key)
            _replace_metric_definitions(connection)
        connection.execute("checkpoint")
    rewrite_if_pending(settings)
    return LoadSummary(new_parts, new_rows, version_key, as_of.replace(tzinfo=UTC))


def _drop_everything(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("marts", "intermediate", "staging", "playbook", "raw"):
        connection.execute(f"drop schema if exists {schema} cascade")


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
