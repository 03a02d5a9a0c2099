"""A small published file whose numbers can be counted by hand, with hostile text in its names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from handoff.metrics import metrics_table
from handoff.playbook import columns
from handoff.publish.run_manifest import COLUMNS as MANIFEST_COLUMNS
from handoff.settings import Settings
from scratch_marts import mart_columns

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
WEEK = date(2026, 9, 28)
BEFORE = WEEK - timedelta(days=7)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e=1+1 {{ 7*7 }} مرحبا 🎉"

Rows = dict[str, list[dict[str, Any]]]

PLAYBOOK: Rows = {
    "parameters": [
        {
            "reporting_time_zone": "Europe/Berlin",
            "reporting_currency": "EUR",
            "headline_horizon_days": 90,
            "stale_after_days": 180,
            "small_sample_hidden_below": 5,
            "small_sample_marked_below": 30,
        }
    ],
    "sources": [{"source_id": "hubspot", "label": "HubSpot", "crm": "hubspot"}],
    "teams": [{"team_id": "sdr", "label": "SDR Europe"}],
    "reasons": [
        {"reason": "missing", "label": "No reason given", "description": "Empty.", "position": 2},
        {"reason": "unmapped", "label": "Not in the playbook", "description": "?", "position": 3},
        {"reason": "no_budget", "label": "No budget", "description": "No money.", "position": 1},
    ],
    "sla_tiers": [{"tier": "urgent", "label": "Wants to talk", "business_minutes": 60}],
}


def settings_of(home: Path) -> Settings:
    return Settings(home=home, playbook_dir=home / "playbook", as_of=AS_OF)


def write_published(settings: Settings, rows: Rows) -> None:
    """Make ``published.duckdb`` with every table; those that are not given are empty."""
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.published_path.unlink(missing_ok=True)
    tables = {**mart_columns(), "run_manifest": MANIFEST_COLUMNS}
    tables.pop("metric_definitions")
    with duckdb.connect(str(settings.published_path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema reporting")
        for name, types in tables.items():
            listed = ", ".join(f'"{column}" {type_}' for column, type_ in types.items())
            connection.execute(f"create table reporting.{name} ({listed})")
        for name in columns.TABLES:
            given = [{"version_key": "v1", **row} for row in PLAYBOOK.get(name, [])]
            schema = columns.schema(name)
            _register(connection, pa.Table.from_pylist(given, schema=schema))
            connection.execute(f"create table reporting.playbook_{name} as from given_rows")
        _register(connection, metrics_table())
        connection.execute("create table reporting.metric_definitions as from given_rows")
        for name, given in rows.items():
            if given:
                _register(connection, pa.Table.from_pylist(_same_keys(given)))
                connection.execute(f"insert into reporting.{name} by name from given_rows")


def _register(connection: duckdb.DuckDBPyConnection, table: pa.Table) -> None:
    connection.register("given_rows", table)


def _same_keys(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = dict.fromkeys(key for row in rows for key in row)
    return [{key: row.get(key) for key in keys} for row in rows]


def manifest(**facts: str) -> list[dict[str, Any]]:
    """The run's facts, one fresh source and one check of each outcome."""
    told = {
        "run_id": "20261005T060000Z-abc123",
        "as_of": "2026-10-05T06:00:00Z",
        "code_version": "0.1.0",
        "playbook_version_key": "v1",
        "playbook_label": "2026 autumn",
        **facts,
    }
    rows: list[dict[str, Any]] = [
        {"fact_kind": "run", "fact": fact, "value": value} for fact, value in told.items()
    ]
    rows.append(
        {
            "fact_kind": "landing_run",
            "fact": "r1",
            "source_id": "hubspot",
            "object": "contacts",
            "status": "complete",
            "happened_at": datetime(2026, 10, 5, 5),
        }
    )
    for check_id, status, severity in (
        ("rows_add_up", "passed", "block"),
        ("emails_thin", "failed", "warn"),
        ("first_run", "skipped", "warn"),
    ):
        rows.append(
            {
                "fact_kind": "check",
                "fact": check_id,
                "object": "fct_handoffs",
                "value": "leaving",
                "status": status,
                "severity": severity,
                "owner": "revenue ops",
                "why": f"Why {check_id}.",
                "row_count": 4 if status == "failed" else 0,
            }
        )
    return rows


