"""Stop [6]: run the checks of one stage and keep what they found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from handoff import clock
from handoff.checks.evidence import (
    create_landing_files,
    create_landing_sizes,
    create_needed_objects,
)
from handoff.checks.expect import run_suites
from handoff.checks.report import (
    CheckReport,
    CheckResult,
    instant_text,
    save_report,
    warehouse_state,
)
from handoff.checks.suites import EXPECTATIONS_DIR, read_suites
from handoff.settings import Settings
from handoff.warehouse import open_warehouse
from handoff.warehouse.crms_in_use import crms_in_use


def run_checks(
    stage: str,
    settings: Settings,
    run_id: str | None = None,
    *,
    expectations_dir: Path = EXPECTATIONS_DIR,
    progress: Callable[[CheckResult], None] | None = None,
) -> CheckReport:
    """Check what ``arrived`` (before dbt) or what is ``leaving`` (before publishing).

    What is about a CRM that no source has is left out.
    Writes ``runs/<run_id>/checks_<stage>.json`` and, when a blocking check fails,
    ``runs/last_blocked.json``. It does not raise for a failing check: the caller decides, by
    ``report.raise_if_blocked()``. Raises CheckSuiteError, WarehouseError, WarehouseBusyError.
    """
    suites = read_suites(stage, expectations_dir, crms_in_use(settings))
    with open_warehouse(settings, read_only=True) as connection:
        state = warehouse_state(settings)
        build_run_id, as_of = _run_context(connection)
        if stage == "arrived":
            create_landing_files(connection, settings.landing_dir)
            create_needed_objects(connection)
            if build_run_id is not None:
                create_landing_sizes(connection)
        results = run_suites(connection, suites, progress)
    report = CheckReport(
        stage=stage,
        run_id=run_id or build_run_id or clock.new_run_id(),
        build_run_id=build_run_id,
        as_of=as_of,
        checked_at=instant_text(clock.wall_now()),
        warehouse_state=state,
        results=tuple(results),
        path=Path(),
    )
    return save_report(report, settings)


def _run_context(connection: duckdb.DuckDBPyConnection) -> tuple[str | None, str | None]:
    try:
        row = connection.execute("select run_id, as_of from raw.run_context").fetchone()
    except duckdb.CatalogException:
        return None, None  # the load failed; the checks will say what is absent
    return (row[0], instant_text(row[1])) if row else (None, None)
