"""Whatever happens to a sync, the next one ends where an undisturbed one would have ended."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hubspot_asked import PATIENCE
from hubspot_case import HubSpotCase
from landed import everything, rows, runs, statuses, unlisted_files

from handoff.crm.source_rules import SourceRules
from handoff.errors import CrmError, DailyLimitError, LandingError
from handoff.sandbox.server import Fault, FaultPlan, RateLimits, RunningSandbox
from handoff.settings import Settings
from handoff.sync import SyncSource, sync_source

SCRIPT = Path(__file__).with_name("interrupted_sync.py")
KILLS = 6
INTERRUPTS = 3


@pytest.fixture
def case() -> HubSpotCase:
    """What happens to a sync is not the connector's: one CRM stands for all."""
    return HubSpotCase()


@pytest.fixture
def sandbox(case: HubSpotCase, portal: Path) -> Iterator[RunningSandbox]:
    with case.running(portal) as running:
        yield running


def sync_in_process(
    sandbox: RunningSandbox, home: Path, point: int = 0, what: str = "none"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, str(SCRIPT), sandbox.base_url, str(point), what],
        env=os.environ | {"HANDOFF_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def sync(
    case: Any, sandbox: Any, settings: Settings, requests_at_a_time: int = 4, **options: Any
) -> Any:
    rules = SourceRules(requests_at_a_time=requests_at_a_time, daily_call_budget=1.0)
    connector = case.connect(sandbox, rules=rules)
    try:
        source = SyncSource("case", case.crm, "handoff_case", rules=rules)
        return sync_source(source, settings=settings, connector=connector, **options)
    finally:
        connector.close()


