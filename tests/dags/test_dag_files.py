"""The DAG files: which DAGs there are, when they run, how they fail, and what they cost to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handoff.orchestration.wiring import WAREHOUSE_POOL

Description = dict[str, Any]
DAG_IDS = {
    "handoff_ingest_hubspot",
    "handoff_build",
    "handoff_weekly_report",
    "handoff_write_back",
}
BUILD_TASKS = [
    "load",
    "check_arrived",
    "dbt_staging",
    "dbt_intermediate",
    "dbt_marts",
    "check_leaving",
    "publish",
]


def test_these_and_no_other_dags_are_found(described: Description) -> None:
    assert described["errors"] == {}
    assert set(described["dags"]) == DAG_IDS


def test_reading_them_does_no_work(described: Description) -> None:
    loaded = set(described["modules"])
    for heavy in ("duckdb", "great_expectations", "handoff.sync", "handoff.warehouse"):
        assert heavy not in loaded
    assert "handoff.playbook" not in loaded  # the whole playbook is not validated at each parse


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_every_dag_explains_itself_and_runs_alone(described: Description, dag_id: str) -> None:
    dag = described["dags"][dag_id]
    for word in ("**What**", "**Produces**", "**Triage**"):
        assert word in dag["doc_md"]
    assert (dag["max_active_runs"], dag["catchup"], dag["tags"]) == (1, False, ["handoff"])


@pytest.mark.parametrize("dag_id", sorted(DAG_IDS))
def test_every_task_retries_with_growing_pauses_and_ends(
    described: Description, dag_id: str
) -> None:
    tasks = described["dags"][dag_id]["tasks"]
    assert tasks
    for task in tasks.values():
        assert task["retries"] >= 1
        assert task["backs_off"]
        assert 0 < task["timeout_hours"] <= 6


def test_the_build_runs_the_stops_in_order_in_the_one_slot_pool(described: Description) -> None:
    tasks = described["dags"]["handoff_build"]["tasks"]
    assert list(tasks) == BUILD_TASKS
    for task_id, following in zip(BUILD_TASKS, [*BUILD_TASKS[1:], None], strict=True):
        assert tasks[task_id]["downstream"] == ([following] if following else [])
        assert tasks[task_id]["pool"] == WAREHOUSE_POOL


def test_landing_starts_the_build_and_publishing_the_write_back(described: Description) -> None:
    dags = described["dags"]
    landed = dags["handoff_ingest_hubspot"]["tasks"]["sync"]["outlets"]
    assert landed == dags["handoff_build"]["assets"] == ["handoff://landing/hubspot"]
    published = dags["handoff_build"]["tasks"]["publish"]["outlets"]
    assert published == dags["handoff_write_back"]["assets"] == ["handoff://published/files"]


def test_the_report_is_of_monday_morning_in_the_reporting_zone(described: Description) -> None:
    dag = described["dags"]["handoff_weekly_report"]
    assert (dag["cron"], dag["time_zone"]) == ("0 7 * * MON", "Europe/Berlin")


def test_each_source_has_its_ingest_and_any_of_them_starts_the_build(
    describe_with: Callable[[str], Description],
) -> None:
    seen = describe_with("sources: {emea: {crm: hubspot}, apac: {crm: hubspot}}")
    ingests = {dag_id for dag_id in seen["dags"] if dag_id.startswith("handoff_ingest_")}
    assert ingests == {"handoff_ingest_emea", "handoff_ingest_apac"}
    build = seen["dags"]["handoff_build"]
    assert build["needs"] == "AssetAny"
    assert build["assets"] == ["handoff://landing/apac", "handoff://landing/emea"]
    report = seen["dags"]["handoff_weekly_report"]
    assert report["time_zone"] == "America/Sao_Paulo"


def test_broken_sources_are_an_import_error_that_names_the_next_command(
    describe_with: Callable[[str], Description],
) -> None:
    seen = describe_with("sources: [")
    assert set(seen["dags"]) == {"handoff_weekly_report", "handoff_write_back"}
    assert len(seen["errors"]) == 2
    assert all("handoff playbook check" in text for text in seen["errors"].values())
