"""What a person sees of a sync: rows, rate, time left; never a record."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from handoff.sync.progress import SyncProgress
from handoff.sync.progress_display import progress_display, told


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (
            SyncProgress("hubspot", "contacts", "reading", 500, 2000, 500, 2.0),
            "500 of 2,000 rows · 250/s · 6 s left",
        ),
        (SyncProgress("hubspot", "notes", "reading", 500, None, 500, 2.0), "500 rows · 250/s"),
        (
            SyncProgress("hubspot", "contacts", "reading", 1500, 2000, 500, 2.0),
            "1,500 of 2,000 rows · 250/s · 2 s left",
        ),
        (
            SyncProgress("hubspot", "contacts", "complete", 2000, 1999, 2000, 8.0),
            "2,000 rows · 250/s · 8.0 s",
        ),
        (SyncProgress("hubspot", "contacts", "complete", 0, 0, 0, 0.0), "0 rows · 0.0 s"),
        (
            SyncProgress("hubspot", "campaigns", "not_entitled", 0, None, 0, 0.1, "no scope"),
            "no scope",
        ),
    ],
)
def test_lines(progress: SyncProgress, line: str) -> None:
    assert told(progress) == line


@pytest.mark.parametrize("is_terminal", [False, True])
def test_every_object_has_a_line_in_the_end(is_terminal: bool) -> None:
    output = io.StringIO()
    console = Console(file=output, force_terminal=is_terminal, width=120, color_system=None)
    with progress_display(console) as show:
        for rows in (0, 10, 20):
            show(SyncProgress("hubspot", "contacts", "reading", rows, 20, rows, 0.1))
        show(SyncProgress("hubspot", "contacts", "complete", 20, 20, 20, 0.2))
        show(SyncProgress("hubspot", "campaigns", "not_entitled", 0, None, 0, 0.1, "[no] scope"))
    text = output.getvalue()
    assert "hubspot contacts" in text
    assert "20 rows · 100/s · 0.2 s" in text
    assert "[no] scope" in text
