"""Show a sync on a terminal: a line an object, with rows, rate and time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from handoff.sync.progress import ProgressCallback, SyncProgress


@contextmanager
def progress_display(console: Console | None = None) -> Iterator[ProgressCallback]:
    """A callback for the sync that draws what it is told.

    Where the output is no terminal, each object gets one plain line when it is done.
    """
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: _print_when_done(console, progress)
        return
    with Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[told]}", markup=False),
        console=console,
    ) as bars:
        tasks: dict[tuple[str, str], TaskID] = {}

        def draw(progress: SyncProgress) -> None:
            key = (progress.source_id, progress.object)
            if key not in tasks:
                tasks[key] = bars.add_task(" ".join(key), total=None, told="")
            is_over = progress.state != "reading"
            bars.update(
                tasks[key],
                completed=progress.rows,
                total=max(progress.rows, 1 if is_over else progress.total or 1)
                if is_over or progress.total
                else None,
                told=told(progress),
            )
            if is_over:
                bars.update(tasks[key], completed=max(progress.rows, 1))

        yield draw


def told(progress: SyncProgress) -> str:
    """One line on where an object stands, such as ``1,200 of 2,000 rows · 350/s · 2 s left``."""
    if progress.state == "not_entitled":
        return progress.note
    parts = [f"{progress.rows:,} rows"]
    if progress.state == "reading" and progress.total is not None:
        parts = [f"{progress.rows:,} of {max(progress.total, progress.rows):,} rows"]
    if progress.rows_per_second:
        parts.append(f"{progress.rows_per_second:,.0f}/s")
    if progress.state == "reading" and progress.seconds_left is not None:
        parts.append(f"{progress.seconds_left:,.0f} s left")
    if progress.state == "complete":
        parts.append(f"{progress.seconds:.1f} s")
    if progress.state == "failed":
        parts.append("stopped")
    if progress.note:
        parts.append(progress.note)
    return " · ".join(parts)


def _print_when_done(console: Console, progress: SyncProgress) -> None:
    if progress.state != "reading":
        line = f"{progress.source_id} {progress.object}: {told(progress)}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)
