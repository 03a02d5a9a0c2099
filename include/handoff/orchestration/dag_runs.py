"""The other end of the DAG runner: start it, ask for a DAG run, and hear of each task."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from handoff.errors import HandoffError
from handoff.settings import child_environment

Event = dict[str, Any]


class DagRuns:
    """A DAG runner process; a context manager.

    variables: of its environment, beside those of this process without the CRMs' tokens.
    """

    def __init__(self, log_path: Path, variables: Mapping[str, str]) -> None:
        self.log_path = log_path
        log_path.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "handoff.orchestration.dag_runner", str(log_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment(**variables),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10 if kind is None else 1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait_until_ready(self) -> Event:
        """Wait for Airflow's import and its metadata database; the ``ready`` event."""
        return self._until("ready", _ignore)

    def run(self, dag_id: str, tell: Callable[[Event], None]) -> Event:
        """Run one DAG, telling of each task; the ``dag`` event with its state."""
        if self._process.stdin is None:  # pragma: no cover -- it is always a pipe
            raise self._broken("its input is closed")
        self._process.stdin.write(f"{dag_id}\n")
        self._process.stdin.flush()
        return self._until("dag", tell)

    def _until(self, kind: str, tell: Callable[[Event], None]) -> Event:
        for line in self._process.stdout or ():
            event: Event = json.loads(line)
            if event["event"] == kind:
                return event
            if event["event"] == "broken":
                raise self._broken(f"DAG files with errors: {', '.join(event['errors'])}")
            tell(event)
        raise self._broken(f"it ended with exit code {self._process.wait()}")

    def _broken(self, reason: str) -> HandoffError:
        return HandoffError(f"Airflow did not run: {reason}", fix=f"read {self.log_path}")


def _ignore(event: Event) -> None:
    """No task runs before the runner is ready."""
