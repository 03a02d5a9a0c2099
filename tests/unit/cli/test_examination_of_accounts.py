"""What the doctor sees of an account, asked over HTTP: token, scopes, limits, clock, mapping."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from handoff import clock
from handoff.cli.examination import Finding, examine
from handoff.cli.examination.account import _clock, _limits, _version
from handoff.crm.protocol import AccountFacts
from handoff.landing.manifest import Manifest, write_manifest
from handoff.landing.source_lock import source_lock
from handoff.sandbox.server import RateLimits, running_sandbox
from handoff.settings import PROJECT_ROOT, Settings

FACTS = AccountFacts(account_id="1", api_version="2026-09")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", playbook_dir=PROJECT_ROOT / "include" / "playbook", as_of=None
    )


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """An account without records: no property is known, so none can be wrong."""
    folder = tmp_path / "portal" / "hubspot"
    folder.mkdir(parents=True)
    return folder.parent


def found(
    settings: Settings,
    portal: Path,
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, Any] | None = None,
    **options: Any,
) -> list[Finding]:
    """What is told of the account of the shipped playbook."""
    with running_sandbox(portal, **options) as sandbox:
        given = {"host": sandbox.base_url, "password": sandbox.token, "extra": extra or {}}
        monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_HUBSPOT", json.dumps(given))
        return [one for one in examine(settings) if one.name == "hubspot"]


def told(findings: Iterable[Finding], *states: str) -> str:
    return "\n".join(one.text for one in findings if one.state in (states or ("bad", "warning")))


def test_a_token_that_covers_all_is_good(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = found(settings, portal, monkeypatch)
    assert told(findings) == "nothing has landed yet"
    good = told(findings, "good")
    assert "the token answers for account 4242" in good
    assert "needed scopes are granted" in good
    assert "API version 2026-09 is supported until 2028-03-01" in good


def test_a_scope_that_lacks_is_bad_and_an_optional_one_a_warning(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"crm.objects.deals.read", "marketing.campaigns.read"}
    findings = found(settings, portal, monkeypatch, missing_scopes=missing)
    assert "lacks the scopes crm.objects.deals.read" in told(findings, "bad")
    assert "not read: marketing.campaigns.read" in told(findings, "warning")
    assert all(one.fix for one in findings if one.state != "good")


def test_a_scope_that_writes_is_warned_about(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"hubspot": {"extra_scopes": ["crm.objects.contacts.write"]}}
    findings = found(settings, portal, monkeypatch, for_crm=own)
    assert "may also write: crm.objects.contacts.write" in told(findings, "warning")


def test_a_token_of_oauth_tells_its_scopes_too(portal: Path) -> None:
    """The pair of keys alone makes no OAuth connection, so the scopes are asked for directly."""
    from handoff.crm.hubspot.account_facts import read_account
    from handoff.crm.hubspot.client import HubSpotClient
    from handoff.settings import CrmConnection

    with running_sandbox(portal) as sandbox:
        client = HubSpotClient(CrmConnection("c", sandbox.base_url, sandbox.token), "s")
        keys = {"client_id": "id", "client_secret": "secret"}
        facts = read_account(client, "2026-09", keys)
        client.close()
        asked = [request.path for request in sandbox.requests]
    assert "/oauth/2026-09/token/introspect" in asked
    assert not any(sandbox.token in path for path in asked)
    assert facts.scopes is not None
    assert "crm.objects.deals.read" in facts.scopes


def test_where_scopes_cannot_be_asked_for_each_object_is_tried(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"hubspot": {"is_service_key": True}}
    findings = found(
        settings, portal, monkeypatch, for_crm=own, missing_scopes={"deals", "campaigns"}
    )
    assert "each object is tried" in told(findings, "good")
    assert "lacks the scope crm.objects.deals.read" in told(findings, "bad")
    assert "does not cover campaigns" in told(findings, "warning")


def test_a_wrong_token_ends_the_examination_of_its_account(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_sandbox(portal) as sandbox:
        given = {"host": sandbox.base_url, "password": "pat-wrong-123"}
        monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_HUBSPOT", json.dumps(given))
        findings = [one for one in examine(settings) if one.name == "hubspot"]
    assert findings[-1].state == "bad"
    assert "refused the token" in findings[-1].text
    assert "pat-wrong-123" not in str(findings)


def test_the_calls_of_the_day_are_told(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = found(settings, portal, monkeypatch, limits=RateLimits(daily=1000))
    assert "calls of the day: 1 of 1,000 used" in told(findings, "good")
    assert next(_limits("s", replace(FACTS, limits=(("calls", 900, 1000),)))).state == "warning"
    assert next(_limits("s", replace(FACTS, limits=(("calls", 1000, 1000),)))).state == "bad"


@pytest.mark.parametrize(
    ("minutes", "states"), [(0, []), (2, ["warning"]), (-2, ["warning"]), (30, ["bad"])]
)
def test_a_clock_that_is_off_is_told(minutes: int, states: list[str]) -> None:
    answered_at = clock.wall_now() - timedelta(minutes=minutes)
    findings = list(_clock("s", replace(FACTS, answered_at=answered_at)))
    assert [one.state for one in findings] == states
    assert all(("ahead" if minutes > 0 else "behind") in one.text for one in findings)


@pytest.mark.parametrize(("days", "state"), [(400, "good"), (60, "warning"), (0, "bad")])
def test_the_end_of_a_version_comes_near(days: int, state: str) -> None:
    ends_on: date = clock.wall_now().date() + timedelta(days=days)
    (finding,) = _version("s", replace(FACTS, support_ends_on=ends_on))
    assert finding.state == state


def test_a_mapped_property_that_lacks_names_the_near_one_and_the_file(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_properties(portal, job_title={"type": "string"})
    findings = found(settings, portal, monkeypatch)
    (bad,) = (one for one in findings if one.state == "bad")
    assert "near: job_title" in bad.text
    assert "fields.yml" in str(bad.fix)


def test_links_into_another_account_are_told(
    settings: Settings, portal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "portal_id" not in told(found(settings, portal, monkeypatch))
    playbook = tmp_path / "playbook"
    shutil.copytree(settings.playbook_dir, playbook)
    sources = playbook / "sources.yml"
    sources.write_text(sources.read_text().replace("portal_id: 4242", "portal_id: 4243"))
    findings = found(replace(settings, playbook_dir=playbook), portal, monkeypatch)
    assert "portal_id is 4243 and the token is for account 4242" in told(findings, "warning")


def test_a_stage_may_be_a_yes_or_no(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_properties(portal, **{**every_property(), "lifecyclestage": {"type": "bool"}})
    findings = found(settings, portal, monkeypatch)
    assert not [one for one in findings if "holds no stage" in one.text]


def test_a_stage_in_a_property_that_holds_no_words_is_bad(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_properties(portal, **{**every_property(), "lifecyclestage": {"type": "number"}})
    findings = found(settings, portal, monkeypatch)
    assert "contacts.lifecyclestage is of the type number, which holds no stage" in told(
        findings, "bad"
    )


def test_a_mapped_value_that_the_account_has_not_is_told_with_the_near_one(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [{"value": value, "label": value} for value in ("subscriber", "marketingqualified")]
    stage = {"type": "enumeration", "options": options}
    write_properties(portal, **{**every_property(), "lifecyclestage": stage})
    warning = told(found(settings, portal, monkeypatch), "warning")
    assert "'marketingqualifiedlead' (near: marketingqualified)" in warning
    assert "'subscriber'" not in warning


def test_an_old_landing_and_one_that_stopped_midway_are_told(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = clock.now() - timedelta(days=3)
    for object_, status in (("contacts", "complete"), ("deals", "failed")):
        land(settings, object_, status, long_ago)
    warning = told(found(settings, portal, monkeypatch), "warning")
    assert "landed 3 days ago" in warning
    assert "the last read of deals stopped midway" in warning


def test_a_sync_under_way_is_told_with_its_process(
    settings: Settings, portal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with source_lock(settings.landing_dir, "hubspot"):
        assert "a sync (pid " in told(found(settings, portal, monkeypatch), "warning")


def land(settings: Settings, object_: str, status: Any, at: datetime) -> None:
    text = at.astimezone(UTC).isoformat()
    manifest = Manifest(
        source_id="hubspot", crm="hubspot", object=object_, run_id="20261119", mode="full",
        status=status, started_at=text, updated_at=text, landed_at=text,
    )  # fmt: skip
    folder = manifest.folder(settings.landing_dir)
    folder.mkdir(parents=True)
    write_manifest(manifest, folder)


def every_property() -> dict[str, dict[str, Any]]:
    """All that the shipped playbook names, of both objects."""
    from handoff.sync import playbook_sources

    (source,) = playbook_sources(PROJECT_ROOT / "include" / "playbook")
    return {name: {"type": "string"} for names in source.tracked.values() for name in names}


def write_properties(portal: Path, **definitions: dict[str, Any]) -> None:
    rows = [
        {"objectType": object_, "name": name, "label": name, "options": [], **more}
        for object_ in ("contacts", "deals")
        for name, more in definitions.items()
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (portal / "hubspot" / "properties.ndjson").write_text(text)


def test_each_source_is_looked_at_by_itself(
    settings: Settings, portal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is wrong keeps no other from being looked at, whatever their CRMs."""
    playbook = tmp_path / "playbook"
    shutil.copytree(PROJECT_ROOT / "tests" / "playbooks" / "olist", playbook)
    sources = yaml.safe_load((playbook / "sources.yml").read_text())
    second = {"label": "P", "crm": "pipedrive", "connection": "handoff_p", "portal_id": "acme"}
    third = {**second, "connection": "handoff_nowhere"}
    sources["sources"] |= {"second": second, "third": third}
    (playbook / "sources.yml").write_text(yaml.safe_dump(sources))
    lifecycle = yaml.safe_load((playbook / "lifecycle.yml").read_text())
    stages = {"pipelines": {"1": {"stages": {"won": "won"}}}}
    lifecycle["sources"] |= {"second": stages, "third": stages}
    (playbook / "lifecycle.yml").write_text(yaml.safe_dump(lifecycle))
    (portal / "pipedrive").mkdir()
    with running_sandbox(portal) as sandbox:
        given = json.dumps({"host": sandbox.base_url, "password": sandbox.token})
        monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_HUBSPOT", given)
        monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_P", given)
        findings = list(examine(replace(settings, playbook_dir=playbook)))
    bad = {one.name for one in findings if one.state == "bad"}
    assert bad == {"third"}, told(findings, "bad")
    by_name = {
        name: told((f for f in findings if f.name == name), "good")
        for name in ("hubspot", "second")
    }
    assert "needed scopes are granted" in by_name["hubspot"]
    assert "the token answers for account sandbox" in by_name["second"]
    assert "10 of 10 objects can be read" in by_name["second"]
