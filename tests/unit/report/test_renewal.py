"""Pages from before an erasure are written again from what is published now."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from handoff.report.renewal import renew_pages
from published_week import full_week, settings_of, write_published

ERASED_AT = datetime(2026, 10, 5, 12, tzinfo=UTC)


def test_old_pages_are_made_anew_or_removed(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write_published(settings, full_week())
    folder = settings.reports_dir / "weekly"
    folder.mkdir(parents=True)
    for name, days in (("2026-W40", -1), ("latest", -1), ("2026-W52", -1), ("2026-W39", 1)):
        page = folder / f"{name}.html"
        page.write_text("a person")
        stamp = ERASED_AT.timestamp() + days * 86_400
        os.utime(page, (stamp, stamp))
    renew_pages(settings, ERASED_AT)
    left = {page.stem: page.read_text(encoding="utf-8") for page in folder.iterdir()}
    assert set(left) == {"2026-W40", "latest", "2026-W39"}
    assert left["2026-W39"] == "a person", "it is younger than the erasure"
    assert left["2026-W40"] == left["latest"] != "a person"
