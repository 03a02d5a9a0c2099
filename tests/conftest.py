"""What every test stands on: a home of its own, and skips that say what is absent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

SHARED_PORTALS = Path(__file__).resolve().parents[2] / "shared" / "portals"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of what is drawn at random is played."""
    group = parser.getgroup("handoff")
    group.addoption("--histories", type=int, default=8, help="random histories a CRM (all: 200)")
    group.addoption("--first-history", type=int, default=1, help="seed of the first of them")
    group.addoption("--kills", type=int, default=4, help="kills of syncs a CRM (all: 100)")


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the data, the accounts or the instant of who runs it."""
    for name in list(os.environ):
        if name.startswith(("HANDOFF_", "AIRFLOW_CONN_")) and name != "HANDOFF_DEMAND_BROWSER":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "False")


@pytest.fixture(scope="session")
def olist_portal() -> Path:
    """The portal folder with real data, which is not part of the repository."""
    path = SHARED_PORTALS / "olist"
    if not path.is_dir():
        pytest.skip(f"the portal {path} is not on this machine")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; its absence fails the test where HANDOFF_DEMAND_BROWSER is set."""
    if CHROMIUM:
        return CHROMIUM
    reason = "Chromium is not installed (Debian: apt-get install chromium)"
    if os.environ.get("HANDOFF_DEMAND_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)
