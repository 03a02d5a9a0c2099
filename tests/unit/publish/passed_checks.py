"""Reports of checks as the check stop leaves them, without the 10 s that real checks cost."""

from __future__ import annotations

from pathlib import Path

from handoff.checks import CheckReport, CheckResult
from handoff.checks.report import save_report, warehouse_state
from handoff.settings import Settings
from scratch_marts import RUN_ID


def note_checks(
    settings: Settings, *, leaving_fails: bool = False, build_run_id: str = RUN_ID
) -> None:
    """Leave a report of both stages for the warehouse as it is now."""
    for stage in ("arrived", "leaving"):
        fails = leaving_fails and stage == "leaving"
        result = CheckResult(
            check_id="funnel_narrows",
            table="marts.fct_handoffs",
            why="A win without its opportunity would make a later stage the larger.",
            owner="engineer",
            severity="block",
            status="failed" if fails else "passed",
            failing_rows=1 if fails else 0,
            failing_keys=("h1",) if fails else (),
        )
        warning = CheckResult(
            check_id="fields_are_covered",
            table="marts.rpt_field_gaps",
            why="=HYPERLINK() is how a hostile text would start.",
            owner="marketing",
            severity="warn",
            status="failed",
            failing_rows=2,
            failing_keys=("mql/country", "sql/need"),
        )
        save_report(
            CheckReport(
                stage=stage,
                run_id=build_run_id,
                build_run_id=build_run_id,
                as_of="2026-10-05T06:00:00Z",
                checked_at="2026-10-05T06:01:00Z",
                warehouse_state=warehouse_state(settings),
                results=(result, warning),
                path=Path(),
            ),
            settings,
        )
