"""Handoff fields: how often each was filled, who fixes it, and whose are still empty."""

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
from handoff.report.reading.rates import Rate, rate_of
from handoff.report.weeks import Week


@dataclass(frozen=True)
class FieldGap:
    """One required field in the week in which handoffs reached its stage.

    worst_team: the fixing team with the most gaps, with their number.
    """

    label: str
    stage: str
    fixed_by: str
    severity: str
    filled: Rate
    before: Rate | None
    filled_later: int
    missing: int
    worst_team: tuple[str, int] | None


@dataclass(frozen=True)
class FixList:
    """The leads that one team has to complete."""

    team: str
    gaps: int
    leads: LeadList


@dataclass(frozen=True)
class Fields:
    """Fields in the order of what is left to fill, and the leads by fixing team."""

    fields: list[FieldGap]
    fix_lists: list[FixList]

    @property
    def required(self) -> float:
        return sum(field.filled.denominator for field in self.fields)

    @property
    def filled(self) -> float:
        return sum(field.filled.numerator for field in self.fields)


def read_fields(published: Published, week: Week) -> Fields:
    """The week's fields."""
    return Fields(_fields(published, week), _fix_lists(published, week))


def _fields(published: Published, week: Week) -> list[FieldGap]:
    rows = published.rows(
        """
        with
        weekly as (
            select * from rpt_field_gaps where period_grain = 'week' and campaign_key = '(all)'
        ),
        worst as (
            select
                field_id, stage, coalesce(team_label, 'No team') as team_label,
                denominator - numerator as gaps
            from weekly
            where period_start = $week and team_id <> '(all)' and denominator > numerator
            qualify row_number() over (
                partition by field_id, stage order by denominator - numerator desc, team_id
            ) = 1
        )
        select
            now.*, before.numerator as before_numerator, before.denominator as before_denominator,
            before.rate as before_rate, before.small_sample as before_small_sample,
            worst.team_label as worst_label, worst.gaps as worst_gaps
        from weekly as now
        left join weekly as before
            on now.field_id = before.field_id and now.stage = before.stage
            and before.period_start = $before and before.team_id = '(all)'
        left join worst on now.field_id = worst.field_id and now.stage = worst.stage
        where now.period_start = $week and now.team_id = '(all)'
        order by
            now.denominator - now.numerator desc, now.numerator * 1.0 / now.denominator,
            now.field_id, now.stage
        """,
        week=week.start,
        before=week.previous.start,
    )
    return [
        FieldGap(
            label=row["field_label"],
            stage=row["stage"],
            fixed_by=row["fixed_by"],
            severity=row["severity"],
            filled=rate_of(row),
            before=None
            if row["before_denominator"] is None
            else Rate(
                row["before_numerator"],
                row["before_denominator"],
                row["before_rate"],
                small_sample=row["before_small_sample"],
            ),
            filled_later=row["filled_later_count"],
            missing=row["missing_count"],
            worst_team=(row["worst_label"], row["worst_gaps"]) if row["worst_label"] else None,
        )
        for row in rows
    ]


def _fix_lists(published: Published, week: Week) -> list[FixList]:
    rows = published.rows(
        f"""
        with
        gaps as (
            select
                handoff_key, coalesce(team_label, 'No team') as fixing_team,
                coalesce(team_id, '') as fixing_team_id,
                count(*) as gap_count,
                string_agg(field_label, ', ' order by severity = 'low', severity = 'medium',
                    field_label) as labels,
                count_if(severity = 'high') as high_count
            from fct_field_gaps
            where opened_week = $week and is_open and not is_excluded
            group by all
        )
        select {LEAD_COLUMNS}, gaps.*,
            count(*) over (partition by gaps.fixing_team_id) as total,
            sum(gaps.gap_count) over (partition by gaps.fixing_team_id) as team_gaps
        from gaps
        inner join fct_handoffs as handoffs on gaps.handoff_key = handoffs.handoff_key
        {LEAD_JOINS}
        qualify row_number() over (
            partition by gaps.fixing_team_id
            order by gaps.high_count desc, gaps.gap_count desc, handoffs.handoff_key
        ) <= {MAX_LEADS}
        order by
            team_gaps desc, gaps.fixing_team_id, gaps.high_count desc, gaps.gap_count desc,
            handoffs.handoff_key
        """,  # noqa: S608
        week=week.start,
    )
    lists = []
    for team_id in dict.fromkeys(row["fixing_team_id"] for row in rows):
        own = [row for row in rows if row["fixing_team_id"] == team_id]
        team = f"team_id = '{team_id}'" if team_id else "team_id is null"
        where = f"opened_week = '{week.start}' and is_open and not is_excluded and {team}"
        details = [row["labels"] for row in own]
        leads = lead_list(own, own[0]["total"], "fct_field_gaps", where, details)
        lists.append(FixList(own[0]["fixing_team"], int(own[0]["team_gaps"]), leads))
    return lists
