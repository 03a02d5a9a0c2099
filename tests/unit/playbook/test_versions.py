"""A version is its content; every version that was loaded stays, and one of them is in force."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.errors import PlaybookError
from handoff.playbook import load_playbook, load_version_tables, load_versions
from handoff.settings import Settings

Spoil = Callable[[str, str, str], None]

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    return Settings(home=tmp_path / "home", playbook_dir=folder, as_of=None)


def current(settings: Settings, as_of: datetime = AS_OF) -> str:
    (label,) = [v.playbook.playbook.version for v in load_versions(settings, as_of) if v.is_current]
    return label


def renew(spoil: Spoil, before: str, label: str, day_before: str, day: str) -> None:
    spoil("playbook.yml", f"version: {before}", f"version: {label}")
    spoil("playbook.yml", f"effective_from: {day_before}", f"effective_from: {day}")


def test_comments_and_the_order_of_keys_change_nothing(folder: Path, spoil: Spoil) -> None:
    before = load_playbook(folder)
    spoil("playbook.yml", "stale_after_days: 180 ", "# in days\nstale_after_days:   180 ")
    spoil("lifecycle.yml", "        subscriber: new\n", "")
    spoil("lifecycle.yml", "        customer: won\n", "        customer: won\n"
                                                      "        subscriber: new\n")  # fmt: skip
    spoil("sla.yml", "default_tier: standard ", '"default_tier": "standard" ')
    after = load_playbook(folder)
    assert after.content_hash == before.content_hash
    assert after.version_key == before.content_hash[:12]


def test_what_stands_there_by_default_can_be_left_out(folder: Path, spoil: Spoil) -> None:
    before = load_playbook(folder)
    spoil("playbook.yml", "stale_after_days: 180 ", "# stale_after_days: 180 ")
    assert load_playbook(folder).content_hash == before.content_hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("playbook.yml", "stale_after_days: 180", "stale_after_days: 181"),
        ("lifecycle.yml", "lead: engaged", "lead: new"),
        ("routing.yml", "send_to: lead_queue", "send_to: sdr_americas"),
        ("campaigns.yml", "leave the company slides out", "leave all slides out"),
    ],
)
def test_a_change_makes_another_version(
    folder: Path, spoil: Spoil, file: str, old: str, new: str
) -> None:
    before = load_playbook(folder).version_key
    spoil(file, old, new)
    assert load_playbook(folder).version_key != before


def test_a_version_begins_at_midnight_of_the_reporting_zone(folder: Path) -> None:
    assert load_playbook(folder).effective_from == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_snapshot_is_written_once_and_reads_as_it_was(settings: Settings) -> None:
    (version,) = load_versions(settings, AS_OF)
    snapshot = settings.home / "playbook_versions" / f"{version.version_key}.json"
    written = snapshot.stat().st_mtime_ns
    (again,) = load_versions(settings, AS_OF)
    assert snapshot.stat().st_mtime_ns == written
    assert again.loaded_at == version.loaded_at
    content = json.loads(snapshot.read_text(encoding="utf-8"))
    assert content["content_hash"] == version.content_hash
    assert list(snapshot.parent.glob("*.part")) == []


def test_an_earlier_version_stays_in_force_until_the_next_begins(
    settings: Settings, spoil: Spoil
) -> None:
    first = load_version_tables(settings, AS_OF)
    renew(spoil, "2026 first half", "winter", "2026-01-01", "2026-11-01")
    assert current(settings, AS_OF) == "2026 first half"
    assert current(settings, datetime(2026, 10, 31, 22, 59)) == "2026 first half"
    assert current(settings, datetime(2026, 10, 31, 23, 0)) == "winter"
    both = load_version_tables(settings, AS_OF)
    rows = both["versions"].to_pylist()
    assert [(row["label"], row["is_current"]) for row in rows] == [
        ("2026 first half", True), ("winter", False),
    ]  # fmt: skip
    for name, table in both.items():
        earlier = [r for r in table.to_pylist() if r["version_key"] == rows[0]["version_key"]]
        if name != "versions":
            assert earlier == first[name].to_pylist(), name


def test_the_latest_beginning_counts_not_the_latest_load(settings: Settings, spoil: Spoil) -> None:
    renew(spoil, "2026 first half", "summer", "2026-01-01", "2026-07-01")
    load_versions(settings, AS_OF)
    renew(spoil, "summer", "spring, written late", "2026-07-01", "2026-04-01")
    assert current(settings, AS_OF) == "summer"
    assert current(settings, datetime(2026, 6, 1)) == "spring, written late"


def test_of_versions_that_begin_together_the_folder_is_in_force(
    settings: Settings, spoil: Spoil
) -> None:
    load_versions(settings, AS_OF)
    spoil("playbook.yml", "stale_after_days: 180", "stale_after_days: 90")
    (edited,) = [v for v in load_versions(settings, AS_OF) if v.is_current]
    assert edited.playbook.playbook.stale_after_days == 90
    spoil("playbook.yml", "stale_after_days: 90", "stale_after_days: 180")
    (restored,) = [v for v in load_versions(settings, AS_OF) if v.is_current]
    assert restored.playbook.playbook.stale_after_days == 180
    renew(spoil, "2026 first half", "winter", "2026-01-01", "2026-11-01")
    (kept,) = [v for v in load_versions(settings, AS_OF) if v.is_current]
    assert kept.playbook.playbook.stale_after_days == 180, "the one that was loaded last"


def test_before_any_version_begins_the_folder_is_in_force(settings: Settings, spoil: Spoil) -> None:
    load_versions(settings, AS_OF)
    renew(spoil, "2026 first half", "winter", "2026-01-01", "2026-11-01")
    assert current(settings, datetime(2020, 1, 1)) == "winter"


def test_the_playbook_of_another_company_takes_no_part(
    settings: Settings, olist_folder: Path
) -> None:
    load_versions(settings, AS_OF)
    theirs = Settings(home=settings.home, playbook_dir=olist_folder, as_of=None)
    (only,) = load_versions(theirs, AS_OF)
    assert only.playbook.playbook.playbook == "olist"
    assert only.is_current


def test_a_snapshot_that_was_removed_is_forgotten(settings: Settings, spoil: Spoil) -> None:
    (first,) = load_versions(settings, AS_OF)
    spoil("playbook.yml", "stale_after_days: 180", "stale_after_days: 90")
    assert len(load_versions(settings, AS_OF)) == 2
    (settings.home / "playbook_versions" / f"{first.version_key}.json").unlink()
    assert len(load_versions(settings, AS_OF)) == 1


def test_a_damaged_snapshot_is_told(settings: Settings, spoil: Spoil) -> None:
    (first,) = load_versions(settings, AS_OF)
    snapshot = settings.home / "playbook_versions" / f"{first.version_key}.json"
    spoil("playbook.yml", "stale_after_days: 180", "stale_after_days: 90")
    for content in ("{", "[]", "{}", '{"content_hash": "x", "playbook": {}}'):
        snapshot.write_text(content, encoding="utf-8")
        with pytest.raises(PlaybookError, match=first.version_key) as caught:
            load_versions(settings, AS_OF)
        assert str(snapshot) in str(caught.value.fix)


def test_a_home_that_cannot_be_written_is_told(settings: Settings) -> None:
    settings.home.write_text("a file", encoding="utf-8")
    with pytest.raises(PlaybookError, match="cannot be kept"):
        load_versions(settings, AS_OF)


def test_a_mistake_keeps_no_version(settings: Settings, spoil: Spoil) -> None:
    spoil("sla.yml", "default_tier: standard", "default_tier: standart")
    with pytest.raises(PlaybookError):
        load_versions(settings, AS_OF)
    assert not (settings.home / "playbook_versions").exists()
