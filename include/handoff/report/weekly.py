"""Build the weekly page from the published file and the note of a blocked run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handoff.checks import read_last_blocked
from handoff.errors import ReportError
from handoff.report.page import render_weekly, replace_page
from handoff.report.reading.published import open_published
from handoff.report.reading.report import read_report
from handoff.report.reading.run import read_run
from handoff.report.weeks import last_complete_week, parse_week
from handoff.settings import Settings


@dataclass(frozen=True)
class ReportSummary:
    """The page that was written, and its ISO week such as ``2026-W40``."""

    path: Path
    week: str

    def __str__(self) -> str:
        return f"weekly quality report of {self.week}: {self.path}"


def build_weekly_report(settings: Settings, week: str | None = None) -> ReportSummary:
    """Write ``reports/weekly/<ISO week>.html``, and ``latest.html`` when it is the last whole week.

    week: an ISO week such as ``2026-W40``; by default the last one that had ended at the published
    ``as_of``, in the reporting time zone. The same published file gives the same bytes.
    Raises WarehouseError when nothing is published, ReportError when the week is not over, the file
    is not one of ours, or the page cannot be written.
    """
    with open_published(settings) as published:
        run = read_run(published)
        last = last_complete_week(run.as_of, run.zone)
        asked = parse_week(week) if week else last
        if asked > last:
            raise ReportError(
                f"{asked.label} is not over as of {run.as_of:%Y-%m-%d %H:%M} UTC",
                fix=f"ask for {last.label} or earlier, or publish a newer run",
            )
        report = read_report(published, run, asked)
    page = render_weekly(report, read_last_blocked(settings))
    folder = settings.reports_dir / "weekly"
    path = folder / f"{asked.label}.html"
    try:
        replace_page(path, page)
        if asked == last:
            replace_page(folder / "latest.html", page)
    except OSError as error:
        raise ReportError(
            f"The page cannot be written, the old one stays: {error}",
            fix=f"make room on the disk of {folder} (df -h), then: handoff report",
        ) from error
    return ReportSummary(path, asked.label)
