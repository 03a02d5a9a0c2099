"""Where a read of Salesforce stands, which paths it asks for, and how its queries are written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handoff.crm.salesforce import soql
from handoff.crm.salesforce.paths import Paths, check_version, locator_of
from handoff.crm.salesforce.read_state import Job, ReadState, Stretch, state_of
from handoff.errors import SettingsError

LEAD = "00Q000000000001EAA"
JOB = "750R0000000zxr8IAA"
AT = datetime(2026, 1, 5, 6, 0, 0, 123_456, tzinfo=UTC)
WINDOW = soql.Window("SystemModstamp", AT - timedelta(hours=1), AT)


def test_a_query_asks_for_fields_of_a_window_after_an_id() -> None:
    stretch = Stretch(WINDOW, LEAD)
    assert soql.select(["Id", "Status"], "Lead", stretch.conditions, "ORDER BY Id") == (
        "SELECT Id, Status FROM Lead WHERE SystemModstamp >= 2026-01-05T05:00:00.123Z"
        " AND SystemModstamp < 2026-01-05T06:00:00.123Z"
        " AND Id > '00Q000000000001EAA' ORDER BY Id"
    )
    assert soql.count("Lead", Stretch(soql.Window("CreatedDate")).conditions) == (
        "SELECT COUNT() FROM Lead"
    )


def test_what_is_no_id_never_gets_into_a_query() -> None:
    assert soql.among_ids([LEAD, "' OR Name LIKE '%"]) == [f"Id IN ('{LEAD}')"]
    assert soql.after_id("' OR Name LIKE '%") == []


@pytest.mark.parametrize("job", [None, Job(JOB), Job(JOB, "MTAwMDA")])
@pytest.mark.parametrize("last_id", ["", LEAD])
def test_a_state_is_found_again_from_its_cursor(job: Job | None, last_id: str) -> None:
    state = ReadState([Stretch(WINDOW, last_id), Stretch(soql.Window("SystemModstamp"))], "67.0")
    state.live, state.job = 7, job
    cursor = json.loads(json.dumps(state.cursor()))
    found = state_of(cursor, "SystemModstamp", "67.0")
    assert found is not None
    assert found.cursor() == cursor
    assert (found.job, found.live) == (job, 7)
    assert found.stretches[0].conditions == state.stretches[0].conditions


GOOD = ReadState([Stretch(WINDOW, LEAD)], "67.0", 7, Job(JOB)).cursor()


@pytest.mark.parametrize(
    "spoilt",
    [
        {},
        {"phase": "list", "after": "x", "live": 3},
        {**GOOD, "version": "66.0"},
        {**GOOD, "stretches": None},
        {**GOOD, "stretches": []},
        {**GOOD, "stretches": [["yesterday", None, ""]]},
        {**GOOD, "stretches": [[None, None, "' OR Id != '"]]},
        {**GOOD, "job": ["../limits", None]},
        {**GOOD, "job": JOB},
        {**GOOD, "live": "many"},
    ],
)
def test_what_is_no_cursor_of_ours_is_not_taken(spoilt: dict[str, Any]) -> None:
    assert state_of(GOOD, "SystemModstamp", "67.0") is not None
    assert state_of(spoilt, "SystemModstamp", "67.0") is None


def test_halves_of_a_window_leave_nothing_out() -> None:
    halves = Stretch(WINDOW, LEAD).halves(AT, AT)
    assert halves is not None
    first, second = halves
    assert first.window.since == WINDOW.since
    assert first.window.until == second.window.since
    assert second.window.until == WINDOW.until
    assert first.last_id == second.last_id == LEAD


def test_open_ends_stay_open_when_a_window_is_halved() -> None:
    halves = Stretch(soql.Window("SystemModstamp")).halves(AT - timedelta(days=2), AT)
    assert halves is not None
    assert (halves[0].window.since, halves[1].window.until) == (None, None)
    assert halves[0].window.until == halves[1].window.since == AT - timedelta(days=1)


def test_a_window_of_a_second_is_not_halved() -> None:
    assert Stretch(soql.Window("CreatedDate", AT, AT + timedelta(seconds=1))).halves(AT, AT) is None


@pytest.mark.parametrize(
    ("told", "locator"),
    [
        ("/services/data/v67.0/queryAll/01gRM000-2000", "01gRM000-2000"),
        ("https://evil.example/services/data/v67.0/query/01gRM000-2000", "01gRM000-2000"),
        ("https://evil.example/?x=/01gRM000-2000", None),
        ("/services/data/v67.0/query/", None),
        ("/services/data/v67.0/query/%2e%2e%2flimits", None),
        ("/services/data/v67.0/query/..", None),
        (None, None),
        (17, None),
    ],
)
def test_of_the_address_of_the_next_page_the_locator_alone_is_taken(
    told: object, locator: str | None
) -> None:
    assert locator_of(told) == locator


def test_names_in_paths_are_quoted() -> None:
    paths = Paths("67.0")
    assert paths.job("../limits?x=1") == "/services/data/v67.0/jobs/query/..%2Flimits%3Fx%3D1"
    assert paths.next_page("../limits") == "/services/data/v67.0/query/..%2Flimits"
    assert paths.describe("Lead") == "/services/data/v67.0/sobjects/Lead/describe"


@pytest.mark.parametrize("version", ["", "67", "v67.0", "46.0", "66.1", "../.."])
def test_a_version_that_cannot_be_read_is_told(version: str) -> None:
    with pytest.raises(SettingsError, match="no API version") as caught:
        check_version(version)
    assert "api_version" in str(caught.value.fix)
