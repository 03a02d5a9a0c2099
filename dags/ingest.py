"""Read one CRM account into landing files: one DAG for each source of the playbook.

**What**: reads what is new since the last run over the CRM's API and writes it as it came.

**Produces**: files under `landing/<source_id>/` and the asset `handoff_landing_<source_id>`, which
starts the build.

**Triage**

| message | what to do |
|---|---|
| token refused, scope missing | renew the token or its scopes in the CRM, clear the task |
| `AIRFLOW_CONN_...` is not set | the message shows the form of the connection |
| unknown property | correct the property's name in the playbook, or create it in the CRM |
| rate limit, time-out, 5xx | nothing: it retries by itself with growing pauses |
| no space left | free space, clear the task |

A cleared or retried task goes on where it stopped; nothing is read twice that was committed.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import dag, task

from handoff.orchestration.playbook_schedule import source_ids
from handoff.orchestration.tasks import run_stop
from handoff.orchestration.wiring import COMMON, PATIENT, landing_asset


def ingest_dag(source_id: str) -> None:
    """The ingest of one source."""

    @dag(
        dag_id=f"handoff_ingest_{source_id}",
        schedule="7 * * * *",
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        doc_md=__doc__,
        default_args=PATIENT,
        **COMMON,
    )
    def ingest() -> None:
        task(task_id="sync", outlets=[landing_asset(source_id)])(run_stop)("sync", (source_id,))

    ingest()


for each in source_ids():
    ingest_dag(each)
