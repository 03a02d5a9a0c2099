"""`handoff demo`: the whole loop on a sandbox CRM, through Airflow."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from handoff.cli.console import out
from handoff.settings import Settings, get_settings


def demo(context: typer.Context) -> None:
    """Play the whole loop: a sandbox CRM, the real DAGs, a report, a publish that is blocked."""
    from handoff.orchestration.demo import play
    from handoff.orchestration.demo_home import demo_settings

    context.find_root().meta["handoff.resume"] = "handoff demo, which begins anew"
    settings = demo_settings(get_settings())
    began = time.monotonic()
    blocked = play(settings, _Narrator())
    out.print(f"\n[yellow]Blocked[/] by {blocked.task_id}, and the published file is untouched:")
    out.print(f"  {escape(blocked.message)}")
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
            self._line(mark, event["task_id"], event["seconds"], "".join(first_line))
        elif out.is_terminal:
            out.print(f"  … {event['task_id']}", end="\r")

    def note(self, text: str) -> None:
        out.print(f"  {escape(text)}")

    def _line(self, mark: str, name: str, seconds: float, outcome: str) -> None:
        out.print(f"  {mark} {name:<17}{seconds:>6.1f} s  {escape(outcome)}")


def _show_results(settings: Settings, seconds: float) -> None:
    reports = sorted(settings.reports_dir.glob("weekly/*.html"))
    books = sorted(settings.exports_dir.rglob("*.xlsx"))
    query = "from reporting.rpt_campaign_conversion limit 20"
    out.print(f"\n[bold]Ready after {seconds:.0f} s.[/] What there is to look at:")
    for label, path in (("report", reports[-1:]), ("spreadsheet", books[-1:])):
        for each in path:
            _show(label, each, f"python3 -m webbrowser -t {_quoted('file://' + str(each))}")
    _show(
        "database",
        settings.published_path,
        f"{_python()} -c \"import duckdb; duckdb.connect('{settings.published_path}', "
        f"read_only=True).sql('{query}').show()\"",
    )
    _show(
        "Airflow", settings.home / "airflow", "make up DEMO=1   # the same DAGs, with their pages"
    )


def _show(label: str, path: Path, command: str) -> None:
    out.print(f"  {label:<12}{escape(str(path))}")
    out.print(f"  {'':<12}[dim]{escape(command)}[/]")


def _quoted(text: str) -> str:
    return f"'{text}'" if " " in text else text


def _python() -> str:
    """This interpreter, relative to where the person is if it is below."""
    path = Path(sys.executable)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
