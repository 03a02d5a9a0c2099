"""A small warehouse as dbt leaves it: every mart with the columns of its contract, few rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from ruamel.yaml import YAML

from handoff.playbook import columns
from handoff.settings import PROJECT_ROOT, Settings

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
RUN_ID = "20261005T060000Z-abc123"
MARTS = PROJECT_ROOT / "dbt_project" / "models" / "marts"

_RAW = """
    create schema raw;
    create table raw.run_context as
        select '{run_id}' as run_id, timestamp '2026-10-05 06:00:00' as as_of,
            'v1' as playbook_version_key, '0.1.0' as code_version;
    create table raw.landing_runs (
        source_id varchar, crm varchar, object varchar, run_id varchar, mode varchar,
        status varchar, api_version varchar, started_at timestamp, finished_at timestamp,
        landed_at timestamp, watermark timestamp, crm_total bigint
    );
    insert into raw.landing_runs by name
        select 'hubspot' as source_id, 'hubspot' as crm, 'contacts' as object, 'r1' as run_id,
            'full' as mode, 'complete' as status, '2026-09' as api_version,
            timestamp '2026-10-05 05:00:00' as landed_at, 3 as crm_total;
    create table raw.landing_parts (
        source_id varchar, object varchar, run_id varchar, stream varchar, part_file varchar,
        row_count bigint
    );
    insert into raw.landing_parts values
        ('hubspot', 'contacts', 'r1', 'contacts', 'hubspot/contacts/r1/part-1', 3);
    create table raw.hubspot__contacts (
        source_id varchar, run_id varchar, part_file varchar, landed_at timestamp, id varchar,
        properties map(varchar, varchar), "createdAt" varchar, "updatedAt" varchar
    );
    insert into raw.hubspot__contacts
        select 'hubspot', 'r1', 'hubspot/contacts/r1/part-1', timestamp '2026-10-05 05:00:00', id,
            map {{'lifecyclestage': stage}}, '2026-09-01T08:00:00Z', '2026-09-02T08:00:00Z'
        from (
            values ('1', 'customer'), ('2', 'MarketingQualifiedLead'), ('3', 'lead')
        ) as contacts (id, stage);
