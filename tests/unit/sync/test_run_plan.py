"""Which read an object gets, given the runs before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handoff.crm.protocol import Selection
from handoff.landing.manifest import Manifest, parse_instant, write_manifest
from handoff.landing.writer import LandingWriter
from handoff.sync.run_plan import RunPlan, plan_run

MONDAY, TUESDAY = "2026-01-05T06:00:00.000000Z", "2026-01-06T06:00:00.000000Z"


class Account:
    """The part of a connector that a plan asks."""

    crm = "hubspot"
    api_version = "2026-09"

    def __init__(
        self,
        *properties: str,
        reads_changes: bool = True,
        behind: timedelta = timedelta(),
        full_every: timedelta | None = None,
    ) -> None:
        self._full_every = full_every
        self._properties = list(properties)
        self._behind = behind
        self._reads_changes = reads_changes

    def selection(self, _: str) -> Selection:
        return {"properties": self._properties}

    def can_read_changes(self, _: str) -> bool:
        return self._reads_changes

    def clock_behind(self) -> timedelta:
        return self._behind

    def full_read_is_due(self, _: str, last_full_at: datetime, now: datetime) -> str:
        is_due = self._full_every is not None and now - last_full_at >= self._full_every
        return "formulas are due" if is_due else ""


def landed(landing_dir: Path, run_id: str, *, complete: bool = True, **changes: Any) -> Manifest:
    given = {
        "source_id": "portal",
        "crm": "hubspot",
        "object": "contacts",
        "run_id": run_id,
        "mode": "full",
        "api_version": "2026-09",
        "started_at": MONDAY,
        "updated_at": MONDAY,
        "landed_at": MONDAY,
        "selection": {"properties": ["email", "jobtitle"]},
    }
    with LandingWriter(landing_dir, Manifest(**{**given, **changes})) as writer:
        if complete:
            writer.complete({}, watermark=MONDAY, crm_total=None)
        else:
            writer.commit({"after": "50"})
        return writer.manifest


def plan(landing_dir: Path, account: Account, *, full: bool = False) -> RunPlan:
    connector: Any = account
    run_id = "20260106T060000Z-000000"
    return plan_run(landing_dir, "portal", "contacts", connector, run_id, full=full)


@pytest.fixture(autouse=True)
def tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_AS_OF", TUESDAY)


def test_the_first_read_is_a_full_one(tmp_path: Path) -> None:
    found = plan(tmp_path, Account("email"))
    assert (found.manifest.mode, found.is_resumed, found.request.since) == ("full", False, None)
    assert found.manifest.landed_at == TUESDAY
    assert found.watermark == TUESDAY


def test_after_a_complete_read_only_changes_are_read(tmp_path: Path) -> None:
    landed(tmp_path, "20260105T060000Z-000000")
    found = plan(tmp_path, Account("email"))
    assert found.manifest.mode == "incremental"
    assert found.request.since == datetime(2026, 1, 5, 6, tzinfo=UTC)
    assert found.request.until == datetime(2026, 1, 6, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("account", "full"),
    [
        (Account("email"), True),
        (Account("email", reads_changes=False), False),
        (Account("email", "industry"), False),
    ],
    ids=["asked for", "the API has no changes", "a property is new"],
)
def test_when_everything_is_read_again(tmp_path: Path, account: Account, full: bool) -> None:
    landed(tmp_path, "20260105T060000Z-000000")
    found = plan(tmp_path, account, full=full)
    assert (found.manifest.mode, found.manifest.since) == ("full", None)
    assert ("industry" in found.reason) == (account.selection("")["properties"][-1] == "industry")


@pytest.mark.parametrize(("hours", "mode"), [(24, "full"), (25, "incremental")])
def test_a_full_read_that_is_due_is_made_by_the_age_of_the_last_one(
    tmp_path: Path, hours: int, mode: str
) -> None:
    landed(tmp_path, "20260105T060000Z-000000")
    landed(tmp_path, "20260105T070000Z-000000", mode="incremental", landed_at=TUESDAY)
    found = plan(tmp_path, Account("email", full_every=timedelta(hours=hours)))
    assert found.manifest.mode == mode
    assert found.reason == ("formulas are due" if mode == "full" else "")


def test_a_run_after_one_of_a_clock_that_was_ahead_sorts_behind_it(tmp_path: Path) -> None:
    landed(tmp_path, "20991231T235959Z-ffffff")
    found = plan(tmp_path, Account("email"))
    assert found.manifest.run_id > "21000101T000000Z"


def test_an_interrupted_run_goes_on_in_its_own_folder(tmp_path: Path) -> None:
    landed(tmp_path, "20260104T060000Z-000000")
    landed(tmp_path, "20260105T060000Z-000000", complete=False)
    found = plan(tmp_path, Account("email", "jobtitle"))
    assert found.is_resumed
    assert (found.manifest.run_id, found.manifest.cursor) == (
        "20260105T060000Z-000000",
        {"after": "50"},
    )
    assert found.watermark == MONDAY


@pytest.mark.parametrize(
    "changes",
    [{"api_version": "v3"}, {"selection": {"properties": ["email"]}}],
    ids=["another version of the API", "other properties"],
)
def test_an_interrupted_run_that_asked_for_something_else_is_left(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    landed(tmp_path, "20260104T060000Z-000000")
    landed(tmp_path, "20260105T060000Z-000000", complete=False, **changes)
    found = plan(tmp_path, Account("email", "jobtitle"))
    assert (found.is_resumed, found.manifest.mode) == (False, "incremental")
    assert found.manifest.since == MONDAY


def test_asking_for_everything_does_not_go_on_with_a_read_of_changes(tmp_path: Path) -> None:
    landed(tmp_path, "20260104T060000Z-000000")
    landed(tmp_path, "20260105T060000Z-000000", complete=False, mode="incremental", since=MONDAY)
    account = Account("email", "jobtitle")
    assert plan(tmp_path, account).is_resumed
    assert plan(tmp_path, account, full=True).manifest.mode == "full"


def test_a_run_that_stands_in_the_future_does_not_skip_what_happens_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOFF_AS_OF", "2999-01-01T00:00:00Z")
    found = plan(tmp_path, Account("email"))
    assert found.watermark == found.manifest.started_at < found.manifest.landed_at


def test_run_ids_sort_after_the_runs_before(tmp_path: Path) -> None:
    landed(tmp_path, "20260106T060000Z-ffff00")
    assert plan(tmp_path, Account("email")).manifest.run_id > "20260106T060000Z-ffff00"


def test_the_watermark_stands_by_the_crms_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HANDOFF_AS_OF", raising=False)
    in_time = plan(tmp_path, Account("email"))
    behind = plan(tmp_path, Account("email", behind=timedelta(hours=3)))
    apart = parse_instant(in_time.watermark) - parse_instant(behind.watermark)
    assert timedelta(hours=2, minutes=59) < apart < timedelta(hours=3, minutes=1)


def test_a_sweep_is_no_base_for_reading_changes(tmp_path: Path) -> None:
    landed(tmp_path, "20260105T060000Z-000000")
    landed(tmp_path, "20260105T070000Z-000000", mode="sweep", selection={})
    planned = plan(tmp_path, Account("email", "jobtitle"))
    assert (planned.manifest.mode, planned.manifest.since) == ("incremental", MONDAY)


@pytest.mark.parametrize("watermark", ["2999-01-01T00:00:00.000000Z", "yesterday"])
def test_a_watermark_that_cannot_be_is_not_believed(tmp_path: Path, watermark: str) -> None:
    manifest = landed(tmp_path, "20260105T060000Z-000000")
    write_manifest(manifest.model_copy(update={"watermark": watermark}), manifest.folder(tmp_path))
    planned = plan(tmp_path, Account("email", "jobtitle"))
    assert planned.manifest.mode == "full"
    assert "future" in planned.reason
