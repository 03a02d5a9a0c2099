"""The weekly figures of rpt_weekly_quality, with the week before and their leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handoff.report.reading.leads import LeadList, read_metric_leads
from handoff.report.reading.published import Published
from handoff.report.reading.rates import Rate, SmallSamples
from handoff.report.weeks import Week

FUNNEL = ("mqls", "accepted_handoffs", "sqls", "opportunities", "wins")
# Counted by the week of the MQL, so they still move while those handoffs are young or open.
STILL_MOVING = ("sla_attainment_rate", "rejection_rate", "unowned_handoffs", "no_next_step")
# These have no rows in map_weekly_handoffs: they lead to deals, contacts and raw values.
WITHOUT_HANDOFFS = ("bypasses", "unmapped_stages", "amount_won")


@dataclass(frozen=True)
class Figure:
    """One metric in a week and in the week before.

    now, before: for rates both sides and the rate; for counts and amounts the numerator alone.
    inferred: of a funnel stage, how many took the date of a later stage (None: cannot be).
    """

    metric_id: str
    unit: str
    is_measured: bool
    now: Rate
    before: Rate
    inferred: int | None
    leads: LeadList | None

    @property
    def is_still_moving(self) -> bool:
        return self.metric_id in STILL_MOVING

    @property
    def strict(self) -> float:
        """How many were recorded, not inferred."""
        return self.now.numerator - (self.inferred or 0)


@dataclass(frozen=True)
class WeekPoint:
    """A metric in one week of a trend."""

    week: Week
    rate: Rate


def read_figures(published: Published, week: Week, samples: SmallSamples) -> dict[str, Figure]:
    """Every weekly metric by its id, in the order of the page."""
    rows = published.rows(
        """
        with
        metrics as (
            select distinct metric_id, position, unit, is_measured from rpt_weekly_quality
        )
        select
            metrics.*,
            now.numerator, now.denominator, now.value, now.ci_low, now.ci_high,
            before.numerator as before_numerator, before.denominator as before_denominator,
            before.value as before_value, before.ci_low as before_ci_low,
            before.ci_high as before_ci_high
        from metrics
        left join rpt_weekly_quality as now
            on metrics.metric_id = now.metric_id and now.week_start = $week
        left join rpt_weekly_quality as before
            on metrics.metric_id = before.metric_id and before.week_start = $before
        order by metrics.position, metrics.metric_id
        """,
        week=week.start,
        before=week.previous.start,
    )
    inferred = _inferred(published, week.start)
    figures = {}
    for row in rows:
        metric_id, is_rate = row["metric_id"], row["unit"] == "rate"
        leads = None
        if row["is_measured"] and metric_id not in WITHOUT_HANDOFFS:
            leads = read_metric_leads(published, metric_id, week.start)
        sides = []
        for prefix in ("", "before_"):
            # A week without a row had no event of any kind.
            numerator = row[f"{prefix}numerator"] or 0.0
            denominator = row[f"{prefix}denominator"] or 0.0
            care = samples.share(numerator, denominator).small_sample if is_rate else "no"
            sides.append(
                Rate(
                    numerator=numerator,
                    denominator=denominator,
                    rate=row[f"{prefix}value"] if is_rate else None,
                    ci_low=row[f"{prefix}ci_low"],
                    ci_high=row[f"{prefix}ci_high"],
                    small_sample=care,
                )
            )
        figures[metric_id] = Figure(
            metric_id=metric_id,
            unit=row["unit"],
            is_measured=row["is_measured"],
            now=sides[0],
            before=sides[1],
            inferred=inferred.get(metric_id),
            leads=leads,
        )
    return figures


def _inferred(published: Published, week: date) -> dict[str, int]:
    rows = published.rows(
        """
        select
            members.metric_id,
            count(*) filter (
                where case members.metric_id
                    when 'accepted_handoffs' then handoffs.accepted_is_inferred
                    when 'sqls' then handoffs.sql_is_inferred
                    else handoffs.opportunity_is_inferred
                end
            ) as inferred
        from map_weekly_handoffs as members
        inner join fct_handoffs as handoffs on members.handoff_key = handoffs.handoff_key
        where members.metric_id in ('accepted_handoffs', 'sqls', 'opportunities')
            and members.week_start = $week
        group by members.metric_id
        """,
        week=week,
    )
    return {
        **dict.fromkeys(("accepted_handoffs", "sqls", "opportunities"), 0),
        **{row["metric_id"]: row["inferred"] for row in rows},
    }


def read_trend(published: Published, metric_id: str, week: Week, weeks: int) -> list[WeekPoint]:
    """A rate over the last weeks up to this one; weeks without a row are left out."""
    rows = published.rows(
        """
        select week_start, numerator, denominator, value as rate, ci_low, ci_high, small_sample
        from rpt_weekly_quality
        where metric_id = $metric_id and is_measured and week_start <= $week
            and week_start > $week - to_days(7 * $weeks)
        order by week_start
        """,
        metric_id=metric_id,
        week=week.start,
        weeks=weeks,
    )
    return [
        WeekPoint(
            Week(row.pop("week_start")),
            Rate(
                **{
                    **row,
                    "numerator": row["numerator"] or 0,
                    "denominator": row["denominator"] or 0,
                }
            ),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class SkippedStage:
    """How many of a stage's dates, over all handoffs, were not recorded but inferred."""

    stage: str
    reached: int
    inferred: int


def read_skipped_stages(published: Published) -> list[SkippedStage]:
    """The stages of which some date is inferred."""
    row = published.row(
        """
        select
            count(accepted_at) as accepted, count_if(accepted_is_inferred) as accepted_inferred,
            count(sql_at) as "sql", count_if(sql_is_inferred) as sql_inferred,
            count(opportunity_at) as opportunity,
            count_if(opportunity_is_inferred) as opportunity_inferred
        from fct_handoffs
        where not is_excluded
        """
    )
    stages = [
        SkippedStage(stage, row[stage], row[f"{stage}_inferred"])
        for stage in ("accepted", "sql", "opportunity")
    ]
    return [stage for stage in stages if stage.inferred]
