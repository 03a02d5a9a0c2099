"""Write the weekly quality report.

**What**: makes the report of the last whole ISO week from the published file alone, on Monday at
07:00 in the playbook's reporting time zone.

**Produces**: `reports/weekly/<ISO week>.html`.

**Triage**: it needs a published file. If there is none, look at `handoff_build`. A report of old
data says so in its banner. Clear the task to write the report again.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, dag, task

from handoff.orchestration.playbook_schedule import reporting_time_zone
from handoff.orchestration.tasks import run_stop
from handoff.orchestration.wiring import BRIEF, COMMON


@dag(
    dag_id="handoff_weekly_report",
    schedule=CronTriggerTimetable("0 7 * * MON", timezone=reporting_time_zone()),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    doc_md=__doc__,
    default_args=BRIEF,
    **COMMON,
)
def weekly_report() -> None:
    """One task."""
    task(task_id="weekly_report")(run_stop)("weekly_report")


weekly_report()
