"""Lists of handoffs: each with the CRM link of the record on which somebody has to act, and never a
name, an address or a number to call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from handoff.report.reading.published import Published, Row

MAX_LEADS = 100

# What every list of handoffs shows; `handoffs` is the alias of fct_handoffs.
LEAD_COLUMNS = """
    handoffs.acting_record_key as record_key, handoffs.acting_url as url,
    coalesce(campaigns.campaign_name, handoffs.campaign_name) as campaign,
    handoffs.mql_date, handoffs.status, handoffs.furthest_stage,
    coalesce(teams.label, 'No team') as team
"""
LEAD_JOINS = """
    left join dim_campaigns as campaigns on handoffs.campaign_key = campaigns.campaign_key
    left join playbook_teams as teams on handoffs.team_id = teams.team_id
"""


@dataclass(frozen=True)
class Lead:
    """One handoff of a list. url: https or None. detail: what the list is about."""

    record: str
    url: str | None
    campaign: str
    mql_date: date | None
    state: str
    team: str
    detail: str = ""


@dataclass(frozen=True)
class LeadList:
    """The first leads of a list, how many there are, and where all of them stand."""

    leads: tuple[Lead, ...]
    total: int
    table: str
    where: str

    @property
    def more(self) -> int:
        return self.total - len(self.leads)


def https_or_none(url: str | None) -> str | None:
    """The address when it leads to an https page; links come from the CRM and are not trusted."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme == "https" and parts.netloc else None


def record_name(record_key: str | None) -> str:
    """``hubspot/contacts/100`` as a reader knows it: ``contact 100``."""
    parts = (record_key or "").split("/")
    if len(parts) < 3:
        return record_key or "–"
    return f"{parts[-2].removesuffix('s')} {parts[-1]}"


def stage_name(stage: str) -> str:
    """A canonical stage as people write it."""
    return stage.upper() if stage in ("mql", "sql") else stage


def lead_of(row: Row, detail: str = "") -> Lead:
    """The lead in a row of LEAD_COLUMNS."""
    state = row["status"]
    if state in ("open", "stale", "disqualified", "recycled", "expired"):
        state = f"{state} at {stage_name(row['furthest_stage'])}"
    return Lead(
        record=record_name(row["record_key"]),
        url=https_or_none(row["url"]),
        campaign=row["campaign"] or "–",
        mql_date=row["mql_date"],
        state=state,
        team=row["team"],
        detail=detail,
    )


def lead_list(
    rows: Sequence[Row],
    total: int,
    table: str,
    where: str,
    details: Sequence[str] | None = None,
) -> LeadList:
    """The list of rows that were already cut to what a page shows."""
    told = details or [""] * len(rows)
    leads = tuple(lead_of(row, detail) for row, detail in zip(rows, told, strict=True))
    return LeadList(leads, total, table, where)


def read_metric_leads(published: Published, metric_id: str, week: date) -> LeadList:
    """The handoffs behind a weekly figure."""
    rows = published.rows(
        f"""
        select {LEAD_COLUMNS}, members.numerator, members.denominator,
            count(*) over () as total
        from map_weekly_handoffs as members
        inner join fct_handoffs as handoffs on members.handoff_key = handoffs.handoff_key
        {LEAD_JOINS}
        where members.metric_id = $metric_id and members.week_start = $week
        order by campaign, handoffs.mql_at, handoffs.handoff_key
        limit {MAX_LEADS}
        """,  # noqa: S608
        metric_id=metric_id,
        week=week,
    )
    total = rows[0]["total"] if rows else 0
    where = f"metric_id = '{metric_id}' and week_start = '{week}'"
    return lead_list(rows, total, "map_weekly_handoffs", where)
