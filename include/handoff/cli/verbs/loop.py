"""`handoff loop`: what the CRM should be told, as a plan."""

from __future__ import annotations

from typing import Annotated

import typer

from handoff.cli.console import out
from handoff.settings import get_settings


def loop(
    context: typer.Context,
    shown: Annotated[int, typer.Option("--shown", min=0, help="How many changes to list.")] = 20,
) -> None:
    """Print the next steps that the CRM should hold. A dry run: nothing is sent."""
    from handoff.write_back import plan_view, plan_write_back

    context.find_root().meta["handoff.resume"] = "handoff loop"
    changes = plan_write_back(get_settings().published_path)
    out.print(plan_view(changes, shown=shown))
