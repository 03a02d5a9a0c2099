"""Why handoffs came back: those closed this week, and the complete cohorts."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.report.reading.leads import (
    LEAD_COLUMNS,
    LEAD_JOINS,
    MAX_LEADS,
    LeadList,
    lead_list,
)
from handoff.report.reading.published import Published
from handoff.report.reading.rates import Rate, SmallSamples, rate_of
from handoff.report.weeks import Week

UNUSABLE = ("missing", "unmapped")
COHORT_DAYS = 30


@dataclass(frozen=True)
class Reason:
    """One canonical reason: its share of what came back in the week, and of complete cohorts."""

    reason: str
    label: str
    description: str
    week: Rate
    before: Rate
    cohort: Rate | None

    @property
    def is_unusable(self) -> bool:
        return self.reason in UNUSABLE


@dataclass(frozen=True)
class Reasons:
    """returned: handoffs that came back in the week with a source that records reasons."""

    reasons: list[Reason]
    returned: int
    returned_before: int
    cohort_closed: int
    unusable: LeadList
    raw_values: list[tuple[str, int]]


def read_reasons(published: Published, week: Week, samples: SmallSamples) -> Reasons:
    """Reasons by this week's count, then by the playbook's order."""
    rows = published.rows(
        """
        with
        returned as (
            select handoffs.reason, members.week_start
            from map_weekly_handoffs as members
            inner join fct_handoffs as handoffs on members.handoff_key = handoffs.handoff_key
            where members.metric_id = 'unusable_reason_rate'
                and members.week_start in ($week, $before)
        )
        select
            reasons.reason, reasons.label, coalesce(reasons.description, '') as description,
            count(*) filter (where returned.week_start = $week) as now,
            count(*) filter (where returned.week_start = $before) as before,
            (select count(*) from returned where week_start = $week) as all_now,
            (select count(*) from returned where week_start = $before) as all_before
        from playbook_reasons as reasons
        left join returned on reasons.reason = returned.reason
        group by all
        order by now desc, any_value(reasons.position)
        """,
        week=week.start,
        before=week.previous.start,
    )
    cohorts = _cohorts(published)
    first = rows[0] if rows else {"all_now": 0, "all_before": 0}
    return Reasons(
        reasons=[
            Reason(
                row["reason"],
                row["label"],
                row["description"],
                samples.share(row["now"], row["all_now"]),
                samples.share(row["before"], row["all_before"]),
                cohorts.get(row["reason"]),
            )
            for row in rows
        ],
        returned=first["all_now"],
        returned_before=first["all_before"],
        cohort_closed=int(next((rate.denominator for rate in cohorts.values()), 0)),
        unusable=_unusable(published, week),
        raw_values=_raw_values(published, week),
    )


def _cohorts(published: Published) -> dict[str, Rate]:
    """Shares of the closed handoffs of complete cohorts, won and expired included."""
    rows = published.rows(
        """
        select
            reason_code, numerator, closed_denominator as denominator, closed_rate as rate,
            closed_ci_low as ci_low, closed_ci_high as ci_high,
            closed_small_sample as small_sample, is_complete
        from rpt_reason_codes
        where period_grain = 'all' and campaign_key = '(all)' and horizon_days = $days
            and is_reason
        order by reason_code
        """,
        days=COHORT_DAYS,
    )
    return {row["reason_code"]: rate_of(row) for row in rows}


def _unusable(published: Published, week: Week) -> LeadList:
    rows = published.rows(
        f"""
        select {LEAD_COLUMNS}, handoffs.reason, handoffs.reason_raw_value,
            count(*) over () as total
        from map_weekly_handoffs as members
        inner join fct_handoffs as handoffs on members.handoff_key = handoffs.handoff_key
        {LEAD_JOINS}
        where members.metric_id = 'unusable_reason_rate' and members.week_start = $week
            and members.numerator > 0
        order by handoffs.reason, team, handoffs.closed_at, handoffs.handoff_key
        limit {MAX_LEADS}
        """,  # noqa: S608
        week=week.start,
    )
    details = [
        f"not in the playbook: {row['reason_raw_value']}"
        if row["reason"] == "unmapped"
        else "no reason recorded"
        for row in rows
    ]
    return lead_list(
        rows,
        rows[0]["total"] if rows else 0,
        "map_weekly_handoffs",
        f"metric_id = 'unusable_reason_rate' and week_start = '{week.start}' and numerator > 0",
        details,
    )


def _raw_values(published: Published, week: Week) -> list[tuple[str, int]]:
    """Values that the playbook does not know, among what came back in the week."""
    rows = published.rows(
        """
        select handoffs.reason_raw_value as raw_value, count(*) as handoffs
        from map_weekly_handoffs as members
        inner join fct_handoffs as handoffs on members.handoff_key = handoffs.handoff_key
        where members.metric_id = 'unusable_reason_rate' and members.week_start = $week
            and handoffs.reason = 'unmapped'
        group by all
        order by handoffs desc, raw_value
        """,
        week=week.start,
    )
    return [(row["raw_value"] or "", row["handoffs"]) for row in rows]
