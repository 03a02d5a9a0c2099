"""Reads of Salesforce end with every record once, whatever happens on their way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from landed import everything, rows, runs
from salesforce_case import SIZES, SalesforceCase
from syncing import sync

from handoff.crm.protocol import Batch, ReadRequest
from handoff.crm.salesforce.connector import SalesforceConnector
from handoff.errors import CrmError, CursorRefusedError
from handoff.sandbox.server import RunningSandbox
from handoff.settings import Settings

AT = datetime(2025, 12, 1, 6, tzinfo=UTC)
CASE = SalesforceCase()


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return CASE.write_portal(tmp_path / "portal")


@pytest.fixture
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs for all that is not tiny, with pages of 17 records."""
    monkeypatch.setattr("handoff.crm.salesforce.records.BULK_FROM_ROWS", 20)
    monkeypatch.setattr("handoff.crm.salesforce.bulk_query.PAGE_ROWS", 17)


def running(portal: Path, **options: Any) -> Any:
    return CASE.running(portal, for_crm={"salesforce": options})


def batches(connector: SalesforceConnector, name: str, cursor: Any = None) -> Iterator[Batch]:
    request = ReadRequest(name, "full", AT, selection=connector.selection(name))
    return connector.read(request, cursor)


def ids(found: list[Batch], name: str) -> list[str]:
    return [row["id"] for batch in found for row in batch.rows[name]]


def paths(sandbox: RunningSandbox, ending: str) -> list[str]:
    return [one.path for one in sandbox.requests if one.path.endswith(ending)]


