"""The DAG files as Airflow sees them, read in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handoff.orchestration.airflow_env import airflow_variables
from handoff.settings import PROJECT_ROOT, Settings

Description = dict[str, Any]


def describe(home: Path, playbook_dir: Path) -> Description:
    settings = Settings(home=home, playbook_dir=playbook_dir, as_of=None)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(  # noqa: S603 -- a program of these tests
        [sys.executable, str(Path(__file__).parent / "describe_dags.py")],
        env={**kept, **airflow_variables(settings), "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    description: Description = json.loads(done.stdout.splitlines()[-1])
    return description


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Description:
    """What Airflow makes of the DAG files with the product's own playbook."""
    return describe(tmp_path_factory.mktemp("home"), PROJECT_ROOT / "include" / "playbook")


@pytest.fixture
def describe_with(tmp_path: Path) -> Callable[[str], Description]:
    """What Airflow makes of them with another ``sources.yml``."""

    def describe_it(sources_yml: str) -> Description:
        folder = tmp_path / "playbook"
        folder.mkdir()
        (folder / "sources.yml").write_text(sources_yml)
        (folder / "playbook.yml").write_text("reporting_time_zone: America/Sao_Paulo\n")
        return describe(tmp_path / "home", folder)

    return describe_it
