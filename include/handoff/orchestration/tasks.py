"""What a task does: one stop of the pipeline, with errors that Airflow understands."""

from __future__ import annotations

import hashlib
import logging
import time
from datetime import datetime

from handoff import pipeline
from handoff.errors import (
    AccountError,
    CrmError,
    DailyLimitError,
    HandoffError,
    SourceBusyError,
    TooManyErasedError,
    WarehouseBusyError,
)
from handoff.settings import get_settings

# What may be gone at the next try: a CRM's bad hour, another run's lock. The rest a person mends,
# and a daily limit is over at the account's midnight, not after some minutes.
PASSING = (CrmError, SourceBusyError, WarehouseBusyError)
LASTING = (AccountError, DailyLimitError, TooManyErasedError)
PROGRESS_SECONDS = 15.0

log = logging.getLogger("handoff.task")


def run_stop(name: str, sources: tuple[str, ...] = ()) -> str:
    """Run one stop inside an Airflow task; its line of outcome becomes the task's XCom.

    Every task of one DAG run, and every try of it, has the same run id, so that a retry goes on
    where the last try stopped. Raises AirflowFailException for what a retry cannot mend.
    """
    from airflow.sdk import get_current_context

    dag_run = get_current_context()["dag_run"]
    run_id = run_id_of(dag_run.run_id, dag_run.start_date or dag_run.run_after)
    run = pipeline.Run(get_settings(), run_id, sources=sources, tell=_LoggedProgress())
    outcome = outcome_of(name, run)
    log.info("%s", outcome)
    return outcome


def outcome_of(name: str, run: pipeline.Run) -> str:
    """Run a stop. Raises what may pass as it is, and AirflowFailException for the rest."""
    from airflow.sdk.exceptions import AirflowFailException

    try:
        return pipeline.stop(name).run(run)
    except HandoffError as error:
        if isinstance(error, PASSING) and not isinstance(error, LASTING):
            raise
        raise AirflowFailException(str(error)) from None


def run_id_of(airflow_run_id: str, started_at: datetime) -> str:
    """Handoff's sortable run id of an Airflow run."""
    digest = hashlib.sha256(airflow_run_id.encode()).hexdigest()[:6]
    return f"{started_at:%Y%m%dT%H%M%SZ}-{digest}"


class _LoggedProgress:
    """Writes progress to the task's log: each thing when it is over, else a line now and then."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, step: pipeline.Step) -> None:
        if step.is_over or time.monotonic() - self._last >= PROGRESS_SECONDS:
            self._last = time.monotonic()
            log.info("%s: %s", step.name, step.text)