"""

_MARTS: dict[str, str] = {
    "dim_people": "select 'p' || id as person_key, false as is_excluded from range(1, 4) as r (id)",
    "map_person_records": """
        select 'hubspot/contacts/' || id as record_key, 'p' || id as person_key
        from range(1, 4) as r (id)""",
    # A win with an inferred SQL, one that is open, one that was disqualified.
    "fct_handoffs": """
        select
            'h' || id as handoff_key, 'p' || id as person_key, 1 as handoff_number,
            'hubspot' as source_id, 'hubspot/contacts/' || id as mql_record_key,
            'https://app.hubspot.com/contacts/4242/record/0-1/' || id as crm_url,
            mql_record_key as acting_record_key, crm_url as acting_url,
            'c' || id as campaign_key, timestamp '2026-09-02 08:00:00' as mql_at,
            date '2026-08-31' as mql_week, date '2026-09-01' as mql_month,
            case when id <> 2 then timestamp '2026-09-02 09:00:00' end as accepted_at,
            accepted_at as strict_accepted_at,
            case when id = 1 then timestamp '2026-09-03 09:00:00' end as sql_at,
            cast(null as timestamp) as strict_sql_at,
            sql_at as opportunity_at, sql_at as strict_opportunity_at,
            case when id = 1 then timestamp '2026-09-04 09:00:00' end as won_at,
            won_at as strict_won_at,
            case when id = 3 then timestamp '2026-09-05 09:00:00' end as disqualified_at,
            coalesce(won_at, disqualified_at) as closed_at,
            case id when 1 then 'won' when 3 then 'disqualified' end as exit_stage,
            coalesce(exit_stage, 'open') as status,
            case when id = 3 then 'wrong_icp' end as reason,
            id = 2 as is_open, false as is_stale, false as is_clamped, false as is_excluded,
            false as accepted_is_inferred, id = 1 as sql_is_inferred,
            false as opportunity_is_inferred,
            case when id = 2 then 'missed' else 'met' end as sla_status,
            2 as fields_required, case when id = 2 then 1 else 2 end as fields_filled,
            case when id = 1 then 1234.5 end as amount_won
        from range(1, 4) as r (id)""",
    "fct_field_gaps": """
        select 'g1' as field_gap_key, 'h2' as handoff_key, 'p2' as person_key, 'mql' as stage,
            'country' as field_id, timestamp '2026-09-02 08:00:00' as opened_at,
            false as is_excluded""",
    "rpt_field_gaps": """
        select period_grain || field_id as field_completeness_key, period_grain, 'mql' as stage,
            field_id, '(all)' as team_id, '(all)' as campaign_key, 3 as denominator,
            case when field_id = 'country' then 2 else 3 end as numerator, 0 as filled_later_count
        from (values ('country'), ('job_title')) as fields (field_id)
        cross join (values ('week'), ('month'), ('all')) as grains (period_grain)""",
    "rpt_campaign_conversion": """
        select
            campaign_key || '/' || end_stage || '/' || period_grain || '/' || basis as rate_key,
            'mql' as start_stage, end_stage, basis, period_grain, campaign_key,
            date '2026-08-31' as period_start, cast(null as integer) as horizon_days,
            case when campaign_key = '(all)' then 3 else 1 end as denominator,
            case
                when end_stage = 'accepted'
                    then case campaign_key when '(all)' then 2 when 'c2' then 0 else 1 end
                else case when campaign_key in ('(all)', 'c1') then 1 else 0 end
            end as numerator,
            numerator as strict_numerator, numerator / denominator as rate,
            0.0 as ci_low, 1.0 as ci_high
        from (values ('accepted'), ('sql'), ('won')) as stages (end_stage)
        cross join (values ('week'), ('month')) as grains (period_grain)
        cross join (values ('cohort'), ('period')) as bases (basis)
        cross join (values ('(all)'), ('c1'), ('c2'), ('c3')) as campaigns (campaign_key)""",
    "rpt_reason_codes": """
        select period_grain || reason_code as reason_code_key, period_grain, reason_code,
            '(all)' as campaign_key, cast(null as integer) as horizon_days, 1 as numerator,
            3 as denominator
        from (values ('week'), ('month')) as grains (period_grain)
        cross join (values ('won'), ('open'), ('wrong_icp')) as codes (reason_code)""",
    "rpt_sla": """
        select 'all' as sla_key, 'all' as period_grain, '(all)' as team_id, '(all)' as sla_tier,
            '(all)' as campaign_key, 3 as handoffs, 2 as met, 0 as late, 1 as missed, 0 as pending,
            0 as unowned, 0 as closed_untouched, 0 as not_measured, 2 as numerator,
            3 as denominator""",
    "rpt_weekly_quality": """
        select metric_id || '/w1' as weekly_quality_key, metric_id, true as is_measured, numerator
        from (values ('mqls', 3.0), ('wins', 1.0)) as metrics (metric_id, numerator)""",
    "rpt_reconciliation": """
        select 'hubspot/' || object as reconciliation_key, 'hubspot' as source_id, object,
            crm_count, held_count, held_count - crm_count as archived_count, 0 as merged_count,
            0 as erased_count, 0 as forgotten_count, 0 as excluded_count, 0 as not_yet_synced_count,
            true as is_counted_by_crm, 0 as left_over_count
        from (values ('contacts', 3, 3), ('deals', 5, 6)) as o (object, crm_count, held_count)""",
    "fct_touches": """
        select 't1' as touch_key, 'p1' as person_key,
            'https://example.com/@handle?utm_source=x' as landing_page""",
    "act_missed_sla": """
        select 'a1' as action_key, 'h2' as handoff_key, 'p2' as person_key, '2' as record_id""",
    "metric_definitions": "select 'mqls' as metric_id, 'MQLs' as label, 'People.' as words",
}

PLAYBOOK: dict[str, list[dict[str, Any]]] = {
    "versions": [
        {"version_key": "v1", "label": "2026 autumn", "is_current": True},
        {"version_key": "v0", "label": "2026 spring", "is_current": False},
    ],
    "parameters": [{"reporting_time_zone": "Europe/Berlin", "headline_horizon_days": 90}],
    "sources": [{"source_id": "hubspot", "crm": "hubspot", "has_reasons": True}],
    "stage_map": [
        {
            "source_id": "hubspot",
            "object": "contacts",
            "property": "lifecyclestage",
            "raw_value": "marketingqualifiedlead",
            "stage": "mql",
        }
    ],
    "teams": [
        {"team_id": "sdr", "label": "SDR"},
        {"version_key": "v0", "team_id": "gone", "label": "Gone"},
    ],
    "exclusion_rules": [{"rule_id": "boss", "match": "email_exact", "value": "boss@example.com"}],
}


def settings_of(home: Path) -> Settings:
    return Settings(home=home, playbook_dir=home / "playbook", as_of=AS_OF)


def make_warehouse(settings: Settings, *, empty: bool = False) -> None:
    """Make ``warehouse.duckdb``; empty: of a portal that holds nothing."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(_RAW.format(run_id=RUN_ID))
        if empty:
            connection.execute("delete from raw.hubspot__contacts")
        _make_playbook(connection)
        connection.execute("create schema marts")
        for name, column_types in mart_columns().items():
            listed = ", ".join(f'"{column}" {type_}' for column, type_ in column_types.items())
            connection.execute(f"create table marts.{name} ({listed})")
        for name, query in _MARTS.items():
            if not empty:
                connection.execute(f"insert into marts.{name} by name {query}")


def mart_columns() -> dict[str, dict[str, str]]:
    """Columns and types of every mart, from the contract that stands beside its model."""
    tables: dict[str, dict[str, str]] = {}
    for path in sorted(MARTS.rglob("*.yml")):
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for model in document.get("models", []):
            types = {c["name"]: c["data_type"] for c in model["columns"] if "data_type" in c}
            if types and not model["name"].startswith("int_"):
                tables[model["name"]] = types
    return tables


def _make_playbook(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema playbook")
    for table in columns.TABLES:
        schema = columns.schema(table)
        given = [{"version_key": "v1", **row} for row in PLAYBOOK.get(table, [])]
        rows = pa.table(
            {f.name: pa.array([row.get(f.name) for row in given], f.type) for f in schema}
        )
        connection.register("playbook_rows", rows)
        connection.execute(f"create table playbook.{table} as from playbook_rows")
        connection.unregister("playbook_rows")
