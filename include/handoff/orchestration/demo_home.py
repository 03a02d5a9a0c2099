"""The demo's folder and environment: its own home, a fixed instant, a sandbox for a CRM."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from handoff.errors import SettingsError
from handoff.orchestration.airflow_env import airflow_variables
from handoff.settings import PROJECT_ROOT, Settings

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
MARKER = ".made-by-handoff-demo"


def demo_settings(settings: Settings) -> Settings:
    """The settings of the demo: a folder below the given home, the product's own playbook."""
    return replace(
        settings,
        home=settings.home / "demo",
        playbook_dir=PROJECT_ROOT / "include" / "playbook",
        as_of=AS_OF,
    )


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


def demo_variables(settings: Settings, base_url: str, token: str) -> dict[str, str]:
    """Environment variables that point a process at the demo's home and its sandbox CRM."""
    account = {"conn_type": "http", "host": base_url, "password": token}
    return {
        **airflow_variables(settings),
        "HANDOFF_AS_OF": f"{AS_OF:%Y-%m-%dT%H:%M:%SZ}",
        "AIRFLOW_CONN_HANDOFF_HUBSPOT": json.dumps(account),
    }
