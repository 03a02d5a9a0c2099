"""Build the warehouse from what has landed, and publish it if the checks let it.

**What**: loads new landing parts, checks what arrived, builds staging, intermediate and marts with
dbt (one process a layer), checks what is about to leave, and replaces the published files in one
step. Runs whenever an ingest of any source has landed something.

**Produces**: `published.duckdb`, `exports/` and the asset `handoff_published`.

**Triage**

| failed task | what it means | what to do |
|---|---|---|
| load | a landing part is damaged, or another run is at work | `handoff doctor` |
| check_* | a blocking check failed; the last published file stays | the message names the owner |
| dbt_* | a model or a test of it failed | `dbt/logs/dbt.log` under HANDOFF_HOME |
| publish | the disk is full or not writable | free space, clear the task |

Clear the failed task to go on from it. Nothing that readers see changes before `publish` ends.
"""

from __future__ import annotations

from airflow.sdk import AssetAny, chain, dag, task

from handoff.orchestration.playbook_schedule import source_ids
from handoff.orchestration.tasks import run_stop
from handoff.orchestration.wiring import (
    BRIEF,
    COMMON,
    PUBLISHED,
    WAREHOUSE_POOL,
    landing_asset,
)
from handoff.pipeline import BUILD_STOPS


@dag(
    dag_id="handoff_build",
    schedule=AssetAny(*(landing_asset(source_id) for source_id in source_ids())),
    doc_md=__doc__,
    default_args=BRIEF,
    **COMMON,
)
def build() -> None:
    """One task a stop, in the pipeline's order."""
    chain(
        *(
            task(
                task_id=stop.name,
                pool=WAREHOUSE_POOL,
                doc_md=stop.title,
                outlets=[PUBLISHED] if stop.name == "publish" else [],
            )(run_stop)(stop.name)
            for stop in BUILD_STOPS
        )
    )


build()
