"""Which charts a weekly page has, and what they say in words."""

from __future__ import annotations

from markupsafe import Markup

from handoff.report.charts import Bar, Point, bar_chart, trend_chart
from handoff.report.numbers import count, of, percent, short_day
from handoff.report.reading.report import WeeklyReport
from handoff.report.reading.weekly import FUNNEL
from handoff.report.sentences import told

_STAGES = dict(zip(FUNNEL, ("MQL", "Accepted", "SQL", "Opportunity", "Won"), strict=True))
COHORT_DAYS = 30


def draw_charts(report: WeeklyReport) -> dict[str, Markup]:
    """The charts by name; one that has nothing to show is absent."""
    charts = {
        "funnel": _funnel(report),
        "cohorts": _cohorts(report),
        "reasons": _reasons(report),
        "sla": _sla(report),
    }
    return {name: chart for name, chart in charts.items() if chart}


def _funnel(report: WeeklyReport) -> Markup | None:
    bars = []
    for metric_id, label in _STAGES.items():
        figure = report.figures.get(metric_id)
        if figure is None:
            return None
        now, before = figure.now.numerator, figure.before.numerator
        bars.append(Bar(label, now, count(now), "accent", "this week"))
        bars.append(Bar(label, before, f"{count(before)} before", "soft", "week before"))
    if not any(bar.value for bar in bars):
        return None
    told_stages = ", ".join(
        f"{label} {count(report.figures[metric_id].now.numerator)} "
        f"(week before {count(report.figures[metric_id].before.numerator)})"
        for metric_id, label in _STAGES.items()
    )
    title = f"Funnel of {report.week.label} and the week before"
    return bar_chart(
        bars, "chart-funnel", title, f"Handoffs that reached each stage: {told_stages}."
    )


def _cohorts(report: WeeklyReport) -> Markup | None:
    points = [
        Point(short_day(cohort.start), rate, rate.is_open)
        for cohort in report.headline.weeks
        if (rate := cohort.by_horizon.get(COHORT_DAYS)) is not None
    ]
    if not any(point.rate.rate is not None for point in points):
        return None
    complete = [point for point in points if not point.is_open]
    told_points = "; ".join(f"{point.label}: {told(point.rate)}" for point in complete)
    return trend_chart(
        points,
        "chart-cohorts",
        f"MQL to SQL within {COHORT_DAYS} days, by week of the MQL",
        f"Complete cohorts are filled, open ones hollow; bars are 95 % intervals. {told_points}.",
    )


def _reasons(report: WeeklyReport) -> Markup | None:
    bars = [
        Bar(
            reason.label,
            reason.week.numerator,
            count(reason.week.numerator)
            if reason.week.rate is None
            else f"{count(reason.week.numerator)} · {percent(reason.week.rate)}",
            "alert" if reason.is_unusable else "accent",
        )
        for reason in report.reasons.reasons
        if reason.week.numerator
    ]
    if not bars or not report.measures("rejection_rate"):
        return None
    total = count(report.reasons.returned)
    told_bars = ", ".join(f"{bar.label} {count(bar.value)}" for bar in bars)
    title = f"Reasons of the {total} handoffs that came back in {report.week.label}"
    return bar_chart(bars, "chart-reasons", title, f"{told_bars}.")


def _sla(report: WeeklyReport) -> Markup | None:
    points = [
        Point(short_day(point.week.start), point.rate)
        for point in report.sla_trend
        if point.rate.denominator
    ]
    if len(points) < 2:
        return None
    told_points = "; ".join(
        f"{point.label}: {of(point.rate.numerator, point.rate.denominator)}" for point in points
    )
    title = "SLA attainment by week of the MQL"
    return trend_chart(
        points, "chart-sla", title, f"Touched in time of those judged. {told_points}."
    )
