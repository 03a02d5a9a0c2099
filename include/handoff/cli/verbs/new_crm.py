"""`handoff new-crm`: the files of another CRM, which pass their own checks at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from handoff.cli.console import out
from handoff.settings import PROJECT_ROOT


def new_crm(
    name: Annotated[str, typer.Argument(help="A word for the code, such as close.")],
    label: Annotated[
        str | None, typer.Option("--label", help="As people call it; default: the word.")
    ] = None,
    project: Annotated[
        Path, typer.Option("--project", help="The repository to write into.")
    ] = PROJECT_ROOT,
) -> None:
    """Make connector, staging models, sandbox server and contract case of a CRM from a template."""
    from handoff.new_crm import make_crm

    made = make_crm(project.resolve(), name, label)
    for path in (*made.made, *made.changed):
        out.print(escape(path))
    out.print(f"\n{len(made.made)} files made, {len(made.changed)} lists changed. Next:")
    for step in (
        f"pytest tests/contract -k {name}    # passes now, and has to stay so",
        f"include/handoff/crm/{name}/objects.py, paths.py, answers.py: the CRM's own",
        f"include/handoff/sandbox/server/{name}/: answer as the CRM does",
        f"dbt_project/models/staging/{name}/: fill the empty shapes",
        "docs/extending.md, 'Add a CRM': what each file owes",
    ):
        out.print(f"  {escape(step)}")
