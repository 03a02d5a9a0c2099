"""The `handoff` command: every verb is registered here, and nothing else happens here."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from handoff.cli.failure import VerbGroup
from handoff.cli.verbs.bench import bench
from handoff.cli.verbs.build import build
from handoff.cli.verbs.check import check
from handoff.cli.verbs.demo import demo
from handoff.cli.verbs.discover import discover
from handoff.cli.verbs.doctor import doctor
from handoff.cli.verbs.forget import forget
from handoff.cli.verbs.loop import loop
from handoff.cli.verbs.new_crm import new_crm
from handoff.cli.verbs.playbook import playbook
from handoff.cli.verbs.publish import publish
from handoff.cli.verbs.report import report
from handoff.cli.verbs.run import run
from handoff.cli.verbs.sandbox import sandbox
from handoff.cli.verbs.sync import sync
from handoff.cli.verbs.up import up

app = typer.Typer(
    cls=VerbGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="The warehouse for the moment at which marketing hands a lead to sales.",
    epilog="Exit codes: 0 done, 1 error, 2 wrong usage, 3 blocked by checks, "
    "4 another run is at work, 130 interrupted.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("handoff"))
        raise typer.Exit


@app.callback()
def handoff(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Parse what stands before the verb."""


for verb in (run, sync, build, check, publish, report, loop, forget, demo, sandbox, up, doctor):
    app.command()(verb)
app.command()(discover)
app.command("new-crm")(new_crm)
app.add_typer(playbook, name="playbook")
app.add_typer(bench, name="bench")
