"""`handoff sandbox`: the CRMs' own HTTP APIs over a folder of records."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from handoff.cli.console import err


def sandbox(
    portal: Annotated[
        Path | None, typer.Option("--portal", help="The folder of records to serve.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    options: Annotated[
        Path | None,
        typer.Option("--options", help="JSON: limits, lag, merges, faults (docs/sandbox.md)."),
    ] = None,
    generate: Annotated[
        Path | None,
        typer.Option("--generate", help="Write a made-up portal into this folder instead."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the made-up portal.")] = 7,
    people: Annotated[int, typer.Option("--people", min=1, help="Of the made-up portal.")] = 2000,
    days: Annotated[int, typer.Option("--days", min=7, help="Of the made-up portal.")] = 90,
    ends_at: Annotated[
        str | None, typer.Option("--ends-at", help="Its last instant, ISO; default the demo's.")
    ] = None,
    crms: Annotated[
        str, typer.Option("--crms", help="Of the made-up portal: hubspot, or hubspot,salesforce.")
    ] = "hubspot",
) -> None:
    """Serve a portal folder over its CRMs' APIs on loopback, or generate one first.

    Prints the address, and for each CRM the variable that makes it a source.
    """
    if portal is None and generate is None:
        raise typer.BadParameter("name a folder with --portal or --generate")
    if generate is not None:
        _generate(generate, seed, people, days, ends_at, made_up_crms(crms))
    if portal is not None:
        from handoff.sandbox.server.running import read_options, serve

        serve(portal, port, read_options(options) if options is not None else None)


def made_up_crms(text: str) -> tuple[str, ...]:
    """The CRMs that a made-up company can work in. Raises typer.BadParameter for any others."""
    crms = tuple(one.strip().lower() for one in text.split(","))
    if crms not in (("hubspot",), ("hubspot", "salesforce")):
        raise typer.BadParameter(f"--crms is hubspot or hubspot,salesforce, not {text}")
    return crms


def _generate(
    folder: Path, seed: int, people: int, days: int, ends_at: str | None, crms: tuple[str, ...]
) -> None:
    from handoff.sandbox.generator import generate_portal
    from handoff.sandbox.generator.generate import DEMO_ENDS_AT

    try:
        instant = datetime.fromisoformat(ends_at) if ends_at else DEMO_ENDS_AT
    except ValueError:
        raise typer.BadParameter(f"--ends-at is not an ISO instant: {ends_at}") from None
    if instant.tzinfo is None:
        raise typer.BadParameter(f"--ends-at has no time zone; write {ends_at}Z")
    truth = generate_portal(folder, seed=seed, people=people, days=days, ends_at=instant, crms=crms)
    # The hand-placed people are always there, so a small portal holds more than were asked for.
    held = truth.records["contacts"]
    records = sum(truth.records.values()) + sum(truth.salesforce_records.values())
    err.print(f"{records:,} records of {held:,} people in {folder}")
