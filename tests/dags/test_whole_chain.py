"""The demo on a small portal: the whole chain as real DAG runs, and what a bad day does to it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

import pytest

from handoff.checks import read_last_blocked
from handoff.orchestration.airflow_env import airflow_home
from handoff.orchestration.dag_runs import Event
from handoff.orchestration.demo import DAGS, Blocked, play
from handoff.orchestration.demo_home import demo_settings, portal_dir
from handoff.orchestration.wiring import WAREHOUSE_POOL
from handoff.pipeline import BUILD_STOPS
from handoff.settings import Settings
from handoff.warehouse import open_reader

pytestmark = pytest.mark.slow


@dataclass
class Chain:
    """What the demo told and left behind; it is its own narrator."""

    settings: Settings
    blocked: Blocked | None = None
    told: list[str] = field(default_factory=list)
    ended: list[Event] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        self.told.append(title)

    def done(self, name: str, seconds: float, outcome: str) -> None:
        self.told.append(f"{name} {seconds} {outcome}")

    def task(self, event: Event) -> None:
        if event["event"] == "ended":
            self.ended.append(event)

    def note(self, text: str) -> None:
        self.told.append(text)

    def truth(self) -> dict[str, Any]:
        handoffs: dict[str, Any] = json.loads(
            (portal_dir(self.settings) / "truth.json").read_bytes()
        )["handoffs"]
        return handoffs

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with open_reader(self.settings.published_path) as connection:
            return connection.execute(query).fetchall()

    def metadata(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(airflow_home(self.settings) / "airflow.db") as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    home = tmp_path_factory.mktemp("chain")
    played = Chain(demo_settings(Settings(home=home, playbook_dir=home, as_of=None)))
    played.blocked = play(played.settings, played, people=300)
    return played


def test_every_dag_ran_as_a_dag_run_of_airflow(chain: Chain) -> None:
    runs = chain.metadata("select dag_id, state from dag_run order by start_date")
    good_day = [(dag_id, "success") for dag_id in DAGS]
    bad_day = [("handoff_ingest_hubspot", "success"), ("handoff_build", "failed")]
    told = [("handoff_weekly_report", "success")]
    assert runs == [*good_day, *bad_day, *told]


def test_each_task_is_told_with_its_seconds_and_its_outcome(chain: Chain) -> None:
    build = [event for event in chain.ended if event["dag_id"] == "handoff_build"]
    good, bad = build[: len(BUILD_STOPS)], build[len(BUILD_STOPS) :]
    assert [event["task_id"] for event in good] == [stop.name for stop in BUILD_STOPS]
    assert all(event["state"] == "success" and event["outcome"] for event in good)
    assert all(event["seconds"] >= 0 for event in build)
    assert [(event["task_id"], event["state"]) for event in bad] == [
        ("load", "success"),
        ("check_arrived", "failed"),
    ]


def test_landing_and_publishing_are_the_events_that_start_the_next_dag(chain: Chain) -> None:
    events = chain.metadata(
        "select asset.uri from asset_event join asset on asset.id = asset_event.asset_id"
        " order by asset_event.id"
    )
    landed, published = ("handoff://landing/hubspot",), ("handoff://published/files",)
    assert events == [landed, published, landed]


def test_the_pool_has_one_slot(chain: Chain) -> None:
    pools = dict(chain.metadata("select pool, slots from slot_pool"))
    assert pools[WAREHOUSE_POOL] == 1


def test_the_planted_handoffs_and_no_others_are_published(chain: Chain) -> None:
    truth = chain.truth()
    ((total, excluded),) = chain.rows(
        "select count(*), count(*) filter (is_excluded) from reporting.fct_handoffs"
    )
    assert (total, excluded) == (truth["total"], sum(truth["excluded"].values()))
    reached = chain.rows(
        "select count(accepted_at), count(sql_at), count(opportunity_at), count(won_at)"
        " from reporting.fct_handoffs where not is_excluded"
    )
    stages = ("accepted", "sql", "opportunity", "won")
    assert reached == [tuple(truth["filled"][stage] for stage in stages)]


def test_the_monthly_cohorts_hold_every_planted_handoff_once(chain: Chain) -> None:
    truth = chain.truth()
    cohorts = chain.rows(
        "select sum(numerator), sum(denominator) from reporting.rpt_campaign_conversion"
        " where campaign_key = '(all)' and period_grain = 'month' and basis = 'cohort'"
        " and start_stage = 'mql' and end_stage = 'sql' and horizon_days is null"
    )
    assert cohorts == [(truth["filled"]["sql"], truth["counted"])]


def test_the_bad_day_is_blocked_and_changes_nothing_that_readers_see(chain: Chain) -> None:
    assert chain.blocked is not None
    assert chain.blocked.task_id == "check_arrived"
    assert "object_is_not_suddenly_empty" in chain.blocked.message
    note = read_last_blocked(chain.settings)
    assert note is not None
    assert [check["check_id"] for check in note["checks"]] == ["object_is_not_suddenly_empty"]
    ((meetings,),) = chain.rows(
        "select count(*) from reporting.fct_activities where activity_type = 'meeting'"
    )
    assert meetings > 0


def test_the_report_is_written_and_says_on_top_that_a_run_was_blocked(chain: Chain) -> None:
    page = (chain.settings.reports_dir / "weekly" / "latest.html").read_text(encoding="utf-8")
    assert "2026-W40" in page
    assert "object_is_not_suddenly_empty" in page


def test_a_blocked_check_is_not_tried_again(chain: Chain) -> None:
    tries = chain.metadata(
        "select try_number from task_instance where task_id = 'check_arrived' and state = 'failed'"
    )
    assert tries == [(1,)]


def test_no_token_is_in_any_log(chain: Chain) -> None:
    for path in (*chain.settings.home.rglob("*.log"), *chain.settings.runs_dir.rglob("*.json")):
        assert "sandbox-token" not in path.read_text(encoding="utf-8", errors="replace"), path
