"""`handoff forget`: take a person out of everything that Handoff holds."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape

from handoff import clock, pipeline
from handoff.cli.console import err
from handoff.cli.stops import run_stops
from handoff.errors import ChecksFailedError
from handoff.settings import get_settings


def forget(
    context: typer.Context,
    source: Annotated[
        str | None, typer.Option("--source", "-s", help="Only this source; default all of them.")
    ] = None,
    object_: Annotated[
        str | None, typer.Option("--object", "-o", help="With --id: its object, such as contacts.")
    ] = None,
    id_: Annotated[
        str | None, typer.Option("--id", help="A record's id; needs --source and --object.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a person, by e-mail address (asked for, or on standard input) or by record."""
    from handoff.sync.forgetting import find_person
    from handoff.sync.forgetting import forget as carry_out

    settings = get_settings()
    if (id_ is None) != (object_ is None) or (id_ is not None and source is None):
        raise typer.BadParameter("--id needs --source and --object")
    record = (object_, id_) if object_ and id_ else None
    address = None if record else _address()
    plans = find_person(settings, address=address, source_id=source, record=record)
    if not plans:
        err.print("Nothing of them has landed.")
        return
    for plan in plans:
        for extent, found in (("goes", plan.erased.records), ("loses texts", plan.erased.texts)):
            for name, ids in sorted(found.items()):
                err.print(f"  {plan.source_id} {name}: {len(ids):,} {extent}", markup=False)
    if not yes:
        typer.confirm("Erase all of it for good?", abort=True, err=True)
    context.find_root().meta["handoff.resume"] = "handoff sync, then: handoff build"
    for summary in carry_out(settings, plans, clock.new_run_id()):
        err.print(f"[green]✓[/] {escape(str(summary))}")
    if settings.warehouse_path.exists():
        try:
            run_stops(pipeline.BUILD_STOPS, context)
        except ChecksFailedError as error:
            error.message += (
                "; the person is out of landing and warehouse, and stays in the published files, "
                "exports and pages until a build passes"
            )
            raise
    err.print("The CRM still has its own copy: erase the person there too.")


def _address() -> str:
    """The address, which so stands in no history of commands."""
    if sys.stdin.isatty():
        return str(typer.prompt("E-mail address", err=True)).strip()
    address = sys.stdin.readline().strip()
    if "@" not in address:
        raise typer.BadParameter("standard input has no e-mail address")
    return address
