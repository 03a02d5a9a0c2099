"""Render a weekly report to one self-contained page, and put it in place."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from handoff.report import numbers
from handoff.report.crm_text import clean
from handoff.report.figures import draw_charts
from handoff.report.reading.cohorts import HORIZONS, complete_on
from handoff.report.reading.leads import stage_name
from handoff.report.reading.problems import Problem
from handoff.report.reading.report import WeeklyReport
from handoff.report.reading.weekly import FUNNEL
from handoff.report.sentences import role, told, write_sentences

_TEMPLATES = Path(__file__).parent / "templates"
_FUNNEL_NAMES = {
    "mqls": "MQL",
    "accepted_handoffs": "Accepted",
    "sqls": "SQL",
    "opportunities": "Opportunity",
    "wins": "Won",
}


def render_weekly(report: WeeklyReport, blocked: dict[str, Any] | None) -> str:
    """The page as HTML. blocked: the note of a newer run that was not published, or None."""
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    template = _environment().get_template("weekly.html.j2")
    return template.render(
        report=report,
        run=report.run,
        week=report.week,
        blocked=blocked,
        blocked_as_of=_blocked_as_of(report, blocked),
        sentences=[] if report.is_empty else write_sentences(report),
        charts={} if report.is_empty else draw_charts(report),
        problem_kinds=_by_kind(report.problems),
        funnel=FUNNEL,
        funnel_names=_FUNNEL_NAMES,
        horizons=HORIZONS,
        style=Markup(style),  # noqa: S704
        policy=_policy(style),
        moment=lambda instant: numbers.moment(instant, report.run.zone),
    )


def _blocked_as_of(report: WeeklyReport, blocked: dict[str, Any] | None) -> str:
    """The instant of the blocked run as the page spells it; as it is where it is none."""
    text = str((blocked or {}).get("as_of") or "")
    try:
        return numbers.moment(datetime.fromisoformat(text), report.run.zone)
    except ValueError:
        return text


def _by_kind(problems: Sequence[Problem]) -> list[tuple[str, list[Problem]]]:
    """Problems of one kind together; the kind with the largest problem first."""
    kinds = dict.fromkeys(problem.kind for problem in problems)
    return [(kind, [each for each in problems if each.kind == kind]) for kind in kinds]


def replace_page(path: Path, text: str) -> None:
    """Put the page at its path by one atomic replace. Raises OSError; the old page then stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.building")
    try:
        with building.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        building.replace(path)
    except OSError:
        building.unlink(missing_ok=True)
        raise


def _policy(style: str) -> str:
    """Nothing may load or run; the one style sheet is named by its hash."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules: Sequence[str] = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clean=clean,
        count=numbers.count,
        percent=numbers.percent,
        minutes=numbers.minutes,
        day=numbers.day,
        short_day=numbers.short_day,
        role=role,
        stage=stage_name,
    )
    environment.globals.update(
        change=numbers.change,
        complete_on=complete_on,
        interval=numbers.interval,
        money=numbers.money,
        not_measured=numbers.NOT_MEASURED,
        of=numbers.of,
        plural=numbers.plural,
        points=numbers.points,
        told=told,
    )
    return environment
