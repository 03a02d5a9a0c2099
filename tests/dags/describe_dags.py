"""Print what Airflow makes of the DAG files, as JSON: a program of its own, run by the tests.

Airflow reads its settings once a process, when it is imported; so the tests do not import it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from airflow.dag_processing.dagbag import DagBag


def described(dag: Any) -> dict[str, Any]:
    return {
        "doc_md": dag.doc_md,
        "cron": getattr(dag.timetable, "expression", None),
        "time_zone": str(getattr(dag.timetable, "timezone", None)),
        "needs": type(dag.timetable.asset_condition).__name__,
        "assets": sorted(
            asset.uri for asset in getattr(dag.timetable.asset_condition, "objects", ())
        ),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "tags": sorted(dag.tags),
        "tasks": {task.task_id: described_task(task) for task in dag.topological_sort()},
    }


def described_task(task: Any) -> dict[str, Any]:
    return {
        "retries": task.retries,
        "backs_off": bool(task.retry_exponential_backoff),
        "retry_minutes": task.retry_delay.total_seconds() / 60,
        "timeout_hours": task.execution_timeout.total_seconds() / 3600,
        "pool": task.pool,
        "outlets": [asset.uri for asset in task.outlets],
        "downstream": sorted(task.downstream_task_ids),
    }


bag = DagBag()
json.dump(
    {
        "errors": {path: text.splitlines()[-1] for path, text in bag.import_errors.items()},
        "modules": sorted(name for name in sys.modules if name.startswith("handoff."))
        + [name for name in ("duckdb", "great_expectations", "pandas") if name in sys.modules],
        "dags": {dag_id: described(dag) for dag_id, dag in bag.dags.items()},
    },
    sys.__stdout__,
)
