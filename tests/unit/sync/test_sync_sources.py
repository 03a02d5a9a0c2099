"""Which accounts the playbook names, and which properties of theirs it wants to know."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff.crm.source_rules import SourceRules
from handoff.errors import CrmError, SettingsError
from handoff.settings import PROJECT_ROOT, Settings
from handoff.sync import SyncSource, playbook_sources, sync_all, sync_source

PLAYBOOK = PROJECT_ROOT / "include" / "playbook"


def test_the_playbook_says_what_is_tracked_and_where_it_is_named() -> None:
    (source,) = playbook_sources(PLAYBOOK)
    assert (source.source_id, source.crm, source.connection_id) == (
        "hubspot",
        "hubspot",
        "handoff_hubspot",
    )
    assert {"lifecyclestage", "hs_lead_status", "hubspot_owner_id"} <= set(
        source.tracked["contacts"]
    )
    assert "dealstage" in source.tracked["deals"]
    assert all(len(set(names)) == len(names) for names in source.tracked.values())
    assert {path.name for path in source.named_in.values()} >= {"lifecycle.yml", "fields.yml"}
    assert all(path.is_file() for path in source.named_in.values())


def test_the_playbook_says_how_far_an_account_may_be_used(tmp_path: Path) -> None:
    folder = tmp_path / "playbook"
    shutil.copytree(PLAYBOOK, folder)
    path = folder / "sources.yml"
    limits = "daily_call_budget: 0.25\n    reload_formulas_every_days: 3\n    requests_at_a_time: 2"
    path.write_text(path.read_text().replace("portal_id: 4242", f"portal_id: 4242\n    {limits}"))
    (source,) = playbook_sources(folder)
    assert source.rules == SourceRules(0.25, 3, 2)
    (shipped,) = playbook_sources(PLAYBOOK)
    assert shipped.rules == SourceRules()


def test_a_source_that_the_playbook_has_not_is_told(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, playbook_dir=PLAYBOOK, as_of=None)
    with pytest.raises(SettingsError, match=r"no source 'hubspto'.*hubspot"):
        sync_all(settings, sources=["hubspto"])


def test_a_source_without_its_connection_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_HANDOFF_HUBSPOT", raising=False)
    settings = Settings(home=tmp_path, playbook_dir=PLAYBOOK, as_of=None)
    with pytest.raises(SettingsError, match="AIRFLOW_CONN_HANDOFF_HUBSPOT"):
        sync_all(settings)


@pytest.mark.parametrize(
    ("source", "objects", "problem"),
    [
        (SyncSource("a", "hubspot", "handoff_a"), ["tickets"], "no object 'tickets'"),
        (SyncSource("a", "sugar", "handoff_a"), None, "no connector for the CRM 'sugar'"),
    ],
)
def test_objects_and_crms_that_are_unknown_are_told(
    source: SyncSource,
    objects: list[str] | None,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_A", '{"host": "http://127.0.0.1:9", "password": "t"}')
    settings = Settings(home=tmp_path, playbook_dir=PLAYBOOK, as_of=None)
    with pytest.raises(SettingsError, match=problem):
        sync_source(source, settings=settings, objects=objects)


def test_a_source_that_fails_does_not_keep_the_others_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [SyncSource(name, "hubspot", f"handoff_{name}") for name in ("a", "b")]
    tried: list[str] = []

    def fail(source: SyncSource, **_: object) -> None:
        tried.append(source.source_id)
        raise CrmError("The token was refused", source=source.source_id)

    monkeypatch.setattr("handoff.sync.sources.playbook_sources", lambda _: sources)
    monkeypatch.setattr("handoff.sync.source_sync.sync_source", fail)
    with pytest.raises(CrmError) as caught:
        sync_all(Settings(home=tmp_path, playbook_dir=PLAYBOOK, as_of=None))
    assert tried == ["a", "b"]
    assert caught.value.source == "a"
    assert "b: The token was refused" in str(caught.value)
