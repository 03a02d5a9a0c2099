"""The generated company with two CRMs, over HTTP to the readers' file: every planted handoff is
found, and each of its stages is told by the CRM in which it happened.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_portal import DemoPortal, Row
from pipeline_home import ALL_STOPS, SHIPPED_PLAYBOOK, pipeline_home
from test_demo_portal import COLUMNS, plain

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.generator.generate import DEMO_ENDS_AT
from handoff.sandbox.server import running_sandbox
from handoff.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

OVERLAY = PROJECT_ROOT / "include" / "handoff" / "sandbox" / "two_crms_playbook"
SOURCES = {
    "mql": "source_id",
    "accepted": "accepted_source_id",
    "sql": "sql_source_id",
    "opportunity": "opportunity_source_id",
    "won": "won_source_id",
}
EXITS = ("won", "lost", "disqualified", "recycled")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPortal]:
    folder = tmp_path_factory.mktemp("company")
    generate_portal(folder / "portal", people=300, crms=("hubspot", "salesforce"))
    shutil.copytree(SHIPPED_PLAYBOOK, folder / "playbook")
    shutil.copytree(OVERLAY, folder / "playbook", dirs_exist_ok=True)
    with running_sandbox(folder / "portal") as sandbox:
        home = pipeline_home(folder / "home", sandbox, DEMO_ENDS_AT, folder / "playbook")
        home.run(("sync", "load", "check_arrived"))
        home.build_at_once()
        home.run(ALL_STOPS[ALL_STOPS.index("check_leaving") :])
        exports = Path((home.settings.exports_dir / "latest").resolve())
        yield DemoPortal(home, folder / "portal", home.settings.home, exports)


@pytest.fixture(scope="module")
def handoffs(company: DemoPortal) -> dict[tuple[str, str], Row]:
    """Published handoffs by HubSpot's contact and the instant of the MQL."""
    rows = company.home.records("select * from fct_handoffs")
    return {(row["mql_record_key"].split("/")[-1], plain(row["mql_at"])): row for row in rows}


def test_the_planted_handoffs_are_the_published_ones(
    company: DemoPortal, handoffs: dict[tuple[str, str], Row]
) -> None:
    planted = {(line["contact_id"], line["mql_at"]) for line in company.planted_handoffs}
    ((rows,),) = company.home.published("select count(*) from fct_handoffs")
    assert rows == len(company.planted_handoffs) == company.truth["handoffs"]["total"] > 200
    assert handoffs.keys() == planted


@pytest.mark.parametrize("fact", COLUMNS)
def test_each_planted_fact_is_told_of_every_handoff(
    company: DemoPortal, handoffs: dict[tuple[str, str], Row], fact: str
) -> None:
    wrong = []
    for line in company.planted_handoffs:
        told = plain(handoffs[line["contact_id"], line["mql_at"]][COLUMNS[fact]])
        # A handoff that won nothing has no sum, or an empty one.
        told = (told or None) if fact == "amount_won" else told
        if told != line.get(fact):
            wrong.append((line["contact_id"], line.get("scenario"), line.get(fact), told))
    assert wrong == []


def test_each_stage_is_told_by_the_crm_in_which_it_happened(
    company: DemoPortal, handoffs: dict[tuple[str, str], Row]
) -> None:
    wrong = []
    for line in company.planted_handoffs:
        row, planted = handoffs[line["contact_id"], line["mql_at"]], line["stage_sources"]
        told = {stage: row[column] for stage, column in SOURCES.items() if row[column]}
        expected = {stage: planted[stage] for stage in SOURCES if stage in planted}
        closed_by = next((planted[stage] for stage in EXITS if stage in planted), None)
        if (told, row["exit_source_id"]) != (expected, closed_by):
            wrong.append((line["contact_id"], line.get("scenario"), expected, told))
    assert wrong == []


def test_owners_campaigns_and_raw_reasons_are_those_that_were_planted(
    company: DemoPortal, handoffs: dict[tuple[str, str], Row]
) -> None:
    wrong = []
    for line in company.planted_handoffs:
        row = handoffs[line["contact_id"], line["mql_at"]]
        campaign = row["campaign_name"] or "(none)"
        owner = (row["assigned_owner_key"] or "").split("/")[-1] or None
        planted = (line["campaign"], line.get("assigned_owner_id"))
        if (campaign, owner) != planted:
            wrong.append((line["contact_id"], line.get("scenario"), planted, (campaign, owner)))
    assert wrong == []


def test_what_never_went_through_marketing_is_a_bypass(company: DemoPortal) -> None:
    rows = company.home.records("select kind, record_key, bypassed_at from fct_bypasses")
    told = {
        (row["kind"], row["record_key"].split("/")[-1], plain(row["bypassed_at"])) for row in rows
    }
    assert told == {(one["kind"], one["record_id"], one["at"]) for one in company.truth["bypasses"]}


def test_a_deal_that_both_crms_hold_counts_once(company: DemoPortal) -> None:
    ((won,),) = company.home.published("select sum(amount_won) from fct_handoffs")
    assert float(won) == sum(line.get("amount_won", 0.0) for line in company.planted_handoffs)
    assert len(list(company.records("deals"))) > 5


def test_nothing_of_either_crm_is_left_over(company: DemoPortal) -> None:
    rows = company.home.records("select * from rpt_reconciliation")
    assert {row["source_id"] for row in rows} == {"hubspot", "salesforce"}
    assert [row for row in rows if row["left_over_count"]] == []
