"""What is Pipedrive's own: changelogs, the recycle bin, what is filed away, tokens of the day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from landed import held, rows, runs
from pipedrive_case import NEED, PipedriveCase
from syncing import modes, sync

from handoff.crm.source_rules import SourceRules
from handoff.errors import CrmError, DailyLimitError
from handoff.sandbox.server import RateLimits, RunningSandbox
from handoff.settings import Settings

AT = "2025-12-02T10:00:00Z"
NEXT_DAY = "2025-12-03T06:00:00Z"


@pytest.fixture
def case() -> PipedriveCase:
    return PipedriveCase()


@pytest.fixture
def sandbox(case: PipedriveCase, portal: Path) -> Iterator[RunningSandbox]:
    with case.running(portal) as running:
        yield running


def newest(settings: Settings, name: str) -> dict[str, dict[str, Any]]:
    """The lines of the newest run of an object, by id."""
    return {
        row["id"]: row for row in rows(settings.landing_dir, runs(settings.landing_dir, name)[-1])
    }


def test_deals_of_all_three_lists_land(
    case: PipedriveCase, sandbox: RunningSandbox, settings: Settings
) -> None:
    sync(case, sandbox, settings)
    deals = newest(settings, "deals").values()
    assert len(deals) == 70
    assert sum(one["is_deleted"] for one in deals) == 3
    assert sum(one["is_archived"] for one in deals) == 5
    assert held(settings.landing_dir, "deal_history") == {one["id"] for one in deals}


def test_only_deals_that_changed_are_asked_for_their_changelog(
    case: PipedriveCase,
    sandbox: RunningSandbox,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sync(case, sandbox, settings)
    case.edit(sandbox, "deals", "7030", AT, stage_id="3", owner_id="502")
    monkeypatch.setenv("HANDOFF_AS_OF", NEXT_DAY)
    sandbox.forget_requests()
    assert modes(sync(case, sandbox, settings))["deal_history"] == "incremental"
    asked = [one.path for one in sandbox.requests if one.path.endswith("/changelog")]
    assert asked == ["/api/v1/deals/7030/changelog"]
    (line,) = newest(settings, "deal_history").values()
    told = {(one["field_key"], one["new_value"], one["actor_user_id"]) for one in line["changes"]}
    # The changelog is of version 1: it names the owner as that does.
    assert told == {("stage_id", "1", 500), ("stage_id", "3", 500), ("user_id", "502", 500)}
    assert all("change_source_user_agent" not in one for one in line["changes"])


def test_what_no_number_needs_does_not_land(
    case: PipedriveCase, sandbox: RunningSandbox, settings: Settings
) -> None:
    sandbox.crm("pipedrive").records["persons"][101]["phones"] = [{"value": "+49 30 1234"}]
    address = {"value": "Secret Street 1, Berlin", "country": "Germany"}
    sandbox.crm("pipedrive").records["organizations"][5001]["address"] = address
    sync(case, sandbox, settings)
    person = newest(settings, "contacts")["101"]
    assert not {"name", "phones"} & set(person)
    assert set(person["custom_fields"]) == {NEED}
    assert newest(settings, "companies")["5001"]["address"] == {"country": "Germany"}


def test_a_deleted_person_is_known_after_the_next_sweep(
    case: PipedriveCase,
    sandbox: RunningSandbox,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No list has what lies in the bin: the sweep misses it, and asks for it by its id."""
    sync(case, sandbox, settings)
    case.archive(sandbox, "contacts", "150", AT)
    monkeypatch.setenv("HANDOFF_AS_OF", NEXT_DAY)
    sync(case, sandbox, settings)
    assert newest(settings, "contacts") == {}
    summary = sync(case, sandbox, settings, is_sweep_forced=True)
    assert summary.erased is None
    found = [
        row
        for run in runs(settings.landing_dir, "contacts")
        for row in rows(settings.landing_dir, run)
        if row["id"] == "150"
    ]
    assert [row["is_deleted"] for row in found] == [False, True]
    again = sync(case, sandbox, settings, is_sweep_forced=True)
    assert not any(one.mode == "repair" for one in again.sweeps)


def test_what_was_linked_to_a_merged_person_is_linked_to_the_other(
    case: PipedriveCase,
    sandbox: RunningSandbox,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sync(case, sandbox, settings)
    case.merge(sandbox, "contacts", survivor="140", loser="141", at=AT)
    monkeypatch.setenv("HANDOFF_AS_OF", NEXT_DAY)
    sync(case, sandbox, settings)
    addresses = {one["value"] for one in newest(settings, "contacts")["140"]["emails"]}
    assert addresses == {"person39@example.com", "person40@example.com"}
    assert {one["person_id"] for one in newest(settings, "deals").values()} == {140}


def test_a_lead_that_is_filed_away_is_read(
    case: PipedriveCase, sandbox: RunningSandbox, settings: Settings
) -> None:
    sync(case, sandbox, settings)
    leads = newest(settings, "leads").values()
    assert (len(leads), sum(one["is_archived"] for one in leads)) == (20, 4)


def test_a_burst_is_kept_below_what_the_account_allows(
    case: PipedriveCase, portal: Path, settings: Settings
) -> None:
    own = {"pipedrive": {"requests_per_2_seconds": 40}}
    with case.running(portal, for_crm=own) as sandbox:
        sync(case, sandbox, settings)
        refused = [one for one in sandbox.requests if one.status == 429]
    assert len(refused) <= 2
    assert held(settings.landing_dir, "deal_history")


def test_the_tokens_of_the_day_stop_the_sync_and_the_next_one_goes_on(
    case: PipedriveCase, portal: Path, settings: Settings
) -> None:
    own = {"pipedrive": {"daily_tokens": 150}}
    with case.running(portal, for_crm=own) as sandbox:
        with pytest.raises(DailyLimitError) as caught:
            sync(case, sandbox, settings)
        asked = len(sandbox.requests)
        with pytest.raises(DailyLimitError):
            sync(case, sandbox, settings)
        assert len(sandbox.requests) - asked <= 2
    assert "midnight" in str(caught.value)
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
    assert len(held(settings.landing_dir, "deals")) == 70


def test_a_sync_leaves_the_share_of_the_day_that_is_not_its_own(
    case: PipedriveCase, portal: Path
) -> None:
    own = {"pipedrive": {"daily_tokens": 1000}}
    with case.running(portal, for_crm=own) as sandbox:
        connector = case.connect(sandbox, rules=SourceRules(daily_call_budget=0.03))
        connector.account()
        with pytest.raises(DailyLimitError, match="daily_call_budget"):
            list(map(connector.properties, ("contacts", "companies", "deals", "activities")))
        facts = case.connect(sandbox).account()
    ((name, used, allowed),) = facts.limits
    assert (name, allowed) == ("tokens of the day", 1000)
    assert used >= 30


def test_a_block_of_the_edge_is_waited_out(case: PipedriveCase, portal: Path) -> None:
    own = {"pipedrive": {"requests_per_2_seconds": 1, "edge_blocks": True}}
    with case.running(portal, for_crm=own) as sandbox:
        connector = case.connect(sandbox)
        for _ in range(2):
            assert connector.account().account_id == "sandbox"


def test_a_limit_on_requests_names_when_to_go_on(
    case: PipedriveCase, portal: Path, settings: Settings
) -> None:
    with (
        case.running(portal, limits=RateLimits(daily=3)) as sandbox,
        pytest.raises(CrmError) as caught,
    ):
        sync(case, sandbox, settings)
    assert "handoff sync --source case" in str(caught.value.fix)
