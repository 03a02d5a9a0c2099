"""The week in a few plain sentences, made from the numbers alone: same numbers, same words."""

from __future__ import annotations

from handoff.report.chance import BEYOND_CHANCE, distance_of_counts, distance_of_rates
from handoff.report.numbers import (
    count,
    day,
    interval,
    of,
    percent,
    plural,
    points,
)
from handoff.report.reading.cohorts import complete_on
from handoff.report.reading.rates import Rate
from handoff.report.reading.report import WeeklyReport
from handoff.report.reading.weekly import Figure

# Figures whose weeks can be compared: not those that grow while their handoffs are young.
_COMPARABLE = {
    "mqls": "MQLs",
    "accepted_handoffs": "Accepted handoffs",
    "sqls": "SQLs",
    "opportunities": "Opportunities",
    "wins": "Wins",
    "sla_attainment_rate": "SLA attainment",
    "poor_fit_rate": "The share of poor-fit leads",
    "unusable_reason_rate": "The share of leads that came back without a usable reason",
}


_MEASURED = {
    "field_completeness_rate": "filled at the handoff",
    "sla_attainment_rate": "touched in time",
    "poor_fit_rate": "of poor fit",
    "unusable_reason_rate": "back without a usable reason",
}


def write_sentences(report: WeeklyReport) -> list[str]:
    """Three to five sentences: volume and movement, conversion, worst problem, SLA, gaps."""
    return [
        _movement(report),
        _conversion(report),
        _worst_problem(report),
        _sla(report),
        _gaps(report),
    ]


def told(rate: Rate) -> str:
    """Both sides, with the rate where the sample allows one: ``27 of 200 (13.5 %)``."""
    sides = of(rate.numerator, rate.denominator)
    return sides if rate.rate is None else f"{sides} ({percent(rate.rate)})"


def surprise(figure: Figure) -> float:
    """How far two weeks lie apart, in standard errors of their difference."""
    if figure.unit == "rate":
        return distance_of_rates(figure.now, figure.before)
    return distance_of_counts(figure.now.numerator, figure.before.numerator)


def _movement(report: WeeklyReport) -> str:
    figures = [
        figure
        for metric_id, figure in report.figures.items()
        if metric_id in _COMPARABLE and figure.is_measured
    ]
    mqls = report.figures.get("mqls")
    if mqls is None or not figures:
        return "No weekly figures are published yet."
    if not any(each.now.numerator or each.before.numerator for each in figures):
        return "No lead moved this week or the week before: no MQLs, no SQLs, no wins."
    moved = max(figures, key=surprise)
    opening = f"{plural(mqls.now.numerator, 'new MQL')}, {_against(mqls)}"
    if surprise(moved) < BEYOND_CHANCE:
        return f"{opening}; no figure moved further than chance would explain."
    if moved is mqls:
        return f"{opening}, the biggest movement of the week."
    name = _COMPARABLE[moved.metric_id]
    if moved.unit == "rate":
        change = points(moved.now.rate, moved.before.rate)
        return (
            f"{opening}. {name} moved most: {told(moved.now)} after {told(moved.before)}, {change}."
        )
    return f"{opening}. {name} moved most: {count(moved.now.numerator)}, {_against(moved)}."


def _against(figure: Figure) -> str:
    difference = figure.now.numerator - figure.before.numerator
    if difference == 0:
        return "as many as the week before"
    word = "more" if difference > 0 else "fewer"
    return (
        f"{count(abs(difference))} {word} than the week before ({count(figure.before.numerator)})"
    )


def _conversion(report: WeeklyReport) -> str:
    days = report.run.headline_days
    pooled = report.headline.pooled.get(days)
    if pooled is None:
        return f"No weekly cohort has been watched for {days} days yet, so MQL to SQL is open."
    between = interval(pooled.rate.ci_low, pooled.rate.ci_high)
    sure = f", 95 % interval {between}" if between else ""
    text = f"Of the MQLs whose {days} days are over, {told(pooled.rate)} reached SQL in time{sure}"
    this_week = report.headline.this_week
    if this_week and this_week.mqls and this_week.by_horizon[days].is_open:
        text += f"; this week's MQLs stay open until {day(complete_on(report.week, days))}"
    skipped = next((stage for stage in report.skipped if stage.stage == "sql"), None)
    if skipped and skipped.inferred == skipped.reached:
        text += "; every SQL date is inferred from a later stage"
    return f"{text}."


def _worst_problem(report: WeeklyReport) -> str:
    if not report.problems:
        kinds = ("poor_fit_rate", "sla_attainment_rate", "field_completeness_rate")
        if not any(report.measures(metric_id) for metric_id in kinds):
            return "The usual failures (fit, follow-up, fields, feedback) are not measured here."
        return "No measure is on the wrong side of the playbook's thresholds."
    worst = report.problems[0]
    due = f" by {day(worst.due)}" if worst.due else ""
    side = "at most" if worst.direction == "above" else "at least"
    return (
        f"The largest of {plural(len(report.problems), 'problem')} is "
        f"{worst.label.lower()}, {worst.place}: {told(worst.measure)} "
        f"{_MEASURED.get(worst.metric_id, '')} in four weeks, where the playbook asks for "
        f"{side} {percent(worst.threshold)}; {worst.owner} leads the fix{due}."
    )


def _sla(report: WeeklyReport) -> str:
    if not report.measures("sla_attainment_rate"):
        return "Speed and SLA are not measured: the sources hold no owners or no activities."
    total = report.sla.total
    if total is None or not total.handoffs:
        return "No handoff opened this week, so there is no SLA to tell."
    text = (
        f"Sales touched {told(total.attainment)} of this week's judged leads in time; "
        f"{count(total.late)} were touched late and {count(total.missed)} not at all"
    )
    beside = [
        f"{count(number)} {words}"
        for number, words in (
            (total.pending, "not yet due"),
            (total.unowned, "without an owner"),
        )
        if number
    ]
    return f"{text}. Not judged: {', '.join(beside)}." if beside else f"{text}."


def _gaps(report: WeeklyReport) -> str:
    if not report.measures("field_completeness_rate"):
        return "Handoff fields are not measured: the playbook requires none of these sources."
    figure = report.figures["field_completeness_rate"]
    if not figure.now.denominator:
        return "No handoff opened this week, so no handoff field was due."
    text = f"Of the handoff fields that this week's MQLs needed, {told(figure.now)} were filled"
    worst = next((each for each in report.fields.fields if each.missing), None)
    if worst is None:
        return f"{text} when they were due."
    gaps = worst.filled.denominator - worst.filled.numerator
    return (
        f"{text} when due; {worst.label} was empty most often "
        f"({of(gaps, worst.filled.denominator)}), to be filled by {role(worst.fixed_by)}."
    )


def role(fixed_by: str) -> str:
    """A role of the playbook as it is written in a sentence."""
    words = {"marketing": "marketing", "sdr": "SDRs", "ae": "AEs", "ops": "revenue operations"}
    return words.get(fixed_by, fixed_by)
