"""`handoff publish`: replace the published files."""

from __future__ import annotations

import typer

from handoff import pipeline
from handoff.cli.stops import run_stops, show_path


def publish(context: typer.Context) -> None:
    """Check what leaves, then replace the published database and exports in one step."""
    names = ("check_leaving", "publish")
    run = run_stops([pipeline.stop(name) for name in names], context, resume="handoff publish")
    show_path("database", run.settings.published_path)
    show_path("exports", run.settings.exports_dir)