def test_a_killed_sync_loses_nothing_and_doubles_nothing(
    sandbox: RunningSandbox, settings: Settings, tmp_path: Path
) -> None:
    undisturbed = sync_in_process(sandbox, settings.home)
    assert undisturbed.returncode == 0, undisturbed.stderr
    expected = everything(settings.landing_dir)
    events = int(undisturbed.stdout)
    # Threads take turns in another order each time: the last events may come out a few fewer.
    points = random.Random(7).sample(range(1, events * 9 // 10), KILLS)  # noqa: S311
    resumed = 0
    for number, point in enumerate(points):
        home = tmp_path / f"killed-{number}"
        killed = sync_in_process(sandbox, home, point, "kill")
        assert killed.returncode == -signal.SIGKILL, f"point {point} of {events}"
        resumed += "running" in statuses(home / "landing")
        assert sync_in_process(sandbox, home).returncode == 0
        assert everything(home / "landing") == expected, f"killed at event {point} of {events}"
        assert statuses(home / "landing") == {"complete"}
        assert unlisted_files(home / "landing") == []
    assert resumed > 0, "no kill met a run that was under way"


def test_an_interrupted_sync_says_how_to_go_on_and_goes_on(
    sandbox: RunningSandbox, settings: Settings, tmp_path: Path
) -> None:
    undisturbed = sync_in_process(sandbox, settings.home)
    expected, events = everything(settings.landing_dir), int(undisturbed.stdout)
    for number in range(INTERRUPTS):
        home = tmp_path / f"interrupted-{number}"
        point = events * (2 * number + 1) // (2 * INTERRUPTS)
        stopped = sync_in_process(sandbox, home, point, "interrupt")
        assert stopped.returncode == 1
        assert "The sync was stopped; what was committed stays" in stopped.stderr
        assert "handoff sync --source case" in stopped.stderr
        assert sync_in_process(sandbox, home).returncode == 0
        assert everything(home / "landing") == expected


def test_a_full_disk_is_told_and_the_next_sync_ends_the_work(
    sandbox: RunningSandbox, settings: Settings, tmp_path: Path
) -> None:
    sync_in_process(sandbox, settings.home)
    home = tmp_path / "full"
    full = sync_in_process(sandbox, home, 3_500, "disk")
    assert full.returncode == 1
    assert "The disk is full" in full.stderr
    assert "object contacts" in full.stderr
    assert sync_in_process(sandbox, home).returncode == 0
    assert everything(home / "landing") == everything(settings.landing_dir)
    assert unlisted_files(home / "landing") == []


@pytest.mark.parametrize("requests_at_a_time", [2, 8])
def test_several_requests_at_a_time_land_the_same_records(
    case: HubSpotCase,
    sandbox: RunningSandbox,
    settings: Settings,
    tmp_path: Path,
    requests_at_a_time: int,
) -> None:
    alone = sync(case, sandbox, settings, requests_at_a_time=1)
    other = Settings(home=tmp_path / "other", playbook_dir=tmp_path, as_of=None)
    together = sync(case, sandbox, other, requests_at_a_time=requests_at_a_time)
    assert [one.object for one in together.objects] == [one.object for one in alone.objects]
    for one, other_one in zip(alone.objects, together.objects, strict=True):
        (run,), (other_run,) = (runs(place.landing_dir, one.object) for place in (settings, other))
        assert other_one.rows == one.rows
        for stream in {part.stream for part in run.parts}:
            assert rows(other.landing_dir, other_run, stream) == rows(
                settings.landing_dir, run, stream
            )


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_on_the_way_change_nothing(
    case: HubSpotCase,
    portal: Path,
    sandbox: RunningSandbox,
    settings: Settings,
    tmp_path: Path,
    seed: int,
) -> None:
    sync(case, sandbox, settings)
    other = Settings(home=tmp_path / "faulty", playbook_dir=tmp_path, as_of=None)
    plan = FaultPlan(seed=seed, rate=0.3, seconds=0.01)
    with case.running(portal, faults=plan) as faulty:
        sync(case, faulty, other)
        met = {request.fault for request in faulty.requests} - {None}
    assert len(met) >= 5
    assert everything(other.landing_dir) == everything(settings.landing_dir)


def test_searches_over_the_limit_are_waited_out(
    case: HubSpotCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal, limits=RateLimits(search_per_second=1)) as limited:
        sync(case, limited, settings, objects=["calls", "meetings", "tasks"])
        assert "SECONDLY" in {request.policy for request in limited.requests}
    assert runs(settings.landing_dir, "tasks")[0].crm_total == 30


@pytest.mark.parametrize(("requests_at_a_time", "daily"), [(1, 9), (4, 18)])
def test_the_daily_limit_stops_the_sync_at_once_and_the_next_one_goes_on(
    case: HubSpotCase,
    portal: Path,
    sandbox: RunningSandbox,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    requests_at_a_time: int,
    daily: int,
) -> None:
    monkeypatch.setattr("handoff.landing.writer.PART_ROWS", 1)
    monkeypatch.setattr("handoff.crm.hubspot.records.ASSOCIATIONS_BATCH_SIZE", 50)
    other = Settings(home=tmp_path / "limited", playbook_dir=tmp_path, as_of=None)
    objects = ["contacts", "deals", "calls"]
    sync(case, sandbox, settings, objects=objects)
    with case.running(portal, limits=RateLimits(daily=daily)) as limited:
        with pytest.raises(DailyLimitError, match="midnight") as caught:
            sync(case, limited, other, requests_at_a_time, objects=objects)
        refused = [one for one in limited.requests if one.policy == "DAILY"]
    assert 1 <= len(refused) <= requests_at_a_time
    assert "handoff sync --source case" in str(caught.value.fix)
    assert "failed" in statuses(other.landing_dir)
    kept = everything(other.landing_dir)
    assert kept != everything(settings.landing_dir)
    assert 0 < kept["contacts"].total() < 230
    summary = sync(case, sandbox, other, objects=objects)
    assert "contacts" in [one.object for one in summary.objects if one.is_resumed]
    assert everything(other.landing_dir) == everything(settings.landing_dir)


def test_a_server_that_stays_broken_is_a_named_failure_and_the_next_sync_goes_on(
    case: HubSpotCase,
    portal: Path,
    sandbox: RunningSandbox,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handoff.landing.writer.PART_ROWS", 1)
    other = Settings(home=tmp_path / "broken", playbook_dir=tmp_path, as_of=None)
    sync(case, sandbox, settings)
    plan = FaultPlan(faults=[Fault("html_with_200", on_requests=(), path="deals/contacts")])
    with case.running(portal, faults=plan) as broken:
        connector = case.connect(broken, retry=PATIENCE.__class__(0.3, 0.02, 0.02, 0.02, 0.1))
        with pytest.raises(CrmError, match="text/html instead of JSON") as caught:
            sync_source(
                SyncSource("case", case.crm, "handoff_case"), settings=other, connector=connector
            )
    assert caught.value.object == "deals"
    sync(case, sandbox, other)
    assert everything(other.landing_dir) == everything(settings.landing_dir)


def test_a_cursor_that_is_refused_makes_the_object_start_anew_in_the_same_run(
    case: HubSpotCase,
    sandbox: RunningSandbox,
    tmp_path: Path,
) -> None:
    home = tmp_path / "refused"
    full = sync_in_process(sandbox, home, 3_500, "disk")
    assert full.returncode == 1
    path = next(home.glob("landing/case/contacts/*/manifest.json"), None)
    other = Settings(home=home, playbook_dir=tmp_path, as_of=None)
    if path is None:
        pytest.fail("the run of contacts has no manifest")
    manifest = json.loads(path.read_text())
    manifest["cursor"] = {"phase": "list", "after": "no-cursor-of-hubspot", "live": 50}
    path.write_text(json.dumps(manifest))
    summary = sync(case, sandbox, other)
    assert "old cursor" in next(one.note for one in summary.objects if one.object == "contacts")
    (run,) = runs(other.landing_dir, "contacts")
    ids = {row["id"] for row in rows(other.landing_dir, run)}
    assert len(ids) == 230
    assert (run.status, run.crm_total) == ("complete", 224)


def test_a_record_that_cannot_be_written_as_text_is_repaired_not_lost(
    case: HubSpotCase, settings: Settings, portal: Path
) -> None:
    path = portal / "hubspot" / "notes.ndjson"
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace("line one", 'nul \\u0000 quote \\" half-open <script>')
    path.write_text("\n".join(lines) + "\n")
    with case.running(portal) as hostile:
        sync(case, hostile, settings, objects=["notes"])
    (run,) = runs(settings.landing_dir, "notes")
    bodies = [row["properties"]["hs_note_body"] for row in rows(settings.landing_dir, run)]
    assert len(bodies) == 15
    assert sum('nul \0 quote " half-open <script>' in body for body in bodies) == 1


def test_a_landing_folder_that_cannot_be_written_is_told(
    case: HubSpotCase, sandbox: RunningSandbox, settings: Settings
) -> None:
    (settings.landing_dir / "case").mkdir(parents=True)
    (settings.landing_dir / "case" / "owners").write_text("a file stands where a folder should")
    with pytest.raises(LandingError, match="cannot be written"):
        sync(case, sandbox, settings, objects=["owners"])
