"""`handoff run`: all stops in order, as the DAGs run them."""

from __future__ import annotations

from typing import Annotated

import typer

from handoff import pipeline
from handoff.cli.stops import run_stops, show_path


def run(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Read every record again and build anew.")
    ] = False,
) -> None:
    """Sync, build, check, publish, report and plan the write-back, without a scheduler."""
    resume = "handoff run --full" if full else "handoff run"
    done = run_stops(pipeline.STOPS, context, full=full, resume=resume)
    show_path("database", done.settings.published_path)
    show_path("exports", done.settings.exports_dir)
    show_path("reports", done.settings.reports_dir)
