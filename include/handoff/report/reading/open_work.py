"""What nobody holds: open handoffs without owner or next step, proposals, bypasses, raw values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from handoff.report.numbers import day
from handoff.report.reading.leads import (
    LEAD_COLUMNS,
    LEAD_JOINS,
    MAX_LEADS,
    LeadList,
    https_or_none,
    lead_list,
    record_name,
)
from handoff.report.reading.published import Published, Row

_ACTIONS = ("act_missed_sla", "act_missing_next_step", "act_missing_fields")


@dataclass(frozen=True)
class Proposal:
    """One proposed CRM change: how often, on how many leads, and how often for each team."""

    table: str
    proposed_change: str
    changes: int
    leads: int
    teams: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Bypass:
    """Business that went past the funnel. url: https or None."""

    kind: str
    record: str
    url: str | None
    stage: str
    on: str
    amount: float | None
    currency: str | None


@dataclass(frozen=True)
class UnmappedValue:
    """A CRM value that the playbook does not map to a stage."""

    place: str
    raw_value: str
    events: int
    last_seen: str


@dataclass(frozen=True)
class OpenWork:
    """State as of the published run, of handoffs of any week."""

    open_handoffs: int
    unowned: LeadList
    no_next_step: LeadList
    proposals: list[Proposal]
    unmeasured_proposals: int
    bypasses: list[Bypass]
    bypass_count: int
    unmapped: list[UnmappedValue]
    unmapped_count: int


def read_open_work(published: Published) -> OpenWork:
    """What is open as of the published run."""
    open_handoffs = published.row(
        "select count(*) as handoffs from fct_handoffs where is_open and not is_excluded"
    )
    proposals, unmeasured = _proposals(published)
    bypasses = _bypasses(published)
    unmapped = _unmapped(published)
    return OpenWork(
        open_handoffs=open_handoffs["handoffs"],
        unowned=_open_leads(published, "is_open and not has_owner"),
        no_next_step=_open_leads(published, "is_open and has_owner and not has_next_step"),
        proposals=proposals,
        unmeasured_proposals=unmeasured,
        bypasses=bypasses[0],
        bypass_count=bypasses[1],
        unmapped=unmapped[0],
        unmapped_count=unmapped[1],
    )


def _open_leads(published: Published, condition: str) -> LeadList:
    rows = published.rows(
        f"""
        select {LEAD_COLUMNS}, handoffs.sla_status, count(*) over () as total
        from fct_handoffs as handoffs
        {LEAD_JOINS}
        where {condition} and handoffs.sla_status <> 'not_measured' and not handoffs.is_excluded
        order by handoffs.mql_at, handoffs.handoff_key
        limit {MAX_LEADS}
        """  # noqa: S608
    )
    where = f"{condition} and sla_status <> 'not_measured' and not is_excluded"
    return lead_list(rows, rows[0]["total"] if rows else 0, "fct_handoffs", where)


def _proposals(published: Published) -> tuple[list[Proposal], int]:
    """Proposals by kind, change and team; those that rest on what is not measured are counted."""
    actions = " union all ".join(
        f"select '{name}' as table_name, handoff_key, proposed_change, team_id from {name}"  # noqa: S608
        for name in _ACTIONS
    )
    rows = published.rows(
        f"""
        select
            actions.table_name, actions.proposed_change,
            coalesce(teams.label, 'No team') as team,
            handoffs.sla_status = 'not_measured' and actions.table_name <> 'act_missing_fields'
                as is_unmeasured,
            actions.table_name = 'act_missing_fields' as is_field_gap,
            count(*) as changes, count(distinct actions.handoff_key) as leads
        from ({actions}) as actions
        left join fct_handoffs as handoffs on actions.handoff_key = handoffs.handoff_key
        left join playbook_teams as teams on actions.team_id = teams.team_id
        group by all
        order by is_field_gap, table_name, changes desc, proposed_change, team
        """  # noqa: S608
    )
    unmeasured = sum(row["changes"] for row in rows if row["is_unmeasured"])
    by_change: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if not row["is_unmeasured"]:
            by_change[row["table_name"], row["proposed_change"]].append(row)
    proposals = [
        Proposal(
            table,
            proposed_change,
            sum(row["changes"] for row in own),
            sum(row["leads"] for row in own),
            tuple((row["team"], row["changes"]) for row in own),
        )
        for (table, proposed_change), own in by_change.items()
    ]
    return proposals, unmeasured


def _bypasses(published: Published) -> tuple[list[Bypass], int]:
    rows = published.rows(
        f"""
        select *, count(*) over () as total
        from fct_bypasses
        where not is_excluded
        order by bypassed_at desc, bypass_key
        limit {MAX_LEADS}
        """  # noqa: S608
    )
    return [
        Bypass(
            row["kind"],
            record_name(row["record_key"]),
            https_or_none(row["record_url"]),
            row["first_stage"] or "–",
            day(row["bypassed_date"]),
            row["amount"],
            row["currency"],
        )
        for row in rows
    ], rows[0]["total"] if rows else 0


def _unmapped(published: Published) -> tuple[list[UnmappedValue], int]:
    rows = published.rows(
        f"""
        select
            source_id || ': ' || object || '.' || property as place,
            coalesce(raw_value, '') as raw_value, count(*) as events,
            max(cast(occurred_at as date)) as last_seen, count(*) over () as total
        from fct_stage_events
        where stage = 'unmapped'
        group by all
        order by events desc, place, raw_value
        limit {MAX_LEADS}
        """  # noqa: S608
    )
    return [
        UnmappedValue(row["place"], row["raw_value"], row["events"], day(row["last_seen"]))
        for row in rows
    ], rows[0]["total"] if rows else 0
