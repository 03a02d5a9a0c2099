"""What the checks found: results, their files under ``runs/``, and the note of a blocked build."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from handoff.checks.files import replace_text
from handoff.errors import ChecksFailedError
from handoff.settings import Settings

MAX_KEYS = 20


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check.

    failing_rows: how many rows (or columns) fail. failing_keys: keys of up to 20 of them, in
    order. note: why a check could not be run, or why it was skipped; never data.
    """

    check_id: str
    table: str
    why: str
    owner: str
    severity: Literal["block", "warn"]
    status: Literal["passed", "failed", "skipped"]
    failing_rows: int = 0
    failing_keys: tuple[str, ...] = ()
    note: str | None = None

    @property
    def passed(self) -> bool:
        return self.status != "failed"

    @property
    def blocks(self) -> bool:
        return self.severity == "block" and not self.passed


@dataclass(frozen=True)
class CheckReport:
    """All results of one stage.

    run_id: the run that checked. build_run_id: the run that loaded the warehouse, None when
    nothing is loaded. as_of: ISO instant of the build. warehouse_state: changes whenever the
    warehouse file does. path: where the report is kept.
    """

    stage: str
    run_id: str
    build_run_id: str | None
    as_of: str | None
    checked_at: str
    warehouse_state: str
    results: tuple[CheckResult, ...]
    path: Path

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if result.blocks)

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        return tuple(r for r in self.results if not r.passed and r.severity == "warn")

    @property
    def is_blocked(self) -> bool:
        return bool(self.blocking)

    def __str__(self) -> str:
        passed = sum(result.status == "passed" for result in self.results)
        parts = [f"{passed} of {len(self.results)} checks passed"]
        for word, found in (("blocking", self.blocking), ("warned", self.warnings)):
            if found:
                parts.append(f"{len(found)} {word}: {', '.join(r.check_id for r in found)}")
        return "; ".join(parts)

    def raise_if_blocked(self) -> None:
        """Raise ChecksFailedError that names the failing blocking checks and their owners."""
        if not self.is_blocked:
            return
        named = "; ".join(
            f"{r.check_id} on {r.table} ({_amount(r)}, owner: {r.owner})" for r in self.blocking[:5]
        )
        more = f"; and {len(self.blocking) - 5} more" if len(self.blocking) > 5 else ""
        checks = (
            "1 blocking check"
            if len(self.blocking) == 1
            else (f"{len(self.blocking)} blocking checks")
        )
        raise ChecksFailedError(
            f"{checks} of what {_STAGE_WORDS[self.stage]} failed, so "
            f"the last published file stays: {named}{more}",
            run_id=self.run_id,
            fix=f"read {self.path}, mend the cause, then: handoff check {self.stage}",
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "run_id": self.run_id,
            "build_run_id": self.build_run_id,
            "as_of": self.as_of,
            "checked_at": self.checked_at,
            "warehouse_state": self.warehouse_state,
            "is_blocked": self.is_blocked,
            "results": [{**asdict(result), "passed": result.passed} for result in self.results],
        }


_STAGE_WORDS = {"arrived": "arrived", "leaving": "leaves"}


def _amount(result: CheckResult) -> str:
    return result.note or f"{result.failing_rows} failing"


def save_report(report: CheckReport, settings: Settings) -> CheckReport:
    """Write the report to its run's folder and as the stage's last; note a blocked build.

    The note ``runs/last_blocked.json`` stays until a publish succeeds. Raises OSError.
    """
    folder = settings.runs_dir / report.run_id
    folder.mkdir(parents=True, exist_ok=True)
    kept = replace(report, path=folder / f"checks_{report.stage}.json")
    text = json.dumps(kept.to_json(), indent=1) + "\n"
    replace_text(kept.path, text)
    replace_text(_last_report_path(settings, report.stage), text)
    if kept.is_blocked:
        replace_text(_last_blocked_path(settings), json.dumps(_blocked_note(kept), indent=1) + "\n")
    return kept


def read_report(path: Path) -> CheckReport | None:
    """A report as it was saved, or None when there is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    results = tuple(
        CheckResult(
            **{
                **{name: value for name, value in entry.items() if name != "passed"},
                "failing_keys": tuple(entry["failing_keys"]),
            }
        )
        for entry in document.pop("results")
    )
    document.pop("is_blocked")
    return CheckReport(**document, results=results, path=path)


def read_last_report(settings: Settings, stage: str) -> CheckReport | None:
    """The newest report of a stage, whichever run made it."""
    return read_report(_last_report_path(settings, stage))


def read_last_blocked(settings: Settings) -> dict[str, Any] | None:
    """The note of a build that was blocked and not yet followed by a publish, for the banner.

    Fields: run_id, stage, as_of, blocked_at, report (path below the home), checks (each with
    check_id, table, why, owner, failing_rows, note).
    """
    try:
        note: dict[str, Any] = json.loads(_last_blocked_path(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return note


def clear_last_blocked(settings: Settings) -> None:
    """Forget the blocked build: what is published now has passed."""
    _last_blocked_path(settings).unlink(missing_ok=True)


def warehouse_state(settings: Settings) -> str:
    """A text that changes whenever the warehouse file does; empty when there is none.

    From the file's name card only: opening the file here would drop DuckDB's lock on it.
    """
    try:
        state = settings.warehouse_path.stat()
    except FileNotFoundError:
        return ""
    return f"{state.st_size}-{state.st_mtime_ns}"


def _blocked_note(report: CheckReport) -> dict[str, Any]:
    return {
        "run_id": report.run_id,
        "stage": report.stage,
        "as_of": report.as_of,
        "blocked_at": report.checked_at,
        "report": f"runs/{report.run_id}/{report.path.name}",
        "checks": [
            {
                "check_id": result.check_id,
                "table": result.table,
                "why": result.why,
                "owner": result.owner,
                "failing_rows": result.failing_rows,
                "note": result.note,
            }
            for result in report.blocking
        ],
    }


def _last_report_path(settings: Settings, stage: str) -> Path:
    return settings.runs_dir / f"last_checks_{stage}.json"


def _last_blocked_path(settings: Settings) -> Path:
    return settings.runs_dir / "last_blocked.json"


def instant_text(instant: datetime) -> str:
    """An instant as the reports hold it, such as ``2026-01-05T06:00:00Z``."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
