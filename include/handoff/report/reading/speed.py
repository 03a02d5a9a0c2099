"""The SLA of the week's handoffs, by the team of the first owner and by tier."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handoff.report.numbers import minutes, short_moment
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

ALL = "(all)"


@dataclass(frozen=True)
class SlaRow:
    """One team and tier, `All` for every one; delays are medians in business minutes.

    speed_to_lead: median in elapsed minutes.
    """

    team: str
    tier: str
    is_total: bool
    handoffs: int
    attainment: Rate
    met: int
    late: int
    missed: int
    pending: int
    unowned: int
    closed_untouched: int
    not_measured: int
    system_delay: float | None
    human_delay: float | None
    speed_to_lead: float | None


@dataclass(frozen=True)
class Sla:
    """All rows of the week, the total first (None when no handoff opened), and who waited."""

    rows: list[SlaRow]
    late_leads: LeadList
    tiers: list[tuple[str, str, int]]

    @property
    def total(self) -> SlaRow | None:
        return next((row for row in self.rows if row.is_total), None)


def read_sla(published: Published, week: Week, zone: ZoneInfo) -> Sla:
    """The week's SLA as of the published run."""
    tiers = published.rows(
        "select tier, label, business_minutes from playbook_sla_tiers "
        "order by business_minutes, tier"
    )
    return Sla(
        rows=_rows(published, week),
        late_leads=_late_leads(published, week, zone),
        tiers=[(row["tier"], row["label"], row["business_minutes"]) for row in tiers],
    )


def _rows(published: Published, week: Week) -> list[SlaRow]:
    rows = published.rows(
        """
        select
            sla.*,
            case
                when sla.team_id = '(all)' then 'All teams'
                when sla.team_id = '(none)' then 'No team'
                else coalesce(teams.label, sla.team_id)
            end as team
        from rpt_sla as sla
        left join playbook_teams as teams on sla.team_id = teams.team_id
        where sla.period_grain = 'week' and sla.campaign_key = '(all)'
            and sla.period_start = $week
        order by
            sla.team_id <> '(all)', sla.team_id = '(none)', team, sla.sla_tier <> '(all)',
            sla.sla_tier
        """,
        week=week.start,
    )
    return [
        SlaRow(
            team=row["team"],
            tier="All" if row["sla_tier"] == ALL else row["sla_tier"],
            is_total=row["team_id"] == ALL and row["sla_tier"] == ALL,
            handoffs=row["handoffs"],
            attainment=rate_of(row),
            met=row["met"],
            late=row["late"],
            missed=row["missed"],
            pending=row["pending"],
            unowned=row["unowned"],
            closed_untouched=row["closed_untouched"],
            not_measured=row["not_measured"],
            system_delay=row["median_system_delay_business_minutes"],
            human_delay=row["median_human_delay_business_minutes"],
            speed_to_lead=row["median_speed_to_lead_minutes"],
        )
        for row in rows
    ]


def _late_leads(published: Published, week: Week, zone: ZoneInfo) -> LeadList:
    rows = published.rows(
        f"""
        select {LEAD_COLUMNS}, handoffs.sla_status, handoffs.sla_tier, handoffs.minutes_late,
            handoffs.sla_due_at, count(*) over () as total
        from fct_handoffs as handoffs
        {LEAD_JOINS}
        where handoffs.mql_week = $week and handoffs.sla_status in ('missed', 'late')
            and not handoffs.is_excluded
        order by
            handoffs.sla_status = 'late', handoffs.minutes_late desc, handoffs.handoff_key
        limit {MAX_LEADS}
        """,  # noqa: S608
        week=week.start,
    )
    details = [
        f"{row['sla_status']}, {row['sla_tier']}: due {short_moment(row['sla_due_at'], zone)}, "
        f"{minutes(row['minutes_late'])} over"
        for row in rows
    ]
    where = f"mql_week = '{week.start}' and sla_status in ('missed', 'late') and not is_excluded"
    total = rows[0]["total"] if rows else 0
    return lead_list(rows, total, "fct_handoffs", where, details)
