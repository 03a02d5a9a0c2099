"""The demo: a generated CRM behind the vendor's API, and the real DAGs over it, one after another.

Its last scene is a publish that the checks block: the CRM answers, but one kind of record has
silently become empty, as it does when somebody narrows the token's permissions.
"""

from __future__ import annotations

import hashlib
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from handoff.errors import HandoffError
from handoff.orchestration.dag_runs import DagRuns, Event
from handoff.orchestration.demo_home import (
    AS_OF,
    demo_crms,
    demo_variables,
    make_demo_home,
    portal_dir,
)
from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import DEFAULT_TOKEN, running_sandbox
from handoff.settings import Settings

DAGS = (
    "handoff_ingest_hubspot",
    "handoff_build",
    "handoff_weekly_report",
    "handoff_write_back",
)
_AFTER_INGEST = DAGS[1:]
LOST_OBJECT = "meetings"
# The files of what is lost on the bad day, in the CRM that sales work in.
_LOST_FILES = {"hubspot": "meetings", "salesforce": "Event"}
_API_NAMES = {"hubspot": "HubSpot", "salesforce": "Salesforce"}


class Narrator(Protocol):
    """Who tells the person what happens."""

    def chapter(self, title: str) -> None:
        """A new part begins."""

    def done(self, name: str, seconds: float, outcome: str) -> None:
        """Something of the set-up is ready."""

    def task(self, event: Event) -> None:
        """A task started or ended."""

    def note(self, text: str) -> None:
        """A sentence between the tasks."""


@dataclass(frozen=True)
class Blocked:
    """The blocked build: the task that stopped it, and what it said."""

    task_id: str
    message: str


def play(settings: Settings, narrator: Narrator, *, people: int = 2000) -> Blocked:
    """Play the whole demo in the home of these settings, on a portal of so many people.

    Raises HandoffError when a DAG fails that should not, or the bad build is not blocked.
    """
    make_demo_home(settings)
    port = _free_port()
    variables = demo_variables(settings, f"http://127.0.0.1:{port}", DEFAULT_TOKEN)
    narrator.chapter("A CRM to read, and an Airflow to run")
    # Airflow imports for seconds in a process of its own while the portal is made in this one.
    with DagRuns(settings.runs_dir / "demo" / "airflow.log", variables) as dag_runs:
        _generate(settings, people, narrator)
        began = time.monotonic()
        with running_sandbox(portal_dir(settings), port=port, process=True) as sandbox:
            seconds = time.monotonic() - began
            apis = " and ".join(f"{_API_NAMES[crm]}'s API" for crm in demo_crms(settings))
            narrator.done("sandbox", seconds, f"{apis} at {sandbox.base_url}")
            ready = dag_runs.wait_until_ready()
            narrator.done("airflow", ready["seconds"], "its own metadata database (SQLite)")
            for dag_id in (*_ingest_dags(settings), *_AFTER_INGEST):
                _run_dag(dag_runs, dag_id, narrator)
        return _play_blocked(settings, dag_runs, port, narrator)


def _ingest_dags(settings: Settings) -> list[str]:
    return [f"handoff_ingest_{crm}" for crm in demo_crms(settings)]


def _generate(settings: Settings, people: int, narrator: Narrator) -> None:
    began = time.monotonic()
    crms = demo_crms(settings)
    truth = generate_portal(portal_dir(settings), people=people, ends_at=AS_OF, crms=crms)
    records = sum(truth.records.values()) + sum(truth.salesforce_records.values())
    outcome = f"{truth.people:,} people, {truth.days} days, {records:,} records, seed {truth.seed}"
    narrator.done("portal", time.monotonic() - began, outcome)


def _play_blocked(settings: Settings, dag_runs: DagRuns, port: int, narrator: Narrator) -> Blocked:
    narrator.chapter("A bad day: the checks block a publish")
    narrator.note(
        f"Overnight the token lost its view of {LOST_OBJECT}. The CRM reports no error; it "
        "answers with an empty list."
    )
    damaged = settings.home / "portal_on_a_bad_day"
    shutil.copytree(portal_dir(settings), damaged)
    crm_of_sales = demo_crms(settings)[-1]
    for path in (damaged / crm_of_sales).glob(f"{_LOST_FILES[crm_of_sales]}.*"):
        path.unlink()
    before = _digest(settings.published_path)
    with running_sandbox(damaged, port=port, process=True):
        for dag_id in _ingest_dags(settings):
            _run_dag(dag_runs, dag_id, narrator)
        failed = _run_until_failure(dag_runs, "handoff_build", narrator)
        # The page is made again from the file that stayed, so that its banner tells of the block.
        _run_dag(dag_runs, "handoff_weekly_report", narrator)
    if failed is None or _digest(settings.published_path) != before:
        raise HandoffError("The damaged build was published", fix="report this as a defect")
    return failed


def _run_dag(dag_runs: DagRuns, dag_id: str, narrator: Narrator) -> None:
    narrator.chapter(dag_id)

    def tell(event: Event) -> None:
        narrator.task(event)
        if event["event"] == "ended" and event["state"] != "success":
            raise HandoffError(
                f"Task {event['task_id']} of {dag_id} failed: {event['outcome']}",
                fix=f"read {dag_runs.log_path}",
            )

    dag_runs.run(dag_id, tell)


def _run_until_failure(dag_runs: DagRuns, dag_id: str, narrator: Narrator) -> Blocked | None:
    narrator.chapter(dag_id)
    failed: list[Blocked] = []

    def tell(event: Event) -> None:
        narrator.task(event)
        if event["event"] == "ended" and event["state"] != "success":
            failed.append(Blocked(event["task_id"], event["outcome"]))

    dag_runs.run(dag_id, tell)
    return failed[0] if failed else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
