"""A home of the pipeline, and the ways to run it: stop by stop here, or by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handoff import clock, pipeline
from handoff.dbt_runner import crm_arguments, run_dbt
from handoff.sandbox.server import RunningSandbox
from handoff.settings import PROJECT_ROOT, Settings
from handoff.warehouse import open_reader

COMMAND = Path(sys.executable).with_name("handoff")
SHIPPED_PLAYBOOK = PROJECT_ROOT / "include" / "playbook"
ALL_STOPS = tuple(stop.name for stop in pipeline.STOPS)


@dataclass(frozen=True)
class PipelineHome:
    """Settings of one home and the sandbox that it reads."""

    settings: Settings
    sandbox: RunningSandbox

    def at(self, as_of: datetime) -> PipelineHome:
        """The same home, standing at another instant."""
        return replace(self, settings=replace(self.settings, as_of=as_of))

    def variables(self, **changes: str) -> dict[str, str]:
        """The environment that makes a process work on this home."""
        if self.settings.as_of is None:
            raise ValueError("a home of the tests stands at an instant")
        account = {
            "conn_type": "http",
            "host": self.sandbox.base_url,
            "password": self.sandbox.token,
        }
        return {
            "HANDOFF_HOME": str(self.settings.home),
            "HANDOFF_PLAYBOOK": str(self.settings.playbook_dir),
            "HANDOFF_AS_OF": self.settings.as_of.isoformat(),
            "AIRFLOW_CONN_HANDOFF_HUBSPOT": json.dumps(account),
            "AIRFLOW_CONN_HANDOFF_SALESFORCE": json.dumps(account),
            "GX_ANALYTICS_ENABLED": "False",
            **changes,
        }

    def run(self, names: Sequence[str] = ALL_STOPS, *, full: bool = False) -> str:
        """Run stops in this process, in order; the run's id. The first error ends it."""
        run = pipeline.Run(self.settings, clock.new_run_id(), full=full)
        with self.entered():
            for name in names:
                pipeline.stop(name).run(run)
        return run.run_id

    def build_at_once(self) -> None:
        """All layers by one dbt process and without dbt's tests: the same tables, sooner."""
        with self.entered():
            built = run_dbt(["run", *crm_arguments(self.settings)], self.settings)
            failed = [one.name for one in built if one.failed]
        if failed:
            raise AssertionError(f"dbt could not build {', '.join(failed)}")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process's environment is that of the home while the block runs."""
        with pytest.MonkeyPatch.context() as environment:
            for name, value in self.variables().items():
                environment.setenv(name, value)
            yield

    def command(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """`handoff ARGUMENTS` as a person types it. changes: of its environment."""
        return subprocess.run(  # noqa: S603 -- the product's own command
            [str(COMMAND), *arguments],
            env={**os.environ, **self.variables(**changes)},
            cwd=self.settings.home.parent,
            capture_output=True,
            text=True,
            check=False,
        )

    def published(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query on the readers' file, with ``reporting`` as its schema."""
        with open_reader(self.settings.published_path) as connection:
            connection.execute("set schema = 'reporting'")
            return connection.execute(query, values).fetchall()

    def records(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """The same, each row by its columns' names."""
        with open_reader(self.settings.published_path) as connection:
            connection.execute("set schema = 'reporting'")
            found = connection.execute(query, values)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def warehouse(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query on the pipeline's own file."""
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(query, values).fetchall()


def pipeline_home(
    home: Path,
    sandbox: RunningSandbox,
    as_of: datetime,
    playbook_dir: Path = SHIPPED_PLAYBOOK,
) -> PipelineHome:
    """A home in a folder of its own."""
    home.mkdir(parents=True, exist_ok=True)
    return PipelineHome(Settings(home=home, playbook_dir=playbook_dir, as_of=as_of), sandbox)
