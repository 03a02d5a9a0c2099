"""Make pages anew that were written before something was erased."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from handoff.errors import ReportError
from handoff.report.weekly import build_weekly_report
from handoff.settings import Settings


def renew_pages(settings: Settings, erased_at: datetime) -> list[Path]:
    """Write every page that is older than the erasure again, from what is published now.

    One that cannot be made any more is removed. Returns the pages that were old.
    """
    folder = settings.reports_dir / "weekly"
    old = [
        page
        for page in sorted(folder.glob("*.html"))
        if page.stat().st_mtime < erased_at.timestamp()
    ]
    for page in old:
        try:
            build_weekly_report(settings, None if page.stem == "latest" else page.stem)
        except ReportError:
            page.unlink(missing_ok=True)
    return old
