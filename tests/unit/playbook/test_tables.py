"""The tables have the shapes that SQL relies on, and say what the files say."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff.playbook import Playbook, build_tables, load_playbook
from handoff.playbook.columns import TABLES, VERSION_KEY, schema

Tables = dict[str, Any]

# What tells two rows of one version apart.
KEYS: dict[str, tuple[str, ...]] = {
    "versions": (),
    "parameters": (),
    "sources": ("source_id",),
    "source_precedence": ("subject", "source_id"),
    "passed_properties": ("source_id", "object", "name"),
    "stage_map": ("source_id", "object", "property", "pipeline_id", "raw_value"),
    "pipelines": ("source_id", "pipeline_id"),
    "human_change_sources": ("source_id", "change_source"),
    "role_addresses": ("local_part",),
    "exclusion_rules": ("rule_id", "match", "source_id", "object", "property", "value"),
    "teams": ("team_id",),
    "team_members": ("source_id", "match_kind", "match_value"),
    "queues_and_automatic_users": ("source_id", "queue_id"),
    "calendars": ("calendar_id",),
    "calendar_hours": ("calendar_id", "weekday"),
    "calendar_holidays": ("calendar_id", "holiday_date"),
    "sla_tiers": ("tier",),
    "sla_rules": ("priority",),
    "required_fields": ("field_id", "source_id"),
    "empty_values": ("value",),
    "reason_map": ("source_id", "object", "property", "raw_value"),
    "reason_precedence": ("source_id", "position"),
    "reasons": ("reason",),
    "themes": ("theme",),
    "personas": ("persona",),
    "campaigns": ("campaign_id",),
    "offers": ("offer_id",),
    "form_map": ("source_id", "form_id", "form_name"),
    "icp_rules": ("rule_id", "value"),
    "company_size_bands": ("company_size_band",),
    "scoring_rules": ("rule_id",),
    "score_bands": ("score_band",),
    "qualification_questions": ("question_id", "source_id"),
    "routing_rules": ("rule_id", "attribute", "value"),
    "problem_kinds": ("problem_kind",),
    "problem_fixes": ("problem_kind", "position"),
    "tracked_properties": ("source_id", "object", "property", "purpose"),
}


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return load_playbook(Path(__file__).parents[3] / "include" / "playbook")


@pytest.fixture(scope="module")
def tables(playbook: Playbook) -> Tables:
    return build_tables(playbook)


@pytest.fixture(scope="module")
def sparse() -> Tables:
    """A playbook of the three files that must be there."""
    return build_tables(
        Playbook.model_validate(
            {
                "playbook": {
                    "playbook": "sparse", "version": "1", "effective_from": "2026-01-01",
                    "reporting_time_zone": "UTC",
                },
                "sources": {"sources": {"crm": {
                    "label": "CRM", "crm": "hubspot", "connection": "crm", "portal_id": 1,
                }}},
                "lifecycle": {"sources": {"crm": {}}},
            }
        )
    )  # fmt: skip


def rows(tables: Tables, name: str, **where: object) -> list[dict[str, Any]]:
    return [
        row
        for row in tables[name].to_pylist()
        if all(row[column] == value for column, value in where.items())
    ]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_columns_and_types(tables: Tables, sparse: Tables, name: str) -> None:
    for built in (tables, sparse):
        assert built[name].schema.equals(schema(name))
        assert built[name].column_names[0] == VERSION_KEY.name


def test_the_default_playbook_fills_every_table(tables: Tables) -> None:
    assert [name for name in TABLES if tables[name].num_rows == 0] == []


def test_an_empty_table_keeps_its_types_in_duckdb(sparse: Tables) -> None:
    connection = duckdb.connect()
    connection.register("empty", sparse["campaigns"])
    connection.execute("create table campaigns as select * from empty")
    types = dict(connection.execute("select column_name, column_type from (describe campaigns)")
                 .fetchall())  # fmt: skip
    assert sparse["campaigns"].num_rows == 0
    assert types["cost_amount"] == "DECIMAL(18,2)"
    assert types["starts_on"] == "DATE"
    assert types["utm_campaign"] == "VARCHAR"


@pytest.mark.parametrize("name", TABLES)
def test_a_row_is_found_by_its_key(tables: Tables, sparse: Tables, name: str) -> None:
    for built in (tables, sparse):
        counted = Counter(tuple(row[c] for c in KEYS[name]) for row in rows(built, name))
        assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("name", TABLES)
def test_only_nullable_columns_hold_nulls(tables: Tables, sparse: Tables, name: str) -> None:
    for built in (tables, sparse):
        for column in TABLES[name]:
            if not column.is_nullable:
                assert built[name].column(column.name).null_count == 0, column.name


def test_every_row_carries_the_version(playbook: Playbook, tables: Tables) -> None:
    assert len(playbook.version_key) == 12
    for name in TABLES:
        assert {row["version_key"] for row in rows(tables, name)} == {playbook.version_key}


def test_values_are_folded_as_the_models_compare_them(tables: Tables) -> None:
    (status,) = rows(tables, "stage_map", raw_value="bad_timing")
    assert status["stage"] == "recycled"
    assert (status["object"], status["property"]) == ("contacts", "hs_lead_status")
    (won,) = rows(tables, "stage_map", raw_value="closedwon")
    assert (won["object"], won["property"], won["pipeline_id"]) == ("deals", "dealstage", "default")
    assert rows(tables, "reason_map", raw_value="lost to competitor")[0]["reason"] == "competitor"
    assert rows(tables, "team_members", match_value="sdr europe")[0]["team_id"] == "sdr_europe"
    assert rows(tables, "form_map", form_name="demo request")[0]["offer_id"] == "demo"
    assert {row["value"] for row in rows(tables, "empty_values")} >= {"", "n/a", "-"}


def test_sales_are_the_teams_of_sdrs_and_aes(tables: Tables) -> None:
    sales = {row["team_id"] for row in rows(tables, "teams", is_sales=True)}
    assert sales == {"sdr_americas", "sdr_europe", "account_executives"}


def test_record_links_have_the_portal_filled_in(tables: Tables) -> None:
    (source,) = rows(tables, "sources")
    assert source["record_url_template"] == (
        "https://app.hubspot.com/contacts/4242/record/{object_type_id}/{record_id}"
    )


def test_hours_and_holidays_are_those_of_the_calendar(tables: Tables) -> None:
    (monday,) = rows(tables, "calendar_hours", calendar_id="europe", weekday=1)
    assert (monday["opens"], monday["closes"]) == (time(9), time(17, 30))
    assert rows(tables, "calendar_hours", weekday=6) == []
    unity = rows(tables, "calendar_holidays", holiday_date=date(2026, 10, 3))
    assert [(row["calendar_id"], row["name"]) for row in unity] == [("europe", "German Unity Day")]
    thanksgiving = rows(tables, "calendar_holidays", holiday_date=date(2026, 11, 26))
    assert [row["calendar_id"] for row in thanksgiving] == ["americas"]
    years = {row["holiday_date"].year for row in rows(tables, "calendar_holidays")}
    assert (min(years), max(years), len(years)) == (2015, 2035, 21)


def test_a_day_can_be_closed_or_worked_against_the_holidays(playbook: Playbook) -> None:
    content = playbook.model_dump(mode="json", by_alias=True)
    europe = content["sla"]["calendars"]["europe"]
    europe["also_closed"] = {"2026-12-24": "Christmas Eve"}
    europe["open_anyway"] = ["2026-05-01"]
    tables = build_tables(Playbook.model_validate(content), years=[2026])
    days = {row["holiday_date"] for row in rows(tables, "calendar_holidays", calendar_id="europe")}
    assert date(2026, 12, 24) in days
    assert date(2026, 5, 1) not in days
    assert date(2026, 12, 25) in days


def test_a_calendar_can_be_open_until_midnight(playbook: Playbook) -> None:
    content = playbook.model_dump(mode="json", by_alias=True)
    content["sla"]["calendars"]["europe"]["hours"] = {"sunday": "00:00-24:00"}
    hours = build_tables(Playbook.model_validate(content), years=[])["calendar_hours"]
    connection = duckdb.connect()
    connection.register("hours", hours)
    found = connection.execute(
        "select weekday, date '2026-01-04' + closes from hours where calendar_id = 'europe'"
    ).fetchall()
    assert found == [(7, datetime(2026, 1, 5))]


def test_conditions_are_one_row_a_value(tables: Tables) -> None:
    large = rows(tables, "routing_rules", rule_id="large_accounts_in_the_americas")
    assert {row["attribute_count"] for row in large} == {3}
    assert Counter(row["attribute"] for row in large) == {
        "country": 3, "offer_type": 3, "employee_count": 1,
    }  # fmt: skip
    (size,) = [row for row in large if row["attribute"] == "employee_count"]
    assert (size["operator"], size["min_value"], size["max_value"]) == ("between", 2000.0, None)


def test_routes_end_with_missing_data_and_the_rest(tables: Tables) -> None:
    by_priority = sorted(rows(tables, "routing_rules"), key=lambda row: row["priority"])
    missing, rest = by_priority[-2:]
    assert (missing["attribute"], missing["operator"]) == ("country", "is_missing")
    assert (missing["send_to_kind"], missing["send_to"]) == ("queue", "lead_queue")
    assert (rest["attribute"], rest["attribute_count"]) == (None, 0)
    assert (rest["send_to_kind"], rest["send_to"]) == ("team", "sdr_europe")


def test_urgent_offers_come_first(tables: Tables) -> None:
    urgent = [row["offer_type"] for row in rows(tables, "sla_rules", tier="urgent")]
    assert urgent == ["demo_request", "pricing", "contact_sales", "trial"]
    (parameters,) = rows(tables, "parameters")
    assert parameters["default_sla_tier"] == "standard"
    assert rows(tables, "sla_tiers", tier="urgent")[0]["business_minutes"] == 60


def test_tracked_properties_are_all_that_the_playbook_reads(tables: Tables) -> None:
    tracked = {
        (row["object"], row["property"], row["purpose"])
        for row in rows(tables, "tracked_properties")
    }
    assert tracked >= {
        ("contacts", "lifecyclestage", "stage"),
        ("contacts", "hs_lead_status", "stage"),
        ("deals", "dealstage", "stage"),
        ("contacts", "hubspot_owner_id", "owner"),
        ("deals", "hubspot_owner_id", "owner"),
        ("leads", "hubspot_owner_id", "owner"),
        ("contacts", "disqualification_reason", "reason"),
        ("contacts", "disqualification_reason", "field"),
        ("deals", "closed_lost_reason", "reason"),
        ("contacts", "budget_range", "field"),
    }


def test_every_canonical_reason_has_words(tables: Tables, sparse: Tables) -> None:
    for built in (tables, sparse):
        reasons = [row["reason"] for row in rows(built, "reasons")]
        assert len(reasons) == 12
        assert reasons[-2:] == ["missing", "unmapped"]


def test_costs_without_currency_are_in_the_reporting_currency(tables: Tables) -> None:
    (campaign,) = rows(tables, "campaigns", campaign_id="competitor_switch")
    assert (str(campaign["cost_amount"]), campaign["currency"]) == ("12750.50", "EUR")
    (free,) = rows(tables, "campaigns", campaign_id="brand_always_on")
    assert (free["cost_amount"], free["currency"]) == (None, None)
