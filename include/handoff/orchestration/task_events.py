"""Airflow's listener that tells, one JSON line an event, when a task starts and how it ends."""

from __future__ import annotations

import json
import time
from typing import Any, TextIO

from airflow.listeners import hookimpl


class TaskEvents:
    """Writes ``started`` and ``ended`` events of tasks to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = time.monotonic()

    def tell(self, event: str, **values: Any) -> None:
        """Write one event."""
        self._stream.write(json.dumps({"event": event, **values}, default=str) + "\n")
        self._stream.flush()

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:  # noqa: ARG002
        """A task starts."""
        self._started = time.monotonic()
        self.tell("started", dag_id=task_instance.dag_id, task_id=task_instance.task_id)

    @hookimpl
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:  # noqa: ARG002
        """A task ended well; its XCom is its line of outcome."""
        outcome = task_instance.xcom_pull(task_ids=task_instance.task_id)
        self._ended(task_instance, "success", outcome)

    @hookimpl
    def on_task_instance_failed(
        self,
        previous_state: Any,  # noqa: ARG002 -- pluggy passes by name
        task_instance: Any,
        error: Any,
    ) -> None:
        """A task failed, for good or until its next try."""
        self._ended(task_instance, "failed", str(error))

    def _ended(self, task_instance: Any, state: str, outcome: Any) -> None:
        self.tell(
            "ended",
            dag_id=task_instance.dag_id,
            task_id=task_instance.task_id,
            state=state,
            seconds=round(time.monotonic() - self._started, 1),
            outcome=outcome,
        )
