"""Everything one weekly page says, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handoff.report.reading.campaigns import Campaign, read_campaigns
from handoff.report.reading.cohorts import Headline, read_headline
from handoff.report.reading.definitions import Definition, read_definitions
from handoff.report.reading.fields import Fields, read_fields
from handoff.report.reading.open_work import OpenWork, read_open_work
from handoff.report.reading.problems import Problem, read_problems
from handoff.report.reading.published import Published
from handoff.report.reading.reasons import Reasons, read_reasons
from handoff.report.reading.run import PublishedRun
from handoff.report.reading.speed import Sla, read_sla
from handoff.report.reading.weekly import (
    Figure,
    SkippedStage,
    WeekPoint,
    read_figures,
    read_skipped_stages,
    read_trend,
)
from handoff.report.weeks import Week

TREND_WEEKS = 13


@dataclass(frozen=True)
class WeeklyReport:
    """The numbers of a week as of a published run."""

    run: PublishedRun
    week: Week
    today: date
    figures: dict[str, Figure]
    skipped: list[SkippedStage]
    headline: Headline
    campaigns: list[Campaign]
    reasons: Reasons
    sla: Sla
    sla_trend: list[WeekPoint]
    fields: Fields
    problems: list[Problem]
    open_work: OpenWork
    definitions: dict[str, Definition]

    @property
    def is_empty(self) -> bool:
        return self.run.handoff_count == 0

    def measures(self, metric_id: str) -> bool:
        """Whether the sources can tell a metric at all."""
        figure = self.figures.get(metric_id)
        return figure is not None and figure.is_measured


def read_report(published: Published, run: PublishedRun, week: Week) -> WeeklyReport:
    """All sections of one week."""
    today = run.as_of.astimezone(run.zone).date()
    return WeeklyReport(
        run=run,
        week=week,
        today=today,
        figures=read_figures(published, week, run.small_samples),
        skipped=read_skipped_stages(published),
        headline=read_headline(published, week, run.headline_days, TREND_WEEKS),
        campaigns=read_campaigns(published, week, run.headline_days),
        reasons=read_reasons(published, week, run.small_samples),
        sla=read_sla(published, week, run.zone),
        sla_trend=read_trend(published, "sla_attainment_rate", week, TREND_WEEKS),
        fields=read_fields(published, week),
        problems=read_problems(published, today, run.small_samples),
        open_work=read_open_work(published),
        definitions=read_definitions(published),
    )
