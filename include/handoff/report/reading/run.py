"""Which run was published, how fresh its sources are and what its checks found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handoff.errors import ReportError
from handoff.report.reading.published import Published
from handoff.report.reading.rates import SmallSamples

FRESH_WITHIN_HOURS = 26


@dataclass(frozen=True)
class Source:
    """One source: how many objects were read, when last, and which reads did not end."""

    source_id: str
    label: str
    object_count: int
    landed_at: datetime
    age_hours: float
    unfinished: tuple[str, ...]

    @property
    def is_fresh(self) -> bool:
        return self.age_hours <= FRESH_WITHIN_HOURS and not self.unfinished


@dataclass(frozen=True)
class Check:
    """One check of the published run; outcome is passed, warned, failed or skipped."""

    check_id: str
    table: str
    stage: str
    outcome: str
    owner: str
    why: str
    failing_rows: int


@dataclass(frozen=True)
class Reconciled:
    """What the CRM counts of one object, what is held, and what no cause explains."""

    source_id: str
    object: str
    crm_count: int | None
    held_count: int
    explained: int
    left_over: int | None


@dataclass(frozen=True)
class PublishedRun:
    """The run behind the page. as_of: aware UTC."""

    run_id: str
    as_of: datetime
    zone: ZoneInfo
    playbook_label: str
    playbook_version_key: str
    code_version: str
    headline_days: int
    currency: str
    stale_after_days: int
    small_samples: SmallSamples
    sources: tuple[Source, ...]
    checks: tuple[Check, ...]
    reconciled: tuple[Reconciled, ...]
    handoff_count: int

    def checks_with(self, outcome: str) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.outcome == outcome)


def read_run(published: Published) -> PublishedRun:
    """The published run. Raises ReportError when the file does not say what it was made of."""
    facts = {
        row["fact"]: row["value"]
        for row in published.rows("select fact, value from run_manifest where fact_kind = 'run'")
    }
    parameters = published.row("select * from playbook_parameters")
    if not facts.get("as_of") or not parameters:
        raise ReportError(
            "published.duckdb does not say as of when it was built", fix="handoff publish"
        )
    as_of = datetime.fromisoformat(facts["as_of"])
    handoffs = published.row("select count(*) as handoffs from fct_handoffs where not is_excluded")
    return PublishedRun(
        run_id=facts.get("run_id") or "",
        as_of=as_of,
        zone=ZoneInfo(parameters["reporting_time_zone"]),
        playbook_label=facts.get("playbook_label") or "",
        playbook_version_key=facts.get("playbook_version_key") or "",
        code_version=facts.get("code_version") or "",
        headline_days=parameters["headline_horizon_days"],
        currency=parameters["reporting_currency"],
        stale_after_days=parameters["stale_after_days"],
        small_samples=SmallSamples(
            parameters["small_sample_hidden_below"], parameters["small_sample_marked_below"]
        ),
        sources=_sources(published, as_of),
        checks=_checks(published),
        reconciled=_reconciled(published),
        handoff_count=handoffs["handoffs"],
    )


def _sources(published: Published, as_of: datetime) -> tuple[Source, ...]:
    rows = published.rows(
        """
        select
            landed.source_id,
            coalesce(any_value(sources.label), landed.source_id) as label,
            count(*) as object_count,
            max(landed.happened_at) as landed_at,
            list(landed.object order by landed.object)
                filter (where landed.status <> 'complete') as unfinished
        from run_manifest as landed
        left join playbook_sources as sources
            on landed.source_id = sources.source_id
        where landed.fact_kind = 'landing_run'
        group by landed.source_id
        order by landed.source_id
        """
    )
    return tuple(
        Source(
            source_id=row["source_id"],
            label=row["label"],
            object_count=row["object_count"],
            landed_at=row["landed_at"],
            age_hours=(as_of.replace(tzinfo=None) - row["landed_at"]).total_seconds() / 3600,
            unfinished=tuple(row["unfinished"] or ()),
        )
        for row in rows
    )


def _checks(published: Published) -> tuple[Check, ...]:
    rows = published.rows(
        """
        select
            fact as check_id, coalesce(object, '') as "table", coalesce(value, '') as stage,
            case
                when status = 'failed' and severity = 'warn' then 'warned' else status
            end as outcome,
            coalesce(owner, '') as owner, coalesce(why, '') as why,
            coalesce(row_count, 0) as failing_rows
        from run_manifest
        where fact_kind = 'check'
        order by outcome = 'passed', outcome = 'skipped', outcome, stage, fact, object
        """
    )
    return tuple(Check(**row) for row in rows)


def _reconciled(published: Published) -> tuple[Reconciled, ...]:
    rows = published.rows(
        """
        select
            source_id, object, crm_count, held_count,
            archived_count + merged_count + erased_count + coalesce(forgotten_count, 0)
                + excluded_count + not_yet_synced_count as explained,
            case when is_counted_by_crm then left_over_count end as left_over
        from rpt_reconciliation
        order by source_id, object
        """
    )
    return tuple(Reconciled(**row) for row in rows)
