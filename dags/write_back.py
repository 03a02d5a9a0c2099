"""Plan the next steps that the CRM should hold: a dry run, nothing is sent.

**What**: reads the proposed actions (`act_*`) of the published file after each publish and writes
the plan: one task or note a lead that missed its SLA, lacks a next step or lacks fields.

**Produces**: the plan in the task's log; `handoff loop` prints the same.

**Triage**: it needs a published file. If there is none, look at `handoff_build`.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from handoff.orchestration.tasks import run_stop
from handoff.orchestration.wiring import BRIEF, COMMON, PUBLISHED


@dag(
    dag_id="handoff_write_back",
    schedule=[PUBLISHED],
    doc_md=__doc__,
    default_args=BRIEF,
    **COMMON,
)
def write_back() -> None:
    """One task."""
    task(task_id="plan_write_back")(run_stop)("plan_write_back")


write_back()
