"""What is asked of a Salesforce account before and beside its records."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from landed import rows, runs
from salesforce_case import SIZES, SalesforceCase, instant
from syncing import modes, sync

from handoff.crm.protocol import ReadRequest
from handoff.crm.source_rules import SourceRules
from handoff.errors import AccountError, DailyLimitError, NotEntitledError
from handoff.sandbox.server import RunningSandbox
from handoff.settings import Settings
from handoff.sync import SyncSource, sync_source

CASE = SalesforceCase()
AT = datetime(2025, 12, 1, 6, tzinfo=UTC)
FORMULA = {"name": "Score__c", "type": "double", "calculated": True, "label": "Score"}


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return CASE.write_portal(tmp_path / "portal")


def running(portal: Path, **options: Any) -> Any:
    return CASE.running(portal, for_crm={"salesforce": options})


def play(sandbox: RunningSandbox, event: str, **body: Any) -> None:
    sandbox.ask("POST", f"/_sandbox/salesforce/{event}", json=body).raise_for_status()


def budgeted_sync(sandbox: RunningSandbox, settings: Settings, budget: float) -> None:
    rules = SourceRules(daily_call_budget=budget, requests_at_a_time=1)
    connector = CASE.connect(sandbox, rules=rules)
    try:
        source = SyncSource("case", "salesforce", "handoff_case", rules=rules)
        sync_source(source, settings=settings, connector=connector)
    finally:
        connector.close()


def test_a_sync_stops_at_its_share_of_the_day_and_keeps_what_it_has(
    portal: Path, settings: Settings
) -> None:
    with running(portal, daily_requests=100, daily_used=20) as sandbox:
        with pytest.raises(DailyLimitError, match="100 calls") as caught:
            budgeted_sync(sandbox, settings, 0.5)
        asked = len(sandbox.requests)
        budgeted_sync(sandbox, settings, 1.0)
    assert asked == 30
    assert "daily_call_budget" in str(caught.value.fix)
    assert caught.value.object in SIZES
    assert len(runs(settings.landing_dir, "owners")) == 2
    assert runs(settings.landing_dir, "meetings")[0].status == "complete"


def test_the_limit_of_the_day_is_told_with_its_end(portal: Path, settings: Settings) -> None:
    with (
        running(portal, daily_requests=100, daily_used=90) as sandbox,
        pytest.raises(DailyLimitError, match="last 24 hours") as caught,
    ):
        budgeted_sync(sandbox, settings, 1.0)
    assert "handoff sync --source case" in str(caught.value.fix)


def test_an_api_that_is_switched_off_is_told(portal: Path, settings: Settings) -> None:
    with (
        running(portal, api_disabled=True) as sandbox,
        pytest.raises(AccountError, match="switched off") as caught,
    ):
        sync(CASE, sandbox, settings)
    assert "API Enabled" in str(caught.value.fix)
    assert list(settings.landing_dir.glob("*/*/*")) == []


def test_a_version_that_the_account_has_not_is_told(portal: Path, settings: Settings) -> None:
    with (
        running(portal) as sandbox,
        pytest.raises(AccountError, match=r"no version 99\.0") as caught,
    ):
        sync(CASE, sandbox, settings, api_version="99.0")
    assert "api_version" in str(caught.value.fix)


def test_an_object_that_the_user_does_not_see_stops_with_the_permission(
    portal: Path, settings: Settings
) -> None:
    with (
        running(portal, hidden_objects=["Lead"]) as sandbox,
        pytest.raises(AccountError, match=r"leads \(its object Lead\)") as caught,
    ):
        sync(CASE, sandbox, settings)
    assert "View All Records of Lead" in str(caught.value.fix)


def test_an_optional_object_is_asked_for_once_and_said_to_be_missing(portal: Path) -> None:
    with running(portal, hidden_objects=["CampaignInfluence"]) as sandbox:
        connector = CASE.connect(sandbox)
        for _ in range(2):
            selection = connector.selection("campaign_influences")
            request = ReadRequest("campaign_influences", "full", AT, selection=selection)
            with pytest.raises(NotEntitledError):
                list(connector.read(request, None))
        asked = [one.path for one in sandbox.requests]
    assert sum("CampaignInfluence" in path for path in asked) == 1


def test_fields_that_the_user_does_not_see_are_left_out_and_told_once(
    portal: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = {"Lead": ["Rating", "Email"]}
    with running(portal, hidden_fields=hidden) as sandbox, caplog.at_level(logging.INFO):
        sync(CASE, sandbox, settings)
    (run,) = runs(settings.landing_dir, "leads")
    assert not {"Rating", "Email"} & set(run.selection["fields"])
    assert all("Email" not in row["fields"] for row in rows(settings.landing_dir, run))
    told = [one.getMessage() for one in caplog.records if "Rating" in one.getMessage()]
    assert told == ["leads: the account has no Email, Rating, left out"]


def test_a_tracked_field_of_another_case_is_told_with_the_right_one(
    portal: Path, settings: Settings
) -> None:
    with running(portal) as sandbox, pytest.raises(AccountError) as caught:
        sync(CASE, sandbox, settings, tracked={"leads": ["status", "UseCase"]})
    assert "'status' (near: Status" in caught.value.message
    assert "Use_Case__c" in caught.value.message


def test_a_tracked_field_of_a_parent_is_read(portal: Path, settings: Settings) -> None:
    with running(portal) as sandbox:
        sync(CASE, sandbox, settings, tracked={"leads": ["Owner.Name"]}, objects=["leads"])
    (run,) = runs(settings.landing_dir, "leads")
    told = {row["fields"].get("Owner.Name") for row in rows(settings.landing_dir, run)}
    assert told == {f"Owner {n}" for n in range(4)}


def test_what_salesforce_works_out_is_listed_and_read_in_full_when_due(
    portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked = {"leads": ["Score__c"]}
    leads = CASE.people(portal)
    with running(portal) as sandbox:
        play(sandbox, "put-field", sobject="Lead", field=FORMULA)
        sync(CASE, sandbox, settings, tracked=tracked)
        play(sandbox, "recalculate", sobject="Lead", ids=leads[:3], values={"Score__c": 42})
        monkeypatch.setenv("HANDOFF_AS_OF", (AT + timedelta(days=6)).isoformat())
        before = sync(CASE, sandbox, settings, tracked=tracked)
        monkeypatch.setenv("HANDOFF_AS_OF", (AT + timedelta(days=7)).isoformat())
        due = sync(CASE, sandbox, settings, tracked=tracked)
        after = sync(CASE, sandbox, settings, tracked=tracked)
    first, *_, reload, _ = runs(settings.landing_dir, "leads")
    assert first.selection["calculated"] == ["Score__c"]
    assert [modes(one)["leads"] for one in (before, due, after)] == [
        "incremental",
        "full",
        "incremental",
    ]
    assert modes(due)["deals"] == "incremental"
    scores = [row["fields"].get("Score__c") for row in rows(settings.landing_dir, reload)]
    assert scores.count("42.0") == 3
    assert "Score__c" in next(one.note for one in due.objects if one.object == "leads")


def test_descriptions_of_fields_are_landed(portal: Path, settings: Settings) -> None:
    choice = {
        "name": "Need__c",
        "type": "picklist",
        "label": "Need",
        "custom": True,
        "picklistValues": [{"value": "high", "label": "High", "active": True}],
    }
    with running(portal) as sandbox:
        play(sandbox, "put-field", sobject="Lead", field=choice)
        sync(CASE, sandbox, settings, objects=["properties"])
        known = {one.name: one for one in CASE.connect(sandbox).properties("leads")}
    (run,) = runs(settings.landing_dir, "properties")
    landed = {(row["objectType"], row["name"]): row for row in rows(settings.landing_dir, run)}
    assert landed[("leads", "Need__c")] == {
        "objectType": "leads",
        "sobject": "Lead",
        "name": "Need__c",
        "label": "Need",
        "type": "picklist",
        "length": 255,
        "calculated": False,
        "nillable": True,
        "custom": True,
        "picklistValues": [{"value": "high", "label": "High", "active": True}],
    }
    assert {name for name, _ in landed} == {*SIZES, "campaign_influences"}
    assert run.crm_total == len(landed)
    assert (known["Need__c"].options, known["Need__c"].is_custom) == (("high",), True)
    assert known["Need__c"].option_labels == {"high": "High"}


def test_the_account_tells_its_name_its_limits_and_its_clock(portal: Path) -> None:
    with running(portal, daily_requests=15_000, daily_used=100) as sandbox:
        facts = CASE.connect(sandbox).account()
    assert (facts.label, facts.api_version) == ("Sandbox", "67.0")
    assert str(facts.account_id).startswith("00D")
    limits = {name: (used, allowed) for name, used, allowed in facts.limits}
    assert limits["DailyApiRequests"] == (101, 15_000)
    assert facts.answered_at is not None
    assert abs(facts.answered_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_archived_activities_are_read_and_counted_as_live(portal: Path, settings: Settings) -> None:
    with running(portal) as sandbox:
        sync(CASE, sandbox, settings, objects=["tasks"])
        total = CASE.connect(sandbox).count("tasks")
        new = CASE.connect(sandbox).count("tasks", datetime.fromisoformat(instant(1)))
    (run,) = runs(settings.landing_dir, "tasks")
    archived = [
        row for row in rows(settings.landing_dir, run) if row["fields"]["IsArchived"] == "true"
    ]
    assert len(archived) == 10
    assert total == run.crm_total == SIZES["tasks"][2] - SIZES["tasks"][3]
    assert new == 19


def test_nothing_personal_and_no_token_is_logged(
    portal: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with running(portal) as sandbox, caplog.at_level(logging.DEBUG, logger="handoff"):
        sync(CASE, sandbox, settings)
    text = "\n".join(one.getMessage() for one in caplog.records)
    assert sandbox.token not in text
    assert "@example.com" not in text
