"""`handoff bench`: how long the two slow stops take, against a plain way of doing the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from handoff.cli.console import err, out

bench = typer.Typer(
    no_args_is_help=True, help="Measure the sync or the build on a large made-up portal."
)

People = Annotated[int, typer.Option("--people", help="Of the made-up portal.")]
Activities = Annotated[int, typer.Option("--activities", help="Of the made-up portal.")]
Folder = Annotated[
    Path | None, typer.Option("--folder", help="Keep the portal here, and use it if it is here.")
]


@bench.command()
def sync(
    people: People = 100_000, activities: Activities = 1_000_000, folder: Folder = None
) -> None:
    """The sync, against a plain loop over the same HTTP pages that keeps them on disk."""
    from handoff.bench.sync import bench_sync

    rows = bench_sync(people, activities, folder=folder, tell=_tell)
    _show("Sync", rows)


@bench.command()
def build(
    people: People = 100_000, activities: Activities = 1_000_000, folder: Folder = None
) -> None:
    """The build, against DuckDB's plain read of the same files with typed columns."""
    from handoff.bench.build import bench_build

    rows = bench_build(people, activities, folder=folder, tell=_tell)
    _show("Build", rows)


def _tell(text: str) -> None:
    err.print(f"… {text}", markup=False)


def _show(title: str, rows: Iterable[Any]) -> None:
    table = Table("step", "seconds", "records", "peak MB", "ratio", title=title)
    for row in rows:
        table.add_row(
            row.name,
            f"{row.seconds:,.1f}",
            f"{row.records:,}",
            f"{row.peak_mb:,.0f}",
            f"{row.ratio:.2f}",
        )
    out.print(table)
