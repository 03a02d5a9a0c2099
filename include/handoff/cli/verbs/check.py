"""`handoff check`: run the checks of what arrived or what leaves."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from handoff import pipeline
from handoff.cli.stops import run_stops


class When(StrEnum):
    """Which checks."""

    ARRIVED = "arrived"
    LEAVING = "leaving"


def check(
    context: typer.Context,
    when: Annotated[When, typer.Argument(help="What arrived, or what is about to leave.")],
) -> None:
    """Check the data; exit code 3 when a blocking check fails."""
    run_stops((pipeline.stop(f"check_{when.value}"),), context)
