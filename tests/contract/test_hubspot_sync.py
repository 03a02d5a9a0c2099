"""What HubSpot has of its own: values with their history, labelled links, versions of the API."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hubspot_case import HubSpotCase
from landed import everything, held, rows, runs
from syncing import modes, sync

from handoff.errors import CrmError
from handoff.settings import Settings


@pytest.fixture
def case() -> HubSpotCase:
    return HubSpotCase()


def test_records_arrive_with_values_history_and_links(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
    for object_ in case.records:
        (run,) = runs(settings.landing_dir, object_)
        landed = {row["id"]: row for row in rows(settings.landing_dir, run)}
        links = {
            line["from"]["id"]: [str(link["toObjectId"]) for link in line["to"]]
            for line in (
                rows(settings.landing_dir, run, f"{object_}_to_contacts")
                if object_ not in {"contacts", "companies"}
                else []
            )
        }
        for row in case.portal_rows(portal, object_):
            found = landed[row["id"]]
            told = {name: value for name, value in found["properties"].items() if value is not None}
            known = {name: value for name, value in row["properties"].items() if value is not None}
            assert told == known
            history = found.get("propertiesWithHistory", {})
            assert {name: value for name, value in history.items() if value} == row.get(
                "propertiesWithHistory", {}
            )
            if object_ not in {"contacts", "companies"} and not row["archived"]:
                expected = row.get("associations", {}).get("contacts", {}).get("results", [])
                assert links[row["id"]] == [link["id"] for link in expected]


def test_a_second_sync_reads_only_the_overlap(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        case.edit(sandbox, "contacts", "150", "2025-12-01T05:30:00Z", jobtitle="In the overlap")
        case.edit(sandbox, "contacts", "151", "2025-12-01T04:59:00Z", jobtitle="Before it")
        sync(case, sandbox, settings)
        summary = sync(case, sandbox, settings)
        again = sync(case, sandbox, settings)
    for done in (summary, again):
        changed = {
            one.object: one.rows for one in done.objects if one.mode == "incremental" and one.rows
        }
        assert changed == {"contacts": 1}
    newest = runs(settings.landing_dir, "contacts")[-1]
    assert [row["id"] for row in rows(settings.landing_dir, newest)] == ["150"]
    assert newest.crm_total == runs(settings.landing_dir, "contacts")[0].crm_total


def test_what_happens_between_two_syncs_arrives(
    case: HubSpotCase,
    portal: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        at = "2025-12-02T10:00:00Z"
        case.edit(sandbox, "contacts", "150", at, lifecyclestage="customer")
        case.edit(sandbox, "deals", "7030", at, dealstage="closedwon")
        created = case.create(sandbox, "contacts", at, email="new@example.com")
        case.archive(sandbox, "contacts", "160", at)
        case.merge(sandbox, "contacts", "170", "171", at)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-03T06:00:00Z")
        sync(case, sandbox, settings)
        landed = rows(settings.landing_dir, runs(settings.landing_dir, "contacts")[-1])
        deals = rows(settings.landing_dir, runs(settings.landing_dir, "deals")[-1])
        full = sync(case, sandbox, settings, full=True)
    by_id = {row["id"]: row for row in landed}
    assert set(by_id) == {"150", created, "160", "170"}
    history = by_id["150"]["propertiesWithHistory"]["lifecyclestage"]
    assert history[0]["value"] == "customer"
    assert (history[0]["timestamp"], history[0]["updatedByUserId"]) == (at[:-1] + ".000Z", 500)
    assert by_id["160"]["archived"] is True
    assert by_id["170"]["properties"]["hs_merged_object_ids"] == "171"
    assert [row["id"] for row in deals] == ["7030"]
    assert set(modes(full).values()) == {"full"}
    newest = runs(settings.landing_dir, "contacts")[-1]
    assert "171" not in {row["id"] for row in rows(settings.landing_dir, newest)}


def test_an_edit_at_the_instant_of_the_sync_is_not_lost(
    case: HubSpotCase,
    portal: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-02T06:00:00Z")
        case.edit(sandbox, "contacts", "150", "2025-12-02T06:00:00.000Z", jobtitle="On the line")
        sync(case, sandbox, settings)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-02T07:30:00Z")
        sync(case, sandbox, settings)
    later = runs(settings.landing_dir, "contacts")[1:]
    found = [row["id"] for run in later for row in rows(settings.landing_dir, run)]
    assert found == ["150"]


def test_a_newly_tracked_property_makes_the_next_read_a_full_one(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings, tracked={"contacts": ["lifecyclestage"]})
        less = sync(case, sandbox, settings, tracked={})
        more = sync(case, sandbox, settings, tracked={"contacts": ["jobtitle"]})
    assert modes(less)["contacts"] == "incremental"
    assert (modes(more)["contacts"], modes(more)["deals"]) == ("full", "incremental")
    assert "jobtitle" in next(one.note for one in more.objects if one.object == "contacts")


@pytest.mark.parametrize("version", ["v3", "v4", "2026-03"])
def test_every_api_version_gives_the_same_records(
    case: HubSpotCase, portal: Path, settings: Settings, tmp_path: Path, version: str
) -> None:
    other = Settings(home=tmp_path / "other", playbook_dir=tmp_path, as_of=None)
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        sync(case, sandbox, other, api_version=version)
    assert everything(other.landing_dir) == everything(settings.landing_dir)
    assert runs(other.landing_dir, "contacts")[0].api_version == version


@pytest.mark.parametrize("object_", ["contacts", "deals", "owners"])
def test_a_missing_scope_is_named(
    case: HubSpotCase, portal: Path, settings: Settings, object_: str
) -> None:
    with (
        case.running(portal, missing_scopes={object_}) as sandbox,
        pytest.raises(CrmError, match=rf"crm\.\w+\.{object_}\.read") as caught,
    ):
        sync(case, sandbox, settings)
    assert caught.value.source == "case"
    assert "scope" in str(caught.value.fix)


def test_only_the_named_objects_are_read(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        summary = sync(case, sandbox, settings, objects=["deals", "owners"])
    assert list(modes(summary)) == ["owners", "deals"]


@pytest.mark.parametrize(("days", "is_erased"), [(10, True), (100, False)])
def test_an_archived_contact_that_vanishes_was_erased_unless_the_bin_was_emptied(
    case: HubSpotCase,
    portal: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    is_erased: bool,
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        case.archive(sandbox, "contacts", "160", "2025-12-02T10:00:00Z")
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-03T06:00:00Z")
        sync(case, sandbox, settings, is_sweep_forced=True)
        case.erase(sandbox, "contacts", "160")
        later = datetime(2025, 12, 2, 10, tzinfo=UTC) + timedelta(days=days)
        monkeypatch.setenv("HANDOFF_AS_OF", later.isoformat())
        sync(case, sandbox, settings, is_sweep_forced=True)
    assert ("160" in held(settings.landing_dir, "contacts")) is not is_erased


def test_links_that_changed_without_their_record_are_found_by_the_sweep(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    link = "/crm/objects/2026-09/calls/10002/associations/contacts/151"
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        sandbox.call("PUT", link.replace("/associations/", "/associations/default/"))
        sync(case, sandbox, settings)
        before = contacts_of_call(settings)
        sync(case, sandbox, settings, is_sweep_forced=True)
    assert "151" not in before
    assert "151" in contacts_of_call(settings)


def contacts_of_call(settings: Settings) -> list[str]:
    """The contacts that the newest reading of a call's links tells."""
    readings = [
        [str(link["toObjectId"]) for link in line["to"]]
        for run in runs(settings.landing_dir, "calls")
        for line in rows(settings.landing_dir, run, "calls_to_contacts")
        if line["from"]["id"] == "10002"
    ]
    return readings[-1]


