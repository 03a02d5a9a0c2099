"""Run stops from the command line, each with a line of progress and a line of outcome."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import typer
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

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
    resume: str | None = None,
) -> Run:
    """Run the stops in order, showing each; the first error ends it.

    resume: the command that goes on after an interruption; each stop's own when not given.
    """
    settings, run_id = get_settings(), clock.new_run_id()
    done = Run(settings, run_id, full=full, sources=sources)
    for stop in stops:
        context.find_root().meta["handoff.resume"] = resume or stop.resume
        run_stop(stop, Run(settings, run_id, full=full, sources=sources, tell=done.tell))
    return done


def run_stop(stop: Stop, run: Run) -> str:
    """Run one stop under a live line; print its outcome and seconds."""
    started = time.monotonic()
    with _live_lines() as lines:
        teller = _Teller(lines, stop)
        outcome = stop.run(Run(run.settings, run.run_id, run.full, run.sources, teller))
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
        TextColumn("{task.fields[amount]}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


class _Teller:
    """Turns the steps of a stop into one line a thing, with amount, rate and time left.

    Where nobody looks at a terminal (a log, CI) each thing gets one plain line when it is over.
    """

    def __init__(self, lines: Progress, stop: Stop) -> None:
        self._lines = lines
        self._first = lines.add_task(f"{stop.name}: {stop.title}", total=None, amount="")
        self._tasks: dict[str, TaskID] = {}
        self._started: dict[str, float] = {}

    def __call__(self, step: Step) -> None:
        if step.unit == "nodes":
            self._lines.update(self._first, amount=f"{step.done} {step.name}")
            return
        if step.name not in self._tasks:
            self._tasks[step.name] = self._lines.add_task(f"  {step.name}", total=None, amount="")
            self._started[step.name] = time.monotonic()
        seconds = max(time.monotonic() - self._started[step.name], 0.001)
        self._lines.update(
            self._tasks[step.name],
            completed=step.done,
            total=step.total,
            amount=amount(step, seconds),
        )


def amount(step: Step, seconds: float) -> str:
    """Such as ``12,000 of 100,000 rows, 3,000/s, 29 s left``."""
    rate = step.done / seconds
    text = f"{step.done:,}"
    if step.total is not None:
        text += f" of {step.total:,}"
    text += f" {step.unit}, {rate:,.0f}/s"
    if step.total is not None and rate > 0 and step.done < step.total:
        text += f", {(step.total - step.done) / rate:,.0f} s left"
    return text
