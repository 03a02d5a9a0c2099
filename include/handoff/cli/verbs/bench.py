"""`handoff bench`: how fast sync and build are, as ratios to a plain baseline in the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from handoff.cli.console import err, out

bench = typer.Typer(
    no_args_is_help=True, help="Measure sync or build against a plain baseline in the same run."
)

People = Annotated[int, typer.Option("--people", min=1, help="People of the made-up portal.")]
Activities = Annotated[
    int, typer.Option("--activities", min=0, help="Activities of the made-up portal.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Keep portal and files here, and use those that are here."),
]


@bench.command()
def sync(
    records: Annotated[
        int, typer.Option("--records", min=16_000, help="Records of the made-up account.")
    ] = 200_000,
) -> None:
    """Syncs of several requests at a time, against a loop over the same pages; and a slow account.

    Pages come ready-made from a server that is not waited for. The account of the second table
    lets 190 requests through in ten seconds.
    """
    from handoff.bench.sync import bench_rate, bench_sync

    table = Table("", "seconds", "records/s", "requests", "MB on disk", "peak MB", "ratio")
    for row in bench_sync(records, tell=err.print):
        table.add_row(
            row.name,
            f"{row.seconds:.1f}",
            f"{row.records_per_second:,.0f}",
            f"{row.requests:,}",
            f"{row.disk_mb:,.0f}",
            f"{row.peak_mb:,.0f}",
            f"{row.ratio:.2f}",
        )
    out.print(table)
    rate = bench_rate(tell=err.print)
    table = Table("throttled", "requests", "refused", "seconds", "share of the rate")
    table.add_row(
        "sync, 4 at a time",
        f"{rate.requests:,}",
        f"{rate.refused:,}",
        f"{rate.seconds:.1f}",
        f"{rate.share:.1%}",
    )
    out.print(table)


@bench.command()
def build(
    people: People = 100_000, activities: Activities = 1_000_000, folder: Folder = None
) -> None:
    """A full build, against DuckDB reading the same files with typed columns."""
    from handoff.bench.build import bench_build

    table = Table("", "seconds", "records or nodes", "peak MB", "ratio")
    for row in bench_build(people, activities, folder=folder, tell=err.print):
        table.add_row(
            row.name,
            f"{row.seconds:.1f}",
            f"{row.records:,}",
            f"{row.peak_mb:,.0f}",
            f"{row.ratio:.2f}",
        )
    out.print(table)
