"""`handoff up`: Airflow with its pages and schedules."""

from __future__ import annotations

from typing import Annotated

import typer

from handoff.cli.console import out
from handoff.settings import get_settings


def up(
    context: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help="On the demo's sandbox CRM instead of your own.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Of Airflow's pages.")
    ] = 8080,
) -> None:
    """Run Airflow: scheduler, schedules and pages. Ctrl-C stops all of it."""
    from handoff.orchestration.serve import serve

    context.find_root().meta["handoff.resume"] = "make up DEMO=1" if demo else "make up"
    serve(get_settings(), port=port, demo=demo, say=lambda text: out.print(text, markup=False))
