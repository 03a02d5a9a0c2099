"""`handoff build`: load landing and build every layer."""

from __future__ import annotations

from typing import Annotated

import typer

from handoff import pipeline
from handoff.cli.stops import run_stops


def build(
    context: typer.Context,
    full: Annotated[
        bool, typer.Option("--full", help="Make the warehouse anew from landing alone.")
    ] = False,
) -> None:
    """Load what landed, check it, and build every layer with dbt."""
    names = ("load", "check_arrived", "dbt_staging", "dbt_intermediate", "dbt_marts")
    resume = "handoff build --full" if full else "handoff build"
    run_stops([pipeline.stop(name) for name in names], context, full=full, resume=resume)
