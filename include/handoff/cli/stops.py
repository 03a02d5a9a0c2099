"""Run stops from the command line, each with a line of progress and a line of outcome."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from handoff import clock
from handoff.cli.console import err
from handoff.pipeline import Run, Step, Stop
from handoff.settings import get_settings


def run_stops(
    stops: Iterable[Stop],
    context: typer.Context,
    *,
    full: bool = False,
    sources: tuple[str, ...] = (),
    objects: tuple[str, ...] = (),
    is_sweep_forced: bool = False,
    accepts_erasures: bool = False,
    resume: str | None = None,
) -> Run:
    """Run the stops in order, showing each; the first error ends it.

    resume: the command that goes on after an interruption; each stop's own when not given.
    """
    settings, run_id = get_settings(), clock.new_run_id()
    run = Run(
        settings,
        run_id,
        full=full,
        sources=sources,
        objects=objects,
        is_sweep_forced=is_sweep_forced,
        accepts_erasures=accepts_erasures,
    )
    for stop in stops:
        context.find_root().meta["handoff.resume"] = resume or stop.resume
        run_stop(stop, run)
    return run


def run_stop(stop: Stop, run: Run) -> str:
    """Run one stop under a live line; print its outcome and seconds."""
    started = time.monotonic()
    with _live_lines() as lines:
        outcome = stop.run(replace(run, tell=_Teller(lines, stop)))
    seconds = time.monotonic() - started
    err.print(f"[green]✓[/] {stop.name:<17}{seconds:>7.1f} s  {escape(outcome)}")
    return outcome


def show_path(label: str, path: Path) -> None:
    """A line with a path that the reader can open."""
    err.print(f"  [dim]{label:<10}[/] {escape(str(path))}")


def _live_lines() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[text]}"),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


class _Teller:
    """Draws the steps of a stop, a line a thing; in a log or CI one plain line when it is over."""

    def __init__(self, lines: Progress, stop: Stop) -> None:
        self._lines = lines
        self._stop = lines.add_task(f"{stop.name}: {stop.title}", total=None, text="")
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: Step) -> None:
        if self._lines.disable:
            if step.is_over:
                err.print(f"  {step.name}: {step.text}", markup=False)
            return
        if step.name not in self._tasks:
            self._tasks[step.name] = self._lines.add_task(f"  {step.name}", total=None, text="")
        total = max(step.done, 1) if step.is_over else step.total
        self._lines.update(
            self._tasks[step.name],
            completed=total if step.is_over else step.done,
            total=total,
            text=step.text,
        )
