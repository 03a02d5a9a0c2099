"""`handoff sync`: read the CRMs into landing."""

from __future__ import annotations

from typing import Annotated

import typer

from handoff import pipeline
from handoff.cli.stops import run_stops


def sync(
    context: typer.Context,
    source: Annotated[
        list[str] | None, typer.Option("--source", "-s", help="Only this source; may be repeated.")
    ] = None,
    objects: Annotated[
        list[str] | None,
        typer.Option("--object", "-o", help="Only this object, such as contacts; may be repeated."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read every record again.")] = False,
    sweep: Annotated[
        bool,
        typer.Option(
            "--sweep", help="List all ids now, to find who was erased and what is missing."
        ),
    ] = False,
    accept_erasures: Annotated[
        bool,
        typer.Option(
            "--accept-erasures", help="Erase what is gone in the CRM, however much it is."
        ),
    ] = False,
) -> None:
    """Read what is new in each source of the playbook into landing files."""
    run_stops(
        (pipeline.stop("sync"),),
        context,
        full=full,
        sources=tuple(source or ()),
        objects=tuple(objects or ()),
        is_sweep_forced=sweep or accept_erasures,
        accepts_erasures=accept_erasures,
    )
