"""The private Airflow and the demo's home: what is kept secret, and what is never removed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.errors import SettingsError
from handoff.orchestration.airflow_env import airflow_variables, password_file, prepare_home
from handoff.orchestration.demo_home import (
    demo_settings,
    demo_variables,
    make_demo_home,
)
from handoff.orchestration.tasks import run_id_of
from handoff.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, playbook_dir=tmp_path, as_of=None)


def test_the_password_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    prepare_home(settings)
    path = password_file(settings)
    assert path.stat().st_mode & 0o077 == 0
    first = json.loads(path.read_text())["handoff"]
    prepare_home(settings)
    assert json.loads(path.read_text())["handoff"] == first
    assert len(first) >= 16


def test_nothing_of_airflow_lies_outside_the_home_or_listens_to_the_network(
    settings: Settings,
) -> None:
    variables = airflow_variables(settings)
    assert variables["AIRFLOW_HOME"].startswith(str(settings.home))
    assert str(settings.home) in variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert variables["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert variables["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"


def test_the_demo_removes_its_own_home(settings: Settings) -> None:
    demo = demo_settings(settings)
    make_demo_home(demo)
    (demo.home / "landing").mkdir()
    make_demo_home(demo)
    assert not (demo.home / "landing").exists()


def test_the_demo_removes_nothing_that_is_not_its_own(settings: Settings) -> None:
    demo = demo_settings(settings)
    demo.home.mkdir()
    (demo.home / "thesis.txt").write_text("mine")
    with pytest.raises(SettingsError, match="is no demo"):
        make_demo_home(demo)
    assert (demo.home / "thesis.txt").read_text() == "mine"


def test_the_demo_points_at_its_sandbox_and_its_instant(settings: Settings) -> None:
    variables = demo_variables(demo_settings(settings), "http://127.0.0.1:1", "token-of-the-demo")
    assert json.loads(variables["AIRFLOW_CONN_HANDOFF_HUBSPOT"])["host"] == "http://127.0.0.1:1"
    assert variables["HANDOFF_AS_OF"] == "2026-10-05T06:00:00Z"
    assert variables["HANDOFF_HOME"] == str(settings.home / "demo")


def test_all_tries_of_an_airflow_run_have_one_run_id_that_sorts_by_time() -> None:
    early = datetime(2026, 1, 5, 6, tzinfo=UTC)
    late = datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert run_id_of("manual__1", early) == run_id_of("manual__1", early)
    assert run_id_of("manual__1", early) < run_id_of("manual__2", late)
    assert run_id_of("manual__1", early).startswith("20260105T060000Z-")
