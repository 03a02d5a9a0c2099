"""The demo's home when its company sells in Salesforce: playbook, connections, memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handoff.orchestration.demo_home import (
    demo_crms,
    demo_settings,
    demo_variables,
    make_demo_home,
)
from handoff.playbook import load_playbook
from handoff.settings import PROJECT_ROOT, Settings

BOTH = ("hubspot", "salesforce")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, playbook_dir=PROJECT_ROOT / "include" / "playbook", as_of=None)


def test_the_playbook_of_the_demo_has_both_crms(settings: Settings) -> None:
    demo = demo_settings(settings, BOTH)
    make_demo_home(demo)
    playbook = load_playbook(demo.playbook_dir)
    assert {source.crm for source in playbook.sources.sources.values()} == set(BOTH)
    assert demo_crms(demo) == BOTH


def test_both_crms_are_connections_to_the_one_sandbox(settings: Settings) -> None:
    demo = demo_settings(settings, BOTH)
    variables = demo_variables(demo, "http://127.0.0.1:1", "token-of-the-demo")
    accounts = [json.loads(variables[f"AIRFLOW_CONN_HANDOFF_{crm.upper()}"]) for crm in BOTH]
    assert {account["host"] for account in accounts} == {"http://127.0.0.1:1"}
    assert variables["HANDOFF_PLAYBOOK"] == str(demo.playbook_dir)
    alone = demo_variables(demo_settings(settings, ("hubspot",)), "http://127.0.0.1:1", "token")
    assert "AIRFLOW_CONN_HANDOFF_SALESFORCE" not in alone


def test_what_was_played_last_is_what_is_looked_at_later(settings: Settings) -> None:
    make_demo_home(demo_settings(settings, BOTH))
    assert demo_crms(demo_settings(settings)) == BOTH
    make_demo_home(demo_settings(settings, ("hubspot",)))
    assert demo_crms(demo_settings(settings)) == ("hubspot",)
