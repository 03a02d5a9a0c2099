"""The problems of rpt_problems, each with the leads that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from handoff.report.chance import BEYOND_CHANCE, distance_of_rates
from handoff.report.reading.leads import LEAD_COLUMNS, LEAD_JOINS, LeadList, lead_list
from handoff.report.reading.published import Published, Row
from handoff.report.reading.rates import Rate, SmallSamples, rate_of

MAX_EVIDENCE = 25

# Which handoffs show a problem: the failing side of its measure, as fct_handoffs tells it.
# The week is that of the measure: of the MQL, for reasons of the close.
_EVIDENCE = {
    "poor_fit_leads": "handoffs.icp_fit = 'poor' and handoffs.campaign_key = $key",
    "slow_follow_up": (
        "handoffs.sla_status in ('late', 'missed') and coalesce(handoffs.team_id, '(none)') = $key"
    ),
    "unusable_feedback": (
        "handoffs.reason in ('missing', 'unmapped') and coalesce(handoffs.team_id, '(none)') = $key"
    ),
    "missing_fields": (
        "exists (select 1 from fct_field_gaps as gaps "
        "where gaps.handoff_key = handoffs.handoff_key and gaps.field_id = $key)"
    ),
}


@dataclass(frozen=True)
class Problem:
    """One failure and place. size: handoffs (or fields) beyond the threshold."""

    kind: str
    label: str
    description: str
    metric_id: str
    place_kind: str
    place: str
    first_week: date
    last_week: date
    measure: Rate
    previous: Rate | None
    direction: str
    threshold: float
    size: float
    owner: str
    fixed_by: str
    fix: str
    due: date | None
    done_when: str
    leads: LeadList

    @property
    def trend(self) -> str:
        """better or worse where chance does not explain the change, else why nobody can say."""
        if self.previous is None or self.previous.rate is None or self.measure.rate is None:
            return "too few before"
        if distance_of_rates(self.measure, self.previous) < BEYOND_CHANCE:
            return "no clear change"
        rising = self.measure.rate > self.previous.rate
        return "worse" if rising == (self.direction == "above") else "better"


def read_problems(published: Published, today: date, samples: SmallSamples) -> list[Problem]:
    """All problems, the largest first; fixes are due from the day of the published run."""
    rows = published.rows("select * from rpt_problems order by size_rank")
    return [_problem(published, row, today, samples) for row in rows]


def _problem(published: Published, row: Row, today: date, samples: SmallSamples) -> Problem:
    previous = None
    if row["previous_denominator"]:
        previous = samples.share(row["previous_numerator"], row["previous_denominator"])
    within = row["fix_within_days"]
    return Problem(
        kind=row["problem_kind"],
        label=row["problem_label"],
        description=row["problem_description"] or "",
        metric_id=row["metric_id"],
        place_kind=row["dimension"],
        place=row["dimension_label"] or row["dimension_key"],
        first_week=row["first_week"],
        last_week=row["last_week"],
        measure=rate_of(row),
        previous=previous,
        direction=row["direction"],
        threshold=row["threshold_rate"],
        size=row["handoffs_beyond_threshold"],
        owner=row["owner_team_label"] or row["owner_team"] or "nobody yet",
        fixed_by=row["fixed_by"] or "",
        fix=row["fix"] or "",
        due=None if within is None else today + timedelta(days=within),
        done_when=row["fix_done_when"] or "",
        leads=_evidence(published, row),
    )


def _evidence(published: Published, row: Row) -> LeadList:
    failing = _EVIDENCE.get(row["problem_kind"])
    if failing is None:
        return LeadList((), 0, "fct_handoffs", "")
    where = (
        f"{failing} and not handoffs.is_excluded and handoffs.handoff_key in "  # noqa: S608
        "(select handoff_key from map_weekly_handoffs where metric_id = $metric_id "
        "and week_start between $first_week and $last_week)"
    )
    values = {
        "key": row["dimension_key"],
        "metric_id": row["metric_id"],
        "first_week": row["first_week"],
        "last_week": row["last_week"],
    }
    found = published.rows(
        f"""
        select {LEAD_COLUMNS}, count(*) over () as total
        from fct_handoffs as handoffs
        {LEAD_JOINS}
        where {where}
        order by handoffs.mql_at desc, handoffs.handoff_key
        limit {MAX_EVIDENCE}
        """,  # noqa: S608
        **values,
    )
    for name, value in values.items():
        literal = str(value).replace("'", "''")
        where = where.replace(f"${name}", f"'{literal}'")
    total = found[0]["total"] if found else 0
    return lead_list(found, total, "fct_handoffs as handoffs", where)
