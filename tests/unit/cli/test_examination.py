"""What the doctor sees of this machine: a full disk, a held lock, a clock that is wrong."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.cli.examination import Finding, examine, machine
from handoff.settings import PROJECT_ROOT, Settings
from handoff.warehouse import writer_lock

Usage = namedtuple("Usage", "total used free")


def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(settings)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", playbook_dir=PROJECT_ROOT / "include" / "playbook", as_of=None
    )


def test_an_empty_machine_lacks_only_the_connection(settings: Settings) -> None:
    bad = [each.name for each in findings(settings).values() if each.state == "bad"]
    assert bad == ["hubspot"]


def test_a_disk_without_room_for_a_build_is_bad(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(2**40, 2**40, 2**29))
    assert findings(settings)["disk"].state == "bad"


def test_a_home_that_is_a_file_is_bad(settings: Settings) -> None:
    settings.home.write_text("no folder")
    assert findings(settings)["disk"].state == "bad"


def test_a_damaged_manifest_is_told_and_the_rest_is_looked_at(settings: Settings) -> None:
    run = settings.landing_dir / "hubspot" / "contacts" / "20261005"
    run.mkdir(parents=True)
    (run / "manifest.json").write_text("{cut short")
    found = findings(settings)
    assert found["landing"].state == "bad"
    assert str(run) in (found["landing"].fix or "")
    assert found["playbook"].state == "good"


def test_a_held_lock_is_told_with_its_holder(settings: Settings) -> None:
    with writer_lock(settings.home):
        assert findings(settings)["lock"].state == "warning"
    assert findings(settings)["lock"].state == "good"


def test_standing_at_another_instant_is_a_warning(settings: Settings) -> None:
    finding = findings(replace(settings, as_of=datetime(2026, 1, 5, 6, tzinfo=UTC)))["clock"]
    assert finding.state == "warning"
    assert "2026-01-05T06:00:00Z" in finding.text


def test_a_broken_playbook_ends_the_examination(settings: Settings, tmp_path: Path) -> None:
    seen = findings(replace(settings, playbook_dir=tmp_path / "nowhere"))
    assert seen["playbook"].state == "bad"
    assert "hubspot" not in seen