def handoff(number: int, **changes: Any) -> dict[str, Any]:
    """An open MQL of the week with an owner, touched in time."""
    return {
        "handoff_key": f"h{number}",
        "source_id": "hubspot",
        "mql_record_key": f"hubspot/contacts/{number}",
        "crm_url": f"https://app.example.com/contacts/{number}",
        "acting_record_key": f"hubspot/contacts/{number}",
        "acting_url": f"https://app.example.com/contacts/{number}",
        "campaign_key": "hubspot/c1",
        "campaign_name": "(c1)",
        "team_id": "sdr",
        "status": "open",
        "furthest_stage": "mql",
        "mql_at": datetime(2026, 9, 28, 8) + timedelta(minutes=number),
        "mql_date": WEEK,
        "mql_week": WEEK,
        "sla_status": "met",
        "sla_tier": "urgent",
        "is_open": True,
        "is_stale": False,
        "has_owner": True,
        "has_next_step": True,
        "is_excluded": False,
        "accepted_is_inferred": False,
        "sql_is_inferred": False,
        "opportunity_is_inferred": False,
        **changes,
    }


def weekly(metric_id: str, position: int, unit: str, now: Any, before: Any) -> list[dict[str, Any]]:
    """A metric in both weeks; now and before: a count, both sides of a rate, or None."""
    rows = []
    for week, given in ((BEFORE, before), (WEEK, now)):
        sides = given if isinstance(given, tuple) else (given, None)
        shown = unit == "rate" and given is not None and sides[1] >= 5
        rows.append(
            {
                "metric_id": metric_id,
                "position": position,
                "unit": unit,
                "week_start": week,
                "is_measured": given is not None,
                "is_complete": True,
                "numerator": None if given is None else float(sides[0]),
                "denominator": None if unit != "rate" or given is None else float(sides[1]),
                "value": sides[0] / sides[1] if shown else None if unit == "rate" else given,
                "ci_low": 0.1 if shown else None,
                "ci_high": 0.9 if shown else None,
                "small_sample": "no",
            }
        )
    return rows


def member(metric_id: str, number: int, numerator: float = 1.0, **changes: Any) -> dict[str, Any]:
    """A handoff behind a figure of the week."""
    return {
        "metric_id": metric_id,
        "week_start": WEEK,
        "handoff_key": f"h{number}",
        "numerator": numerator,
        **changes,
    }


def cohort(
    numerator: int, denominator: int, horizon_days: int | None, **changes: Any
) -> dict[str, Any]:
    """A rate of MQL to SQL; the rate and its interval are hidden below 5."""
    hidden = denominator < 5
    return {
        "period_grain": "all",
        "period_start": date(2026, 1, 12),
        "period_end": date(2026, 7, 6),
        "campaign_key": "(all)",
        "campaign_name": "All campaigns",
        "start_stage": "mql",
        "end_stage": "sql",
        "basis": "cohort",
        "horizon_days": horizon_days,
        "numerator": numerator,
        "denominator": denominator,
        "rate": None if hidden else numerator / denominator,
        "ci_low": None if hidden else 0.1,
        "ci_high": None if hidden else 0.3,
        "is_complete": True,
        "small_sample": "hidden" if hidden else "marked" if denominator < 30 else "no",
        "inferred_end_count": 0,
        "strict_numerator": numerator,
        **changes,
    }


