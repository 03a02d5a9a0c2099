"""`handoff playbook`: check the playbook, and write the schemas that editors complete from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from handoff.cli.console import err
from handoff.settings import get_settings

playbook = typer.Typer(no_args_is_help=True, help="Check the playbook, or write its schemas.")


@playbook.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="The playbook folder; default HANDOFF_PLAYBOOK.")
    ] = None,
) -> None:
    """Say every mistake of the playbook with file, line and what is allowed."""
    from handoff.playbook import load_playbook

    chosen = folder or get_settings().playbook_dir
    checked = load_playbook(chosen)
    sources = ", ".join(checked.sources.sources)
    err.print(
        f"[green]✓[/] {chosen}: no mistakes; version {checked.version_key}, sources: {sources}"
    )


@playbook.command()
def schema(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write; default schema/ of the playbook.")
    ] = None,
) -> None:
    """Write a JSON Schema a file, from which editors complete and check."""
    from handoff.playbook.json_schema import export

    chosen = folder or get_settings().playbook_dir / "schema"
    written = export(chosen)
    err.print(f"{len(written)} schemas in {chosen}", markup=False)
