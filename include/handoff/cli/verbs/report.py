"""`handoff report`: the weekly quality page, from the published file alone."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from handoff.cli.console import out
from handoff.settings import get_settings


def report(
    context: typer.Context,
    week: Annotated[
        str | None,
        typer.Option("--week", help="An ISO week such as 2026-W40; default the last whole one."),
    ] = None,
) -> None:
    """Write the weekly quality report and print its path."""
    from handoff.report import build_weekly_report

    context.find_root().meta["handoff.resume"] = "handoff report"
    written = build_weekly_report(get_settings(), week)
    out.print(escape(str(written.path)))