def test_leads_are_read_where_the_account_has_them(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    entry = {"value": "new-stage-id", "timestamp": "2025-11-04T08:00:00Z", "sourceType": "CRM_UI"}
    lead = {
        "id": "90001",
        "properties": {"hs_lead_name": "Somebody", "hs_pipeline_stage": "new-stage-id"},
        "propertiesWithHistory": {"hs_pipeline_stage": [entry]},
        "createdAt": "2025-11-04T08:00:00Z",
        "updatedAt": "2025-11-05T08:00:00Z",
        "archived": False,
        "associations": {"contacts": {"results": [{"id": "150", "type": "lead_to_contact"}]}},
    }
    (portal / "hubspot/leads.ndjson").write_text(json.dumps(lead) + "\n")
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        sync(case, sandbox, settings, is_sweep_forced=True)
    (read, *_) = runs(settings.landing_dir, "leads")
    (row,) = rows(settings.landing_dir, read)
    assert row["properties"]["hs_pipeline_stage"] == "new-stage-id"
    assert "hs_lead_name" not in row["properties"]
    assert row["propertiesWithHistory"]["hs_pipeline_stage"][0]["value"] == "new-stage-id"
    (links,) = rows(settings.landing_dir, read, "leads_to_contacts")
    assert [link["toObjectId"] for link in links["to"]] == [150]


def test_leads_that_the_account_lacks_are_said_and_stop_nothing(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    tracked = {"contacts": ["jobtitle"], "leads": ["hubspot_owner_id"]}
    with case.running(portal, missing_scopes={"leads", "crm.schemas.leads.read"}) as sandbox:
        first = sync(case, sandbox, settings, tracked=tracked)
        again = sync(case, sandbox, settings, tracked=tracked, is_sweep_forced=True)
    for summary in (first, again):
        missing = [one.object for one in summary.objects if one.state == "not_entitled"]
        assert missing == ["leads"]
    assert held(settings.landing_dir, "contacts")


@pytest.mark.slow
def test_more_changes_of_one_instant_than_a_search_gives_are_all_read(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    # A search ends after 10,000 results, and its sort by the instant would tell none apart.
    at, count = "2025-12-01T05:30:00.000Z", 10_250
    row = {"createdAt": at, "updatedAt": at, "archived": False}
    with (portal / "hubspot/companies.ndjson").open("w") as file:
        for n in range(count):
            properties = {"name": f"Company {n}", "hs_lastmodifieddate": at, "createdate": at}
            file.write(json.dumps({"id": str(600_000 + n), "properties": properties, **row}) + "\n")
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings, objects=["companies"])
        summary = sync(case, sandbox, settings, objects=["companies"])
    (one,) = summary.objects
    assert (one.mode, one.rows) == ("incremental", count)
    newest = runs(settings.landing_dir, "companies")[-1]
    assert len({row["id"] for row in rows(settings.landing_dir, newest)}) == count
