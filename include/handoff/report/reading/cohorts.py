"""The MQL cohorts of rpt_campaign_conversion: the headline, the weeks and the months."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from handoff.report.reading.published import Published
from handoff.report.reading.rates import Rate, rate_of
from handoff.report.weeks import Week

HORIZONS = (30, 60, 90)


@dataclass(frozen=True)
class Pooled:
    """The complete weekly cohorts together, at one horizon."""

    horizon_days: int
    rate: Rate
    inferred: int
    first_day: date
    last_day: date


@dataclass(frozen=True)
class Cohort:
    """One period's MQLs; by_horizon: horizon → rate, None for any time so far."""

    start: date
    mqls: int
    by_horizon: dict[int | None, Rate] = field(default_factory=dict)


@dataclass(frozen=True)
class Month:
    """The MQLs of a month: to SQL and to won at the headline horizon, so far, and by period."""

    start: date
    mqls: int
    to_sql: Rate | None
    to_won: Rate | None
    won_so_far: Rate | None
    won_period: Rate | None


@dataclass(frozen=True)
class Headline:
    """MQL to SQL: complete cohorts at each horizon, the last weeks, the months, this period."""

    pooled: dict[int, Pooled]
    weeks: list[Cohort]
    months: list[Month]
    period: Rate | None
    this_week: Cohort | None


def complete_on(week: Week, horizon_days: int) -> date:
    """The first local day on which a weekly cohort can no longer change."""
    return week.end + timedelta(days=horizon_days)


def read_headline(published: Published, week: Week, headline_days: int, weeks: int) -> Headline:
    """The headline as of the published run; the weeks end with this one."""
    cohorts = _weeks(published, week, weeks)
    this_week = next((cohort for cohort in cohorts if cohort.start == week.start), None)
    return Headline(
        pooled=_pooled(published),
        weeks=cohorts,
        months=_months(published, headline_days),
        period=_period(published, week),
        this_week=this_week,
    )


def _pooled(published: Published) -> dict[int, Pooled]:
    rows = published.rows(
        """
        select *
        from rpt_campaign_conversion
        where period_grain = 'all' and campaign_key = '(all)' and basis = 'cohort'
            and start_stage = 'mql' and end_stage = 'sql' and horizon_days is not null
        order by horizon_days
        """
    )
    return {
        row["horizon_days"]: Pooled(
            row["horizon_days"],
            rate_of(row),
            row["inferred_end_count"],
            row["period_start"],
            row["period_end"] - timedelta(days=1),
        )
        for row in rows
    }


def _weeks(published: Published, week: Week, weeks: int) -> list[Cohort]:
    rows = published.rows(
        """
        select *
        from rpt_campaign_conversion
        where period_grain = 'week' and campaign_key = '(all)' and basis = 'cohort'
            and start_stage = 'mql' and end_stage = 'sql'
            and period_start <= $week and period_start > $week - to_days(7 * $weeks)
        order by period_start, horizon_days
        """,
        week=week.start,
        weeks=weeks,
    )
    by_start: dict[date, dict[int | None, Rate]] = defaultdict(dict)
    for row in rows:
        by_start[row["period_start"]][row["horizon_days"]] = rate_of(row)
    return [
        Cohort(start, int(next(iter(rates.values())).denominator), rates)
        for start, rates in by_start.items()
    ]


def _months(published: Published, headline_days: int) -> list[Month]:
    rows = published.rows(
        """
        select *
        from rpt_campaign_conversion
        where period_grain = 'month' and campaign_key = '(all)' and start_stage = 'mql'
            and end_stage in ('sql', 'won')
        order by period_start desc
        """
    )
    by_start: dict[date, dict[tuple[str, str, int | None], Rate]] = defaultdict(dict)
    for row in rows:
        key = (row["end_stage"], row["basis"], row["horizon_days"])
        by_start[row["period_start"]][key] = rate_of(row)
    months = []
    for start, rates in by_start.items():
        so_far = rates.get(("won", "cohort", None))
        months.append(
            Month(
                start=start,
                mqls=int(so_far.denominator) if so_far else 0,
                to_sql=rates.get(("sql", "cohort", headline_days)),
                to_won=rates.get(("won", "cohort", headline_days)),
                won_so_far=so_far,
                won_period=rates.get(("won", "period", None)),
            )
        )
    return months


def _period(published: Published, week: Week) -> Rate | None:
    row = published.row(
        """
        select *
        from rpt_campaign_conversion
        where period_grain = 'week' and campaign_key = '(all)' and basis = 'period'
            and start_stage = 'mql' and end_stage = 'sql' and period_start = $week
        """,
        week=week.start,
    )
    return rate_of(row) if row else None