def test_jobs_and_pages_land_the_same_records(
    portal: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Settings(home=tmp_path / "other", playbook_dir=tmp_path, as_of=None)
    with running(portal) as sandbox:
        sync(CASE, sandbox, settings)
        assert paths(sandbox, "/jobs/query") == []
        monkeypatch.setattr("handoff.crm.salesforce.records.BULK_FROM_ROWS", 1)
        monkeypatch.setattr("handoff.crm.salesforce.bulk_query.PAGE_ROWS", 17)
        sync(CASE, sandbox, other)
        assert len(paths(sandbox, "/jobs/query")) == len(SIZES)
        jobs = [one.method for one in sandbox.requests if "/jobs/query/750" in one.path]
        assert jobs.count("DELETE") == len(SIZES)
    assert everything(other.landing_dir) == everything(settings.landing_dir)


@pytest.mark.parametrize("way", ["jobs", "pages", "halves"])
def test_a_read_that_stops_anywhere_goes_on_with_the_next_record(
    portal: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "jobs":
        monkeypatch.setattr("handoff.crm.salesforce.records.BULK_FROM_ROWS", 20)
        monkeypatch.setattr("handoff.crm.salesforce.bulk_query.PAGE_ROWS", 17)
    monkeypatch.setattr("handoff.crm.salesforce.api._PAGE_OPTIONS", {})
    options = {"query_rows_most": 25} if way == "halves" else {"page_records": 30}
    with running(portal, **options) as sandbox:
        undisturbed = list(batches(CASE.connect(sandbox), "leads"))
        assert sorted(ids(undisturbed, "leads")) == sorted(CASE.there(portal, "leads"))
        for stop in range(1, len(undisturbed), 1 + len(undisturbed) // 12):
            reading = batches(CASE.connect(sandbox), "leads")
            found = [next(reading) for _ in range(stop)]
            while found and found[-1].cursor is None:
                # What no cursor follows is not committed.
                found.pop()
            cursor = found[-1].cursor if found else None
            after = list(batches(CASE.connect(sandbox), "leads", cursor))
            assert ids(found + after, "leads") == ids(undisturbed, "leads"), stop
            last = (found + after)[-1].cursor
            assert last is not None
            assert last["live"] == SIZES["leads"][2] - SIZES["leads"][3]


@pytest.mark.usefixtures("small_jobs")
def test_a_read_goes_on_at_the_page_of_its_job(portal: Path) -> None:
    with running(portal) as sandbox:
        found = []
        for batch in batches(CASE.connect(sandbox), "leads"):
            found.append(batch)
            if batch.cursor is not None and len(ids(found, "leads")) >= 51:
                break
        list(batches(CASE.connect(sandbox), "leads", found[-1].cursor))
        assert len(paths(sandbox, "/jobs/query")) == 1


def test_a_read_goes_on_behind_the_last_record_of_its_pages(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "handoff.crm.salesforce.api._PAGE_OPTIONS", {"Sforce-Query-Options": "batchSize=200"}
    )
    with running(portal) as sandbox:
        for number in range(300):
            CASE.create_person(sandbox, f"2025-11-20T06:{number // 60:02}:{number % 60:02}Z")
        everyone = list(batches(CASE.connect(sandbox), "leads"))
        first = next(batches(CASE.connect(sandbox), "leads"))
        after = list(batches(CASE.connect(sandbox), "leads", first.cursor))
    found = ids(everyone, "leads")
    assert len(found) == len(set(found)) == 460
    assert len(ids([first], "leads")) == 200
    assert ids([first], "leads") + ids(after, "leads") == found


@pytest.mark.usefixtures("small_jobs")
def test_a_session_that_ends_in_mid_download_changes_nothing(portal: Path) -> None:
    keys = {"flow": "client_credentials", "client_id": "sandbox-client"}
    with running(portal, session_requests=5) as sandbox:
        connector = CASE.connect(sandbox, client_secret=sandbox.token, **keys)
        for name in ("leads", "tasks"):
            found = ids(list(batches(connector, name)), name)
            assert sorted(found) == sorted(CASE.there(portal, name))
        assert len(paths(sandbox, "/oauth2/token")) > 1
        refused = [one.path for one in sandbox.requests if one.status == 401]
    assert any(path.endswith("/results") for path in refused)


@pytest.mark.parametrize("locator_requests", [0, 1])
def test_places_of_pages_that_end_are_found_again_by_the_last_id(
    portal: Path, monkeypatch: pytest.MonkeyPatch, locator_requests: int
) -> None:
    monkeypatch.setattr(
        "handoff.crm.salesforce.api._PAGE_OPTIONS", {"Sforce-Query-Options": "batchSize=200"}
    )
    with running(portal, locator_requests=locator_requests) as sandbox:
        for number in range(700):
            CASE.create_person(sandbox, f"2025-11-20T06:{number // 60:02}:{number % 60:02}Z")
        found = ids(list(batches(CASE.connect(sandbox), "leads")), "leads")
        refused = [one for one in sandbox.requests if one.status == 400]
    assert len(found) == len(set(found)) == 860
    assert len(refused) == (4 if locator_requests == 0 else 2)


@pytest.mark.usefixtures("small_jobs")
def test_a_job_that_is_gone_makes_the_read_start_anew(portal: Path) -> None:
    with running(portal) as sandbox:
        found = []
        for batch in batches(CASE.connect(sandbox), "leads"):
            found.append(batch)
            if batch.cursor is not None and ids(found, "leads"):
                break
        sandbox.ask("POST", "/_sandbox/salesforce/expire", json={"what": "jobs"})
        with pytest.raises(CursorRefusedError, match="no longer takes"):
            list(batches(CASE.connect(sandbox), "leads", found[-1].cursor))


@pytest.mark.parametrize(
    "cursor",
    [{"phase": "list", "after": "1"}, {"stretches": [], "live": 1}, {"live": "x"}],
)
def test_a_cursor_of_something_else_makes_the_read_start_anew(
    portal: Path, cursor: dict[str, Any]
) -> None:
    with running(portal) as sandbox, pytest.raises(CursorRefusedError):
        list(batches(CASE.connect(sandbox), "leads", cursor))


@pytest.mark.usefixtures("small_jobs")
def test_jobs_that_fail_are_tried_in_parts(portal: Path) -> None:
    with running(portal, failing_jobs=[1, 2]) as sandbox:
        found = ids(list(batches(CASE.connect(sandbox), "leads")), "leads")
        assert len(paths(sandbox, "/jobs/query")) > 2
    assert sorted(found) == sorted(CASE.there(portal, "leads"))


@pytest.mark.usefixtures("small_jobs")
def test_jobs_that_always_fail_are_told(portal: Path) -> None:
    with (
        running(portal, failing_jobs=list(range(1, 50))) as sandbox,
        pytest.raises(CrmError, match=r"job for leads failed .*retries exceeded") as caught,
    ):
        list(batches(CASE.connect(sandbox), "leads"))
    assert "Bulk Data Load Jobs" in str(caught.value.fix)


def test_a_query_that_takes_too_long_is_halved_until_it_does_not(portal: Path) -> None:
    with running(portal, query_rows_most=25) as sandbox:
        found = list(batches(CASE.connect(sandbox), "leads"))
        timeouts = [one for one in sandbox.requests if one.status == 400]
    assert sorted(ids(found, "leads")) == sorted(CASE.there(portal, "leads"))
    assert len(timeouts) > 5
    assert found[-1].cursor is not None
    assert found[-1].cursor["live"] == SIZES["leads"][2] - SIZES["leads"][3]


def test_a_sweep_that_takes_too_long_is_halved_as_well(portal: Path) -> None:
    with running(portal, query_rows_most=25) as sandbox:
        request = ReadRequest("leads", "sweep", AT)
        found = list(CASE.connect(sandbox).read(request, None))
    assert sorted(ids(found, "leads_ids")) == sorted(CASE.there(portal, "leads"))


def test_records_of_one_instant_that_take_too_long_are_told(portal: Path) -> None:
    leads = list(CASE.there(portal, "leads"))[:30]
    with running(portal, query_rows_most=25) as sandbox:
        body = {"sobject": "Lead", "ids": leads, "values": {"Title": "x"}}
        headers = {"x-sandbox-at": "2025-11-20T06:00:00Z"}
        sandbox.ask("POST", "/_sandbox/salesforce/system-edit", json=body, headers=headers)
        with pytest.raises(CrmError, match="within two seconds"):
            list(batches(CASE.connect(sandbox), "leads"))


def test_a_query_too_long_for_an_address_goes_into_the_body_of_a_job(
    portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.crm.salesforce.records._LONGEST_ADDRESS", 200)
    with running(portal) as sandbox:
        found = ids(list(batches(CASE.connect(sandbox), "leads")), "leads")
        assert len(paths(sandbox, "/jobs/query")) == 1
        assert max(len(one.query) for one in sandbox.requests) < 200
    assert sorted(found) == sorted(CASE.there(portal, "leads"))


@pytest.mark.usefixtures("small_jobs")
def test_what_the_bulk_api_does_not_take_is_read_by_pages(portal: Path) -> None:
    with running(portal, not_in_bulk=["Lead"]) as sandbox:
        found = ids(list(batches(CASE.connect(sandbox), "leads")), "leads")
        assert paths(sandbox, "/results") == []
    assert sorted(found) == sorted(CASE.there(portal, "leads"))


@pytest.mark.parametrize("is_bulk", [False, True])
def test_a_field_that_goes_before_the_query_is_left_out(
    portal: Path, monkeypatch: pytest.MonkeyPatch, is_bulk: bool
) -> None:
    if is_bulk:
        monkeypatch.setattr("handoff.crm.salesforce.records.BULK_FROM_ROWS", 20)
    with running(portal) as sandbox:
        connector = CASE.connect(sandbox)
        selection = connector.selection("leads")
        CASE.remove_property(sandbox, "leads", "Rating")
        CASE.remove_property(sandbox, "leads", "Title")
        request = ReadRequest("leads", "full", AT, selection=selection)
        found = list(connector.read(request, None))
    assert {"Rating", "Title"} <= set(selection["fields"])
    assert sorted(ids(found, "leads")) == sorted(CASE.there(portal, "leads"))
    assert not any("Title" in row["fields"] for batch in found for row in batch.rows["leads"])


def test_changes_of_one_instant_all_arrive_and_none_twice(
    portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = [id_ for id_, told in CASE.there(portal, "leads").items() if not told.is_archived]
    with running(portal) as sandbox:
        sync(CASE, sandbox, settings)
        body = {"sobject": "Lead", "ids": leads, "values": {"Rating": "Hot"}}
        headers = {"x-sandbox-at": "2025-12-01T06:00:00Z"}
        sandbox.ask("POST", "/_sandbox/salesforce/system-edit", json=body, headers=headers)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-01T08:00:00Z")
        sync(CASE, sandbox, settings)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-01T10:00:00Z")
        sync(CASE, sandbox, settings)
    second, third = runs(settings.landing_dir, "leads")[1:]
    assert sorted(row["id"] for row in rows(settings.landing_dir, second)) == sorted(leads)
    assert rows(settings.landing_dir, third) == []


def test_what_happens_in_the_organization_arrives(
    portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = CASE.people(portal)
    at = "2025-12-02T10:00:00Z"
    headers = {"x-sandbox-at": at}
    with running(portal) as sandbox:
        sync(CASE, sandbox, settings)
        CASE.archive(sandbox, "deals", list(CASE.there(portal, "deals"))[9], at)
        CASE.merge(sandbox, "leads", people[5], people[6], at)
        body = {"lead": people[7], "opportunity": {"Amount": 12}}
        sandbox.ask("POST", "/_sandbox/salesforce/convert", json=body, headers=headers)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-03T06:00:00Z")
        sync(CASE, sandbox, settings)

    def newest(name: str) -> list[dict[str, Any]]:
        return rows(settings.landing_dir, runs(settings.landing_dir, name)[-1])

    leads = {row["id"]: row["fields"] for row in newest("leads")}
    assert (leads[people[6]]["IsDeleted"], leads[people[6]]["MasterRecordId"]) == (
        "true",
        people[5],
    )
    converted = leads[people[7]]
    assert (converted["IsConverted"], converted["ConvertedDate"]) == ("true", "2025-12-02")
    deals = {row["id"]: row["fields"] for row in newest("deals")}
    assert deals[converted["ConvertedOpportunityId"]]["Amount"] == "12.0"
    assert sorted(fields["IsDeleted"] for fields in deals.values()) == ["false", "true"]
    told = {(row["fields"]["Field"], row["fields"]["LeadId"]) for row in newest("lead_history")}
    assert {("leadConverted", people[7]), ("leadMerged", people[5])} <= told


def test_a_sweep_tells_what_was_merged_and_what_is_gone(portal: Path) -> None:
    people = CASE.people(portal)
    with running(portal) as sandbox:
        CASE.merge(sandbox, "leads", people[0], people[1], "2025-12-01T05:00:00Z")
        CASE.archive(sandbox, "leads", people[2], "2025-12-01T05:00:00Z")
        CASE.erase(sandbox, "leads", people[3])
        connector = CASE.connect(sandbox)
        swept = list(connector.read(ReadRequest("leads", "sweep", AT), None))
        listed = {row["id"]: row for batch in swept for row in batch.rows["leads_ids"]}
        short = people[3][:15]
        gone = connector.confirm_gone("leads", [*people[:4], short, "no id", "00Qzzzzzzzzzzzz"])
        live = connector.count("leads")
    assert listed[people[0]] == {"id": people[0], "archived": False}
    assert listed[people[1]] == {"id": people[1], "archived": True, "merged_into": people[0]}
    assert listed[people[2]] == {"id": people[2], "archived": True}
    assert people[3] not in listed
    assert gone == {people[3], short, "00Qzzzzzzzzzzzz"}
    assert live == sum(not row["archived"] for row in listed.values())


def test_a_repair_reads_records_by_their_ids(portal: Path) -> None:
    wanted = tuple(CASE.people(portal)[:7])
    with running(portal) as sandbox:
        connector = CASE.connect(sandbox)
        request = ReadRequest(
            "leads", "repair", AT, selection=connector.selection("leads"), ids=wanted
        )
        (batch,) = connector.read(request, None)
    there = CASE.there(portal, "leads")
    assert {row["id"]: CASE.told("leads", row) for row in batch.rows["leads"]} == {
        id_: there[id_] for id_ in wanted
    }
    assert batch.cursor == {"done": 7, "live": 7}


def test_a_clock_that_is_ahead_loses_no_change(
    portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANDOFF_AS_OF")
    (lead, *_) = CASE.people(portal)
    with running(portal) as sandbox:
        with monkeypatch.context() as ahead:
            ahead.setattr("handoff.clock.wall_now", lambda: datetime.now(UTC) + timedelta(hours=3))
            sync(CASE, sandbox, settings)
            at = datetime.now(UTC) - timedelta(minutes=1)
            CASE.edit(sandbox, "leads", lead, at.isoformat(), Title="Edited")
        sync(CASE, sandbox, settings)
    first, second = runs(settings.landing_dir, "leads")
    started = datetime.fromisoformat(str(first.watermark))
    assert abs(started - datetime.now(UTC)) < timedelta(minutes=1)
    assert second.mode == "incremental"
    assert [row["id"] for row in rows(settings.landing_dir, second)] == [lead]


@pytest.mark.usefixtures("small_jobs")
def test_a_job_that_is_removed_while_it_is_read_is_made_again_for_less(portal: Path) -> None:
    with running(portal, job_requests=2) as sandbox:
        found = list(batches(CASE.connect(sandbox), "leads"))
        assert len(paths(sandbox, "/jobs/query")) > 3
    assert set(ids(found, "leads")) == set(CASE.there(portal, "leads"))
    assert found[-1].cursor is not None
    assert found[-1].cursor["live"] == SIZES["leads"][2] - SIZES["leads"][3]
