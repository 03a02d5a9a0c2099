"""A private Airflow under HANDOFF_HOME: its variables and its one user. Does not import Airflow."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from handoff.settings import PROJECT_ROOT, Settings

USER = "handoff"


def airflow_home(settings: Settings) -> Path:
    """The folder of Airflow's configuration, logs and metadata database."""
    return settings.home / "airflow"


def password_file(settings: Settings) -> Path:
    """The JSON file that holds the user's password, readable by its owner only."""
    return airflow_home(settings) / "password.json"


def airflow_variables(settings: Settings) -> dict[str, str]:
    """The environment variables that make Airflow private, quiet and local to this home."""
    home = airflow_home(settings)
    given = {
        "CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        # SQLite takes one writer; more tasks at once would only wait for its lock.
        "CORE__PARALLELISM": "4",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__DEFAULT_TIMEZONE": "utc",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(settings)),
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "API__HOST": "127.0.0.1",
        "API__EXPOSE_CONFIG": "False",
    }
    return {
        "AIRFLOW_HOME": str(home),
        "HANDOFF_HOME": str(settings.home),
        "HANDOFF_PLAYBOOK": str(settings.playbook_dir),
        "GX_ANALYTICS_ENABLED": "False",
        **{f"AIRFLOW__{name}": value for name, value in given.items()},
    }


def prepare_home(settings: Settings) -> None:
    """Make the private Airflow's folder and its user's password (kept if there already is one)."""
    airflow_home(settings).mkdir(parents=True, exist_ok=True)
    path = password_file(settings)
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({USER: secrets.token_urlsafe(16)}, file)
        file.write("\n")
