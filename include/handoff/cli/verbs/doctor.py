"""`handoff doctor`: what is missing before the pipeline can run, each with the way to mend it."""

from __future__ import annotations

import typer
from rich.markup import escape

from handoff.cli.console import out
from handoff.settings import get_settings


def doctor() -> None:
    """Look at settings, playbook, connections, disk, clock and locks; exit code 1 if one is bad."""
    from handoff.cli.examination import examine

    bad = 0
    for finding in examine(get_settings()):
        mark = {"good": "[green]✓[/]", "warning": "[yellow]![/]", "bad": "[red]✗[/]"}
        out.print(f"{mark[finding.state]} {finding.name:<12}{escape(finding.text)}")
        if finding.fix:
            out.print(f"  {'':<12}[dim]next: {escape(finding.fix)}[/]")
        bad += finding.state == "bad"
    if bad:
        raise typer.Exit(1)
