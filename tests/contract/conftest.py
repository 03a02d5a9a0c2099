"""The connectors' contract runs once for each CRM that has a case here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crm_cases import CASES

from handoff.settings import Settings


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest) -> Any:
    """What the contract needs to know of one CRM."""
    return CASES[request.param]()


@pytest.fixture
def portal(case: Any, tmp_path: Path) -> Path:
    """A portal of a few hundred records."""
    folder: Path = case.write_portal(tmp_path / "portal")
    return folder


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home of its own, standing at the first of December 2025."""
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-01T06:00:00Z")
    return Settings(home=tmp_path / "home", playbook_dir=tmp_path / "playbook", as_of=None)
