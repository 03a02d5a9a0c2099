"""A process that runs the real DAGs one by one, each as a DAG run in the metadata database.

One process for all of them, since importing Airflow takes longer than most of the tasks. It takes
a DAG's id a line on its standard input, and answers with a JSON event a line on its standard
output; Airflow's own talk goes to the log file that its argument names.

Events: ``ready`` (seconds, migrated), ``broken`` (errors by DAG file), ``started`` (dag_id,
task_id), ``ended`` (dag_id, task_id, state, seconds, outcome), ``dag`` (dag_id, state, seconds).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TextIO

from handoff.orchestration.airflow_env import prepare_home
from handoff.settings import get_settings


def main(log_path: Path) -> int:
    """Serve until the standard input ends; 1 when a DAG file cannot be imported."""
    stream = _keep_stdout_for_events(log_path)
    started = time.monotonic()
    settings = get_settings()
    prepare_home(settings)
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.listener import get_listener_manager

    from handoff.orchestration.metadata import ensure_metadata
    from handoff.orchestration.task_events import TaskEvents

    events = TaskEvents(stream)
    migrated = ensure_metadata(settings)
    bag = DagBag()
    if bag.import_errors:
        events.tell("broken", errors=bag.import_errors)
        return 1
    get_listener_manager().add_listener(events)  # type: ignore[no-untyped-call]
    events.tell("ready", seconds=round(time.monotonic() - started, 1), migrated=migrated)
    for line in sys.stdin:
        began = time.monotonic()
        dag = bag.dags[line.strip()]
        state = str(dag.test().state)
        seconds = round(time.monotonic() - began, 1)
        events.tell("dag", dag_id=dag.dag_id, state=state, seconds=seconds)
    return 0


def _keep_stdout_for_events(log_path: Path) -> TextIO:
    """The real standard output; whatever else writes to it or to stderr goes to the log file."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    return stream


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
