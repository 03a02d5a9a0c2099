"""The checks about Salesforce run where a source is one, and find the errors they are for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from landed_portal import land, load
from landed_portal import settings_of as settings_of_landing

from handoff.checks import CheckReport, CheckResult, run_checks
from handoff.crm.registry import raw_tables
from handoff.settings import Settings
from scratch_marts import make_warehouse, settings_of

PLAYBOOK: dict[str, list[dict[str, Any]]] = {
    "versions": [{"playbook_id": "test", "label": "first", "is_current": True}],
    "sources": [{"source_id": "sf", "crm": "salesforce", "portal_id": "north"}],
    "pipelines": [{"source_id": "sf", "pipeline_id": "012000000000001AAA", "counts": False}],
    "stage_map": [
        {"source_id": "sf", "object": object_, "property": name, "raw_value": value, "stage": stage}
        for object_, name, value, stage in (
            ("leads", "Status", "working", "accepted"),
            ("leads", "IsConverted", "true", "sql"),
            ("deals", "StageName", "proposal", "opportunity"),
        )
    ],
    "tracked_properties": [
        {"source_id": "sf", "object": "leads", "property": "Status", "purpose": "stage"}
    ],
}
AT = "2026-09-01T08:00:00.000Z"
LEAD, DEAL, CONTACT = "00Q00000000000{}AAA", "00600000000000{}AAA", "00300000000000{}AAA"


def record(id_: str, **fields: str) -> dict[str, Any]:
    return {"id": id_, "fields": {"CreatedDate": AT, "SystemModstamp": AT, **fields}}


RECORDS: dict[str, list[dict[str, Any]]] = {
    "leads": [record(LEAD.format(n), Status="Working", IsConverted="false") for n in range(1, 6)],
    "lead_history": [
        record(f"01700000000000{n}AAA", LeadId=LEAD.format(n), Field="created") for n in range(1, 6)
    ],
    "contacts": [record(CONTACT.format(1))],
    "deals": [
        record(DEAL.format(1), StageName="Proposal"),
        record(DEAL.format(2), StageName="Renewing", RecordTypeId="012000000000001AAA"),
    ],
    "deal_history": [
        record("008000000000001AAA", OpportunityId=DEAL.format(1), StageName="Proposal")
    ],
    "deal_contact_roles": [
        record("00K000000000001AAA", OpportunityId=DEAL.format(1), ContactId=CONTACT.format(1))
    ],
    "campaign_members": [
        record("00v000000000001AAA", CampaignId="701000000000001AAA", LeadId=LEAD.format(1))
    ],
    "tasks": [record("00T000000000001AAA", WhoId=LEAD.format(1))],
    "properties": [{"objectType": "leads", "sobject": "Lead", "name": "Status"}],
}

# Error, the check that must find it, and how many rows it must name.
PLANTED = [
    (
        "update raw.salesforce__leads set id = left(id, 15) where id = '00Q000000000002AAA'",
        "raw.salesforce__leads ids_are_whole",
        1,
    ),
    (
        "update raw.salesforce__contacts set fields = map([]::varchar[], []::varchar[])",
        "raw.salesforce__contacts fields_are_filled",
        1,
    ),
    (
        "update raw.salesforce__contacts set fields = map([]::varchar[], []::varchar[])",
        "raw.salesforce__contacts instants_can_be_read",
        1,
    ),
    (
        "update raw.salesforce__leads set fields = map_concat(fields, map {'Status': 'Parked'})"
        " where id = '00Q000000000003AAA'",
        "raw.salesforce__leads stage_values_are_mapped",
        1,
    ),
    (
        "update raw.salesforce__deals set fields = map_concat(fields, map {'StageName': 'Odd'})"
        " where id = '006000000000001AAA'",
        "raw.salesforce__deals stage_values_are_mapped",
        1,
    ),
    (
        "delete from raw.salesforce__deal_history",
        "raw.salesforce__deals deal_history_has_arrived",
        1,
    ),
    (
        "update raw.salesforce__campaign_members set fields = map {'CampaignId': '701',"
        " 'CreatedDate': '2026-09-01', 'SystemModstamp': '2026-09-01'}",
        "raw.salesforce__campaign_members members_name_who_and_what",
        1,
    ),
    (
        "update raw.salesforce__deal_contact_roles set fields = map {'ContactId': '003',"
        " 'CreatedDate': '2026-09-01', 'SystemModstamp': '2026-09-01'}",
        "raw.salesforce__deal_contact_roles roles_name_who_and_what",
        1,
    ),
    (
        "update raw.salesforce__lead_history set fields = map {'CreatedDate': 'soon'}"
        " where id like '%1AAA'",
        "raw.salesforce__lead_history entries_are_dated",
        1,
    ),
    (
        "update raw.salesforce__lead_history set fields = map {'CreatedDate': 'soon'}"
        " where id like '%1AAA'",
        "raw.salesforce__lead_history entries_name_their_record",
        1,
    ),
    (
        "update raw.salesforce__properties set name = 'State' where name = 'Status'",
        "raw.salesforce__properties playbook_properties_exist",
        1,
    ),
    (
        "delete from raw.landing_runs where object = 'lead_history'",
        "raw.landing_runs every_needed_object_has_landed",
        1,
    ),
    (
        "update raw.landing_runs set api_version = '29.0' where object = 'deals'",
        "raw.landing_runs api_version_is_supported",
        1,
    ),
]


def failed(report: CheckReport) -> dict[str, CheckResult]:
    return {f"{r.table} {r.check_id}": r for r in report.results if not r.passed}


@pytest.fixture(scope="module")
def sound_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sound")
    settings = settings_of_landing(home)
    manifest = {"source_id": "sf", "crm": "salesforce", "api_version": "66.0"}
    objects = tuple(raw_tables("salesforce").STREAMS)
    land(settings, "20261005", RECORDS, objects=objects, **manifest)
    load(settings, playbook=PLAYBOOK)
    return home


@pytest.fixture(scope="module")
def spoilt_report(sound_home: Path, tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    home = shutil.copytree(sound_home, tmp_path_factory.mktemp("spoilt") / "home")
    settings = settings_of_landing(home)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for statement in dict.fromkeys(statement for statement, _, _ in PLANTED):
            connection.execute(statement)
    return run_checks("arrived", settings, "run-1")


def test_a_sound_salesforce_passes_and_no_other_crm_is_judged(sound_home: Path) -> None:
    report = run_checks("arrived", settings_of_landing(sound_home), "run-1")

    assert failed(report) == {}
    assert {r.table.split("__")[0] for r in report.results if r.table.startswith("raw.")} == {
        "raw.landing_runs", "raw.salesforce",
    }  # fmt: skip


@pytest.mark.parametrize(("statement", "check", "rows"), PLANTED)
def test_each_check_finds_its_error(
    spoilt_report: CheckReport, statement: str, check: str, rows: int
) -> None:
    found = failed(spoilt_report)

    assert check in found, statement
    assert found[check].note is None
    assert found[check].failing_rows == rows


def test_nothing_else_is_found(spoilt_report: CheckReport) -> None:
    also = {
        "landing_files every_part_is_loaded",
        "raw.landing_runs one_api_version_a_source",
    }
    assert set(failed(spoilt_report)) - also == {check for _, check, _ in PLANTED}


@pytest.fixture
def marts(tmp_path: Path) -> Settings:
    """Marts of HubSpot beside a Salesforce whose lead 1 is nobody and stands at MQL."""
    settings = settings_of(tmp_path)
    make_warehouse(settings)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute(
            """
            create table raw.salesforce__leads as
                select 'sf' as source_id, 'r1' as run_id, 'p' as part_file, '1' as id,
                    timestamp '2026-10-05 05:00:00' as landed_at, map {'Status': 'Hot',
                    'CreatedDate': '2026-09-01', 'SystemModstamp': '2026-09-01'} as fields;
            create table raw.salesforce__contacts as from raw.salesforce__leads limit 0;
            insert into playbook.sources by name
                select 'v1' as version_key, 'sf' as source_id, 'salesforce' as crm;
            insert into playbook.stage_map by name
                select 'v1' as version_key, 'sf' as source_id, 'leads' as object,
                    'Status' as property, 'hot' as raw_value, 'mql' as stage;
            """
        )
    return settings


def test_a_lead_that_is_nobody_and_no_handoff_is_found(marts: Settings) -> None:
    found = failed(run_checks("leaving", marts, "run-1"))

    for check in (
        "marts.map_person_records every_lead_is_somebody",
        "marts.fct_handoffs salesforce_mqls_have_become_handoffs",
    ):
        assert found[check].failing_keys == ("sf/leads/1",)
