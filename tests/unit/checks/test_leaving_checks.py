"""Each check of what leaves passes on sound marts and fails on the error it is for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from handoff.checks import CheckReport, CheckResult, read_last_blocked, run_checks
from handoff.settings import Settings
from scratch_marts import make_warehouse, settings_of

# Error, the check that must find it, and the keys it must name. They touch different rows as far
# as they can, so that one run can find them all.
PLANTED = [
    (
        "insert into marts.fct_handoffs by name select * replace ('x1' as handoff_key, "
        "'x1' as person_key, mql_at + interval 5 days as sql_at) from marts.fct_handoffs "
        "where handoff_key = 'h1'",
        "marts.fct_handoffs stages_are_in_order",
        {"x1"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x2' as handoff_key, "
        "'x2' as person_key, null as opportunity_at) from marts.fct_handoffs "
        "where handoff_key = 'h1'",
        "marts.fct_handoffs funnel_narrows",
        {"x2"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x3' as handoff_key, "
        "'x3' as person_key, false as sql_is_inferred) from marts.fct_handoffs "
        "where handoff_key = 'h1'",
        "marts.fct_handoffs inferred_stages_are_marked",
        {"x3"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x4' as handoff_key, "
        "'x4' as person_key, 'open' as status) from marts.fct_handoffs where handoff_key = 'h3'",
        "marts.fct_handoffs handoff_has_one_status",
        {"x4", "x5"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x5' as handoff_key, "
        "'x5' as person_key, true as is_open) from marts.fct_handoffs where handoff_key = 'h3'",
        "marts.fct_handoffs handoff_has_one_status",
        {"x4", "x5"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x6' as handoff_key, "
        "2 as handoff_number, mql_at + interval 1 hour as mql_at, 'p1' as person_key) "
        "from marts.fct_handoffs where handoff_key = 'h3'",
        "marts.fct_handoffs handoffs_of_a_person_follow_each_other",
        {"x6"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x7' as handoff_key, "
        "'x7' as person_key, timestamp '2026-10-05 06:00:01' as mql_at) "
        "from marts.fct_handoffs where handoff_key = 'h2'",
        "marts.fct_handoffs nothing_lies_after_the_build",
        {"x7"},
    ),
    (
        "insert into raw.hubspot__contacts by name select * replace ('9' as id) "
        "from raw.hubspot__contacts where id = '2'",
        "marts.fct_handoffs mqls_have_become_handoffs",
        {"hubspot/contacts/9"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x8' as handoff_key, "
        "'x8' as person_key, null as reason) from marts.fct_handoffs where handoff_key = 'h3'",
        "marts.fct_handoffs closed_handoffs_have_a_reason",
        {"x8"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x9' as handoff_key, "
        "'x9' as person_key, null as sla_status) from marts.fct_handoffs where handoff_key = 'h3'",
        "marts.fct_handoffs sla_is_judged",
        {"x9"},
    ),
    (
        "insert into marts.fct_handoffs by name select * replace ('x10' as handoff_key, "
        "'x10' as person_key, 0 as fields_filled, null as crm_url) from marts.fct_handoffs "
        "where handoff_key = 'h3'",
        "marts.fct_handoffs gaps_add_up",
        {"x7", "x10"},
    ),
    ("select 1", "marts.fct_handoffs handoffs_link_to_the_crm", {"x10"}),
    (
        "insert into marts.fct_field_gaps by name "
        "select * replace ('g9' as field_gap_key, 'nobody' as handoff_key) "
        "from marts.fct_field_gaps",
        "marts.fct_field_gaps gaps_have_their_handoff",
        {"g9"},
    ),
    ("select 1", "marts.rpt_field_gaps gaps_are_those_of_the_list", {"mql/country"}),
    (
        "insert into marts.rpt_field_gaps by name select * replace ('timeframe' as field_id, "
        "30 as denominator, 14 as numerator) from marts.rpt_field_gaps "
        "where period_grain = 'all' and field_id = 'country'",
        "marts.rpt_field_gaps fields_are_covered",
        {"mql/timeframe", "mql/budget"},
    ),
    (
        "insert into marts.rpt_field_gaps by name select * replace ('budget' as field_id, "
        "30 as denominator, 0 as numerator) from marts.rpt_field_gaps "
        "where period_grain = 'all' and field_id = 'country'",
        "marts.rpt_field_gaps fields_are_ever_filled",
        {"mql/budget"},
    ),
    (
        "delete from marts.rpt_campaign_conversion where rate_key = 'c3/won/month/period'",
        "marts.rpt_campaign_conversion campaigns_add_up_to_the_total",
        {"period/mql/won/None/month/2026-08-31"},
    ),
    (
        "select 1",  # the handoffs above are in no cohort
        "marts.rpt_campaign_conversion totals_are_the_handoffs",
        {f"{grain}/{stage}" for grain in ("week", "month") for stage in ("accepted", "sql", "won")},
    ),
    (
        "update marts.rpt_campaign_conversion set ci_low = 0.5 "
        "where rate_key = 'c2/won/week/cohort'",
        "marts.rpt_campaign_conversion rates_are_shares",
        {"c2/won/week/cohort"},
    ),
    ("select 1", "marts.rpt_reason_codes outcomes_are_the_handoffs", {"week", "month"}),
    ("select 1", "marts.rpt_sla all_handoffs_are_judged", {"met", "missed", "None"}),
    (
        "insert into marts.rpt_sla by name "
        "select * replace ('s9' as sla_key, 'week' as period_grain, 7 as met) from marts.rpt_sla",
        "marts.rpt_sla attainment_counts_add_up",
        {"s9"},
    ),
    ("select 1", "marts.rpt_weekly_quality weeks_add_up_to_the_handoffs", {"mqls", "wins"}),
    (
        "update marts.rpt_reconciliation set left_over_count = -1, erased_count = 1 "
        "where object = 'deals'",
        "marts.rpt_reconciliation nothing_is_left_over",
        {"hubspot/deals"},
    ),
    (
        "update marts.rpt_reconciliation set merged_count = 2 where object = 'contacts'",
        "marts.rpt_reconciliation explanations_add_up",
        {"hubspot/contacts", "hubspot/deals"},
    ),
    (
        "insert into marts.rpt_reconciliation by name select 'other' as source_id, "
        "'deals' as object, false as is_counted_by_crm",
        "marts.rpt_reconciliation records_are_counted",
        {"other/deals"},
    ),
    (
        "delete from marts.map_person_records where record_key = 'hubspot/contacts/3'",
        "marts.map_person_records every_contact_is_somebody",
        {"hubspot/contacts/3", "hubspot/contacts/9"},
    ),
    (
        "insert into marts.fct_touches by name select 't9' as touch_key, "
        "'https://example.com/thanks?mail=jane.doe%40example.org' as landing_page",
        "marts.fct_touches links_hold_no_addresses",
        {"t9"},
    ),
    (
        "insert into marts.act_missed_sla by name select 'a9' as action_key, 'h1' as handoff_key, "
        "'1' as record_id",
        "marts.act_missed_sla actions_are_for_open_handoffs",
        {"a9"},
    ),
    (
        "insert into marts.act_missing_fields by name "
        "select 'a8' as action_key, 'h2' as handoff_key",
        "marts.act_missing_fields actions_name_their_record",
        {"a8"},
    ),
]


def failed(report: CheckReport) -> dict[str, CheckResult]:
    return {f"{r.table} {r.check_id}": r for r in report.results if not r.passed}


def spoil(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="module")
def spoilt_report(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    settings = settings_of(tmp_path_factory.mktemp("spoilt"))
    make_warehouse(settings)
    spoil(settings, *(statement for statement, _, _ in PLANTED))
    return run_checks("leaving", settings, "run-1")


def test_sound_marts_pass_every_check(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings)

    report = run_checks("leaving", settings, "run-1")

    assert failed(report) == {}
    assert {r.status for r in report.results} == {"passed"}
    assert len(report.results) > 25
    assert read_last_blocked(settings) is None


def test_marts_of_an_empty_portal_pass(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings, empty=True)

    assert failed(run_checks("leaving", settings, "run-1")) == {}


@pytest.mark.parametrize(("statement", "check", "keys"), PLANTED)
def test_each_check_finds_its_error(
    spoilt_report: CheckReport, statement: str, check: str, keys: set[str]
) -> None:
    found = failed(spoilt_report)

    assert check in found, statement
    assert found[check].note is None
    assert set(found[check].failing_keys) == keys
    assert found[check].failing_rows == len(keys)


def test_every_check_has_its_error(spoilt_report: CheckReport) -> None:
    assert set(failed(spoilt_report)) == {check for _, check, _ in PLANTED}
    untested = {r.check_id for r in spoilt_report.results} - {
        check.split(" ")[1] for _, check, _ in PLANTED
    }
    assert untested == set()


def test_tables_that_come_later_are_skipped_and_others_are_not(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings)
    spoil(settings, "drop table marts.rpt_weekly_quality", "drop table marts.rpt_sla")

    report = run_checks("leaving", settings, "run-1")

    skipped = [r.table for r in report.results if r.status == "skipped"]
    assert skipped == ["marts.rpt_weekly_quality"]
    assert {r.table for r in report.blocking} == {"marts.rpt_sla"}
    note = read_last_blocked(settings)
    assert note is not None
    assert note["checks"][0]["note"] == "the table is absent"
