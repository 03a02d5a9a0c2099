"""The demo's folder and environment: its own home, a fixed instant, a sandbox for a CRM."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from handoff.errors import SettingsError
from handoff.orchestration.airflow_env import airflow_variables
from handoff.settings import PROJECT_ROOT, Settings

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
MARKER = ".made-by-handoff-demo"
SHIPPED_PLAYBOOK = PROJECT_ROOT / "include" / "playbook"
# Laid over the shipped playbook where sales work in Salesforce.
TWO_CRMS_PLAYBOOK = PROJECT_ROOT / "include" / "handoff" / "sandbox" / "two_crms_playbook"


def demo_settings(settings: Settings, crms: Sequence[str] | None = None) -> Settings:
    """The settings of the demo: a folder below the given home, and the product's own playbook.

    crms: the CRMs of a demo that is to begin; None for the demo that was played there last.
    """
    home = settings.home / "demo"
    own_playbook = home / "playbook"
    has_two = own_playbook.is_dir() if crms is None else len(crms) > 1
    playbook_dir = own_playbook if has_two else SHIPPED_PLAYBOOK
    return replace(settings, home=home, playbook_dir=playbook_dir, as_of=AS_OF)


def demo_crms(settings: Settings) -> tuple[str, ...]:
    """The CRMs of the demo that settings are for."""
    is_shipped = settings.playbook_dir == SHIPPED_PLAYBOOK
    return ("hubspot",) if is_shipped else ("hubspot", "salesforce")


def portal_dir(settings: Settings) -> Path:
    """Where the demo's generated CRM records are."""
    return settings.home / "portal"


def make_demo_home(settings: Settings) -> None:
    """Make the demo's folder anew. Raises SettingsError when it holds anything but a demo."""
    home = settings.home
    if home.exists() and any(home.iterdir()):
        if not (home / MARKER).exists():
            raise SettingsError(
                f"{home} holds something that is no demo, so it stays as it is",
                fix="set HANDOFF_HOME to another folder, or move that one away",
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).touch()
    if len(demo_crms(settings)) > 1:
        shutil.copytree(SHIPPED_PLAYBOOK, settings.playbook_dir)
        shutil.copytree(TWO_CRMS_PLAYBOOK, settings.playbook_dir, dirs_exist_ok=True)


def demo_variables(settings: Settings, base_url: str, token: str) -> dict[str, str]:
    """Environment variables that point a process at the demo's home and its sandbox CRM."""
    account = {"conn_type": "http", "host": base_url, "password": token}
    return {
        **airflow_variables(settings),
        "HANDOFF_AS_OF": f"{AS_OF:%Y-%m-%dT%H:%M:%SZ}",
        **{
            f"AIRFLOW_CONN_HANDOFF_{crm.upper()}": json.dumps(account)
            for crm in demo_crms(settings)
        },
    }
