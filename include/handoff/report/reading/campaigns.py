"""What each campaign brought this week and how its complete cohorts converted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from handoff.report.reading.cohorts import HORIZONS
from handoff.report.reading.published import Published
from handoff.report.reading.rates import Rate, rate_of
from handoff.report.reading.weekly import FUNNEL
from handoff.report.weeks import Week

ALL = "(all)"


@dataclass(frozen=True)
class Campaign:
    """One campaign. week, ever: counts by funnel metric; cohorts: complete ones by horizon.

    open_week: this week's cohort so far. to_won: complete cohorts at the headline horizon.
    """

    campaign_key: str
    name: str
    week: dict[str, int]
    ever: dict[str, int]
    cohorts: dict[int, Rate]
    to_won: Rate | None
    open_week: Rate | None

    @property
    def is_total(self) -> bool:
        return self.campaign_key == ALL


def read_campaigns(published: Published, week: Week, headline_days: int) -> list[Campaign]:
    """Every campaign that ever had a handoff: the total first, then by MQLs of the week."""
    names = {
        row["campaign_key"]: row["campaign_name"]
        for row in published.rows(
            "select distinct campaign_key, campaign_name from rpt_campaign_conversion"
        )
    }
    in_week = _week_counts(published, week)
    ever = _all_counts(published)
    cohorts, to_won = _complete(published, headline_days)
    open_weeks = _open_week(published, week, headline_days)
    campaigns = [
        Campaign(
            campaign_key=key,
            name=name,
            week={metric: in_week[key].get(metric, 0) for metric in FUNNEL},
            ever={metric: ever[key].get(metric, 0) for metric in FUNNEL},
            cohorts={days: cohorts[key][days] for days in HORIZONS if days in cohorts[key]},
            to_won=to_won.get(key),
            open_week=open_weeks.get(key),
        )
        for key, name in names.items()
    ]
    return sorted(
        campaigns,
        key=lambda each: (
            not each.is_total,
            -each.week["mqls"],
            -each.ever["mqls"],
            each.campaign_key,
        ),
    )


def _week_counts(published: Published, week: Week) -> dict[str, dict[str, int]]:
    rows = published.rows(
        """
        select
            case
                when grouping(handoffs.campaign_key) = 1 then '(all)'
                else coalesce(handoffs.campaign_key, '(none)')
            end as campaign_key,
            members.metric_id,
            count(*) as handoffs
        from map_weekly_handoffs as members
        inner join fct_handoffs as handoffs on members.handoff_key = handoffs.handoff_key
        where members.week_start = $week
        group by grouping sets (
            (members.metric_id, handoffs.campaign_key), (members.metric_id)
        )
        """,
        week=week.start,
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row["campaign_key"]][row["metric_id"]] = row["handoffs"]
    return counts


def _all_counts(published: Published) -> dict[str, dict[str, int]]:
    rows = published.rows(
        """
        select
            case
                when grouping(campaign_key) = 1 then '(all)' else coalesce(campaign_key, '(none)')
            end as campaign_key,
            count(*) as mqls, count(accepted_at) as accepted_handoffs, count(sql_at) as sqls,
            count(opportunity_at) as opportunities, count(won_at) as wins
        from fct_handoffs
        where not is_excluded
        group by grouping sets ((campaign_key), ())
        """
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row.pop("campaign_key")] = row
    return counts


def _complete(
    published: Published, headline_days: int
) -> tuple[dict[str, dict[int, Rate]], dict[str, Rate]]:
    rows = published.rows(
        """
        select *
        from rpt_campaign_conversion
        where period_grain = 'all' and basis = 'cohort' and start_stage = 'mql'
            and end_stage in ('sql', 'won') and horizon_days is not null and is_complete
        """
    )
    to_sql: dict[str, dict[int, Rate]] = defaultdict(dict)
    to_won = {}
    for row in rows:
        if row["end_stage"] == "sql":
            to_sql[row["campaign_key"]][row["horizon_days"]] = rate_of(row)
        elif row["horizon_days"] == headline_days:
            to_won[row["campaign_key"]] = rate_of(row)
    return to_sql, to_won


def _open_week(published: Published, week: Week, headline_days: int) -> dict[str, Rate]:
    rows = published.rows(
        """
        select *
        from rpt_campaign_conversion
        where period_grain = 'week' and basis = 'cohort' and start_stage = 'mql'
            and end_stage = 'sql' and horizon_days = $days and period_start = $week
        """,
        days=headline_days,
        week=week.start,
    )
    return {row["campaign_key"]: rate_of(row) for row in rows}