def full_week() -> Rows:
    """A week of 120 MQLs: 2 SQLs (1 inferred), hostile names, every section with something."""
    late = {"sla_status": "late", "minutes_late": 90.0, "sla_due_at": datetime(2026, 9, 28, 10)}
    handoffs = [handoff(number) for number in range(1, 121)]
    handoffs[0] = handoff(1, sql_at=datetime(2026, 9, 30), status="won", is_open=False)
    handoffs[1] = handoff(2, sql_at=datetime(2026, 9, 30), sql_is_inferred=True, **late)
    handoffs[2] = handoff(3, has_owner=False, sla_status="unowned", team_id=None)
    handoffs[3] = handoff(4, has_next_step=False, acting_url="javascript:alert(3)")
    handoffs[4] = handoff(
        5, status="disqualified", is_open=False, reason="unmapped", reason_raw_value=HOSTILE
    )
    week_cohort = {
        "period_grain": "week",
        "period_start": WEEK,
        "period_end": WEEK + timedelta(days=7),
    }
    hostile = {"campaign_key": "hubspot/c1", "campaign_name": HOSTILE}
    return {
        "run_manifest": manifest(),
        "dim_campaigns": [{"campaign_key": "hubspot/c1", "campaign_name": HOSTILE}],
        "fct_handoffs": handoffs,
        "map_weekly_handoffs": [
            *[member("mqls", number) for number in range(1, 121)],
            member("sqls", 1),
            member("sqls", 2),
            member("sla_attainment_rate", 2, 0.0, denominator=1.0),
            member("unusable_reason_rate", 5, 1.0, denominator=1.0),
        ],
        "rpt_weekly_quality": [
            *weekly("mqls", 1, "count", 120, 60),
            *weekly("accepted_handoffs", 2, "count", 0, 0),
            *weekly("sqls", 3, "count", 2, 1),
            *weekly("opportunities", 4, "count", 0, 0),
            *weekly("wins", 5, "count", 1, 0),
            *weekly("sla_attainment_rate", 7, "rate", (117, 118), (50, 58)),
            *weekly("field_completeness_rate", 8, "rate", (3, 4), (32, 40)),
            *weekly("rejection_rate", 9, "rate", (1, 120), (9, 60)),
            *weekly("unusable_reason_rate", 10, "rate", (1, 1), (0, 3)),
            *weekly("poor_fit_rate", 11, "rate", None, None),
            *weekly("unowned_handoffs", 12, "count", 1, 0),
            *weekly("no_next_step", 13, "count", 1, 0),
        ],
        "rpt_campaign_conversion": [
            cohort(27, 200, 90),
            cohort(60, 300, 30),
            cohort(3, 4, 90, **hostile),
            *[cohort(2, 120, days, is_complete=False, **week_cohort) for days in (30, 60, 90)],
        ],
        "rpt_sla": [
            {
                "period_grain": "week",
                "period_start": WEEK,
                "team_id": team,
                "sla_tier": "(all)",
                "campaign_key": "(all)",
                "numerator": 117,
                "denominator": 118,
                "rate": 117 / 118,
                "ci_low": 0.95,
                "ci_high": 0.99,
                "is_complete": True,
                "small_sample": "no",
                "handoffs": 120,
                "met": 117,
                "late": 1,
                "missed": 0,
                "pending": 1,
                "unowned": 1,
                "closed_untouched": 0,
                "not_measured": 0,
                "median_system_delay_business_minutes": 2.0,
                "median_human_delay_business_minutes": 75.0,
                "median_speed_to_lead_minutes": 77.0,
            }
            for team in ("(all)", "sdr")
        ],
        "rpt_field_gaps": [
            {
                "period_grain": "week",
                "period_start": WEEK,
                "field_id": "country",
                "field_label": HOSTILE,
                "stage": "mql",
                "fixed_by": "marketing",
                "severity": "high",
                "team_id": "(all)",
                "campaign_key": "(all)",
                "numerator": 3,
                "denominator": 4,
                "small_sample": "hidden",
                "filled_later_count": 0,
                "missing_count": 1,
                "is_complete": True,
            }
        ],
        "fct_field_gaps": [
            {
                "field_gap_key": "g1",
                "handoff_key": "h4",
                "field_id": "country",
                "field_label": HOSTILE,
                "team_id": "sdr",
                "team_label": "SDR Europe",
                "severity": "high",
                "opened_week": WEEK,
                "is_open": True,
                "is_excluded": False,
            }
        ],
        "rpt_problems": [
            {
                "problem_key": "slow_follow_up/sdr",
                "problem_kind": "slow_follow_up",
                "problem_label": "Slow follow-up",
                "problem_description": HOSTILE,
                "metric_id": "sla_attainment_rate",
                "dimension": "team",
                "dimension_key": "sdr",
                "dimension_label": "SDR Europe",
                "first_week": date(2026, 9, 7),
                "last_week": WEEK,
                "numerator": 40.0,
                "denominator": 100.0,
                "small_sample": "no",
                "rate": 0.4,
                "ci_low": 0.3,
                "ci_high": 0.5,
                "direction": "below",
                "threshold_rate": 0.85,
                "handoffs_beyond_threshold": 45.0,
                "previous_numerator": 80.0,
                "previous_denominator": 100.0,
                "owner_team": "sdr",
                "owner_team_label": "SDR Europe",
                "fixed_by": "sdr",
                "fix": "Call them.",
                "fix_within_days": 7,
                "fix_done_when": "Nobody waits.",
                "size_rank": 1,
            }
        ],
        "fct_stage_events": [
            {
                "event_key": "e1",
                "source_id": "hubspot",
                "object": "contacts",
                "property": "hs_lead_status",
                "raw_value": HOSTILE,
                "stage": "unmapped",
                "occurred_at": datetime(2026, 9, 16),
            }
        ],
        "fct_bypasses": [
            {
                "bypass_key": "b1",
                "kind": "no_mql",
                "record_key": "hubspot/deals/7",
                "record_url": "http://plain.example.com/7",
                "first_stage": "sql",
                "bypassed_at": datetime(2026, 9, 17),
                "bypassed_date": date(2026, 9, 17),
                "is_excluded": False,
            }
        ],
        "act_missing_next_step": [
            {"action_key": "a1", "handoff_key": "h4", "proposed_change": HOSTILE, "team_id": "sdr"}
        ],
    }


