"""A CRM with nobody in it, with one person, and with people who lack what the others have: the
chain ends in a published file and a page that say so.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from page_text import page_text
from pipeline_home import ALL_STOPS, PipelineHome, pipeline_home

from handoff.sandbox.server import RunningSandbox, running_sandbox

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 10, 5, 6, tzinfo=UTC)
SECOND = datetime(2026, 10, 12, 6, tzinfo=UTC)
REPORTS = ("fct_handoffs", "rpt_campaign_conversion", "rpt_sla", "rpt_reason_codes", "rpt_problems")


def contact(record_id: str, at: str, *, email: str | None, status: str = "") -> dict[str, Any]:
    """A contact who became an MQL at an instant; status: of its lead status, an hour later."""
    values = {"lifecyclestage": [("marketingqualifiedlead", at)]}
    if status:
        values["hs_lead_status"] = [(status, at.replace("T09", "T10"))]
    history = {
        name: [{"value": v, "timestamp": t, "sourceType": "CRM_UI"} for v, t in entries]
        for name, entries in values.items()
    }
    properties = {name: entries[0]["value"] for name, entries in history.items()}
    changed = max(entry["timestamp"] for entries in history.values() for entry in entries)
    return {
        "id": record_id,
        "properties": {**properties, "email": email, "createdate": at, "lastmodifieddate": changed},
        "propertiesWithHistory": history,
        "createdAt": at,
        "updatedAt": changed,
        "archived": False,
    }


ONE = contact("101", "2026-10-01T09:00:00.000Z", email="one@small.example")
WITHOUT_EMAIL = contact("102", "2026-10-06T09:00:00.000Z", email=None)
ODD = contact("103", "2026-10-07T09:00:00.000Z", email="odd@small.example", status="Ghosted <b>")


@contextmanager
def portal_of(folder: Path, *contacts: dict[str, Any]) -> Iterator[RunningSandbox]:
    (folder / "hubspot").mkdir(parents=True)
    lines = "".join(json.dumps(one) + "\n" for one in contacts)
    (folder / "hubspot" / "contacts.ndjson").write_text(lines)
    with running_sandbox(folder) as sandbox:
        yield sandbox


def run_all(home: PipelineHome) -> None:
    home.run(("sync", "load", "check_arrived"))
    home.build_at_once()
    home.run(ALL_STOPS[ALL_STOPS.index("check_leaving") :])


def page_of(home: PipelineHome, name: str = "latest") -> str:
    return page_text(home.settings.reports_dir / "weekly" / f"{name}.html")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineHome]:
    """The home after `handoff run` over an account that holds nothing."""
    folder = tmp_path_factory.mktemp("empty")
    with portal_of(folder / "portal") as sandbox:
        home = pipeline_home(folder / "home", sandbox, FIRST)
        done = home.command("run")
        assert done.returncode == 0, done.stderr
        assert "hubspot: 0 records of 15 objects" in done.stderr
        assert "nothing to change" in done.stderr
        yield home


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineHome]:
    folder = tmp_path_factory.mktemp("alone")
    with portal_of(folder / "portal", ONE) as sandbox:
        home = pipeline_home(folder / "home", sandbox, FIRST)
        run_all(home)
        shutil.copytree(home.settings.home, folder / "kept")
        yield replace(home, settings=replace(home.settings, home=folder / "kept"))


@pytest.fixture(scope="module")
def joined(alone: PipelineHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineHome]:
    """The home of one person, a week later, when two others have come."""
    folder = tmp_path_factory.mktemp("joined")
    with portal_of(folder / "portal", ONE, WITHOUT_EMAIL, ODD) as sandbox:
        home = pipeline_home(alone.settings.home.with_name("home"), sandbox, SECOND)
        run_all(home)
        yield home


def test_an_empty_portal_ends_in_a_published_file_and_a_page_that_says_so(
    empty: PipelineHome,
) -> None:
    tables = empty.published("select fact from run_manifest where fact_kind = 'table'")
    assert {name for (name,) in tables} >= set(REPORTS)
    for table in REPORTS:
        assert empty.published(f"select count(*) from {table}") == [(0,)], table  # noqa: S608
    assert "No handoffs yet" in page_of(empty)
    assert "This is no error of the page" in page_of(empty)
    latest = empty.settings.exports_dir / "latest"
    header = (latest / "csv" / "fct_handoffs.csv").read_text().splitlines()
    assert len(header) == 1
    assert header[0].startswith("handoff_key,")
    assert (latest / "parquet" / "fct_handoffs.parquet").exists()
    assert list(latest.glob("*.xlsx"))


def test_no_figure_of_an_empty_portal_is_a_rate(empty: PipelineHome) -> None:
    figures = empty.published(
        "select metric_id, value from rpt_weekly_quality where unit = 'rate' and value is not null"
    )
    assert figures == []
    ((mqls,),) = empty.published(
        "select distinct value from rpt_weekly_quality where metric_id = 'mqls'"
    )
    assert mqls == 0


def test_one_person_is_one_handoff_and_no_percentage(alone: PipelineHome) -> None:
    (handoff,) = alone.records("select * from fct_handoffs")
    assert handoff["mql_at"] == datetime(2026, 10, 1, 9)
    assert (handoff["status"], handoff["campaign_name"]) == ("open", "(none)")
    assert handoff["crm_url"].endswith("/101")
    rates = alone.records(
        "select * from rpt_campaign_conversion where period_grain = 'week' and start_stage = 'mql'"
        " and campaign_key = '(all)' and end_stage = 'sql' and basis = 'cohort'"
    )
    assert rates
    for rate in rates:
        assert (rate["numerator"], rate["denominator"]) == (0, 1)
        assert (rate["rate"], rate["small_sample"]) == (None, "hidden")
    assert "1 new MQL, " in page_of(alone)
    assert "0 of 1" in page_of(alone)


def test_a_person_without_an_address_is_a_person(joined: PipelineHome) -> None:
    (person,) = joined.records(
        "select people.* from dim_people as people inner join map_person_records using (person_key)"
        " where record_id = '102'"
    )
    assert (person["has_email"], person["handoff_count"]) == (False, 1)
    # Nobody is taken for another because both have no address.
    ((people, records),) = joined.published(
        "select count(distinct person_key), count(*) from map_person_records"
    )
    assert (people, records) == (3, 3)
    assert joined.published("select count(*) from fct_handoffs") == [(3,)]


def test_a_stage_that_nobody_mapped_is_counted_and_shown(joined: PipelineHome) -> None:
    events = joined.records("select * from fct_stage_events where stage = 'unmapped'")
    assert [(event["raw_value"], event["effect"]) for event in events] == [
        ("Ghosted <b>", "unmapped")
    ]
    ((counted,),) = joined.published(
        "select numerator from rpt_weekly_quality where metric_id = 'unmapped_stages'"
        " and week_start = date '2026-10-05'"
    )
    assert counted == 1
    checks = joined.published(
        "select status, severity, owner, row_count from run_manifest where fact_kind = 'check'"
        " and fact = 'stage_values_are_mapped' and object like '%contacts'"
    )
    assert checks == [("failed", "warn", "ops", 1)]
    (handoff,) = joined.records(
        "select status, accepted_at from fct_handoffs where mql_record_key like '%/103'"
    )
    assert handoff == {"status": "open", "accepted_at": None}
    page = page_of(joined, "2026-W41")
    assert "Stage values without a mapping ? 1 0 +1" in page
    assert "1 warned" in page


def test_the_page_of_three_people_shows_counts_and_hides_shares(joined: PipelineHome) -> None:
    page = page_of(joined, "2026-W41")
    assert "2 new MQLs" in page
    assert "0 of 2" in page
