"""`handoff demo`: the whole loop on a sandbox CRM, through Airflow."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from handoff.cli.console import out
from handoff.cli.verbs.sandbox import made_up_crms
from handoff.settings import Settings, get_settings

_QUERY = "from reporting.rpt_campaign_conversion limit 20"


def demo(
    context: typer.Context,
    crms: Annotated[
        str, typer.Option("--crms", help="hubspot, or hubspot,salesforce: sales in Salesforce.")
    ] = "hubspot",
) -> None:
    """Play the whole loop: a sandbox CRM, the real DAGs, a report, a publish that is blocked."""
    from handoff.orchestration.demo import play
    from handoff.orchestration.demo_home import demo_settings

    context.find_root().meta["handoff.resume"] = "handoff demo, which begins anew"
    settings = demo_settings(get_settings(), made_up_crms(crms))
    began = time.monotonic()
    blocked = play(settings, _Narrator())
    out.print(f"\n[yellow]Blocked[/] by {blocked.task_id}, and the published file is untouched.")
    for line in blocked.message.splitlines():
        out.print(f"  {escape(_near(line.strip()))}")
    out.print(
        "  The report says so on top. Once the CRM shows everything again, the next run publishes."
    )
    _show_results(settings, time.monotonic() - began)


class _Narrator:
    """Prints a line a thing as it happens."""

    def chapter(self, title: str) -> None:
        out.print(f"\n[bold]{escape(title)}[/]")

    def done(self, name: str, seconds: float, outcome: str) -> None:
        self._line("[green]✓[/]", name, seconds, outcome)

    def task(self, event: dict[str, Any]) -> None:
        if event["event"] == "ended":
            mark = "[green]✓[/]" if event["state"] == "success" else "[red]✗[/]"
            first_line = str(event["outcome"] or "").splitlines()[0:1]
            self._line(mark, event["task_id"], event["seconds"], _near("".join(first_line)))
        elif out.is_terminal:
            out.print(f"  … {event['task_id']}", end="\r")

    def note(self, text: str) -> None:
        out.print(f"  {escape(text)}")

    def _line(self, mark: str, name: str, seconds: float, outcome: str) -> None:
        out.print(f"  {mark} {name:<17}{seconds:>6.1f} s  {escape(outcome)}")


def _show_results(settings: Settings, seconds: float) -> None:
    report = _near(str(settings.reports_dir / "weekly" / "latest.html"))
    book = _near(str(settings.exports_dir / "latest" / "handoff.xlsx"))
    database = _near(str(settings.published_path))
    opened = report if Path(report).is_absolute() else f"$PWD/{report}"
    query = f"duckdb.connect('{database}', read_only=True).sql('{_QUERY}').show()"
    out.print(f"\n[bold]Ready after {seconds:.0f} s.[/] What there is to look at:")
    for label, path, command in (
        ("report", report, f'python3 -m webbrowser -t "file://{opened}"'),
        ("spreadsheet", book, f"{'open' if sys.platform == 'darwin' else 'xdg-open'} {book}"),
        ("database", database, f'{_bin("python")} -c "import duckdb; {query}"'),
        ("Airflow", _near(str(settings.home / "airflow")), "make up DEMO=1"),
    ):
        out.print(f"  {label:<12}{escape(path)}")
        out.print(f"  {'':<12}[dim]{escape(command)}[/]")


def _near(text: str) -> str:
    """The text with paths as seen from where the person is."""
    return text.replace(f"{Path.cwd()}/", "")


def _bin(program: str) -> str:
    return _near(str(Path(sys.executable).parent / program))