def unmeasured_week() -> Rows:
    """A source with no owners, activities, reasons or fields, whose every SQL is inferred."""
    handoffs = [
        handoff(
            number,
            sla_status="not_measured",
            sql_at=datetime(2026, 9, 30) if number < 3 else None,
            sql_is_inferred=number < 3,
            has_owner=False,
            has_next_step=False,
        )
        for number in range(1, 8)
    ]
    return {
        "run_manifest": manifest(),
        "fct_handoffs": handoffs,
        "map_weekly_handoffs": [
            *[member("mqls", number) for number in range(1, 8)],
            member("sqls", 1),
            member("sqls", 2),
        ],
        "rpt_weekly_quality": [
            *weekly("mqls", 1, "count", 7, 7),
            *weekly("accepted_handoffs", 2, "count", 0, 0),
            *weekly("sqls", 3, "count", 2, 2),
            *weekly("opportunities", 4, "count", 0, 0),
            *weekly("wins", 5, "count", 0, 0),
            *weekly("sla_attainment_rate", 7, "rate", None, None),
            *weekly("field_completeness_rate", 8, "rate", None, None),
            *weekly("rejection_rate", 9, "rate", None, None),
            *weekly("unusable_reason_rate", 10, "rate", None, None),
            *weekly("unowned_handoffs", 12, "count", None, None),
            *weekly("no_next_step", 13, "count", None, None),
        ],
        "rpt_campaign_conversion": [cohort(690, 8000, 90)],
        "act_missing_next_step": [
            {"action_key": "a1", "handoff_key": "h4", "proposed_change": "Set the owner"}
        ],
    }
