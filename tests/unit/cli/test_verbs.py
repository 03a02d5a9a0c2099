"""The verbs: quick help, documented options, and what the stops are called with."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handoff import pipeline
from handoff.cli.main import app
from handoff.errors import ChecksFailedError
from handoff.pipeline import Run, Stop

runner = CliRunner()
HEAVY = ("airflow", "duckdb", "great_expectations", "pandas", "pydantic", "starlette")


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Run]]:
    """The stops that ran, in order, in place of the real ones."""
    calls: list[tuple[str, Run]] = []

    def recorded(stop: Stop) -> Stop:
        def run(run: Run) -> str:
            calls.append((stop.name, run))
            return "done"

        return Stop(stop.name, stop.title, run, stop.resume)

    stops = tuple(recorded(stop) for stop in pipeline.STOPS)
    monkeypatch.setattr(pipeline, "STOPS", stops)
    monkeypatch.setattr(pipeline, "_BY_NAME", {stop.name: stop for stop in stops})
    return calls


def test_help_imports_nothing_heavy_and_is_quick() -> None:
    loaded = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"
    started = time.monotonic()
    code = f"from handoff.cli.main import app; app(['--help'], standalone_mode=False); {loaded}"
    done = subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    # Under a second on an idle machine; the tests' machine is seldom idle.
    assert time.monotonic() - started < 30


def test_every_verb_says_what_it_does() -> None:
    listed = runner.invoke(app, ["--help"]).output
    for verb in app.registered_commands:
        assert verb.callback is not None
        name = verb.name or verb.callback.__name__
        assert name in listed
        assert runner.invoke(app, [name, "--help"]).exit_code == 0


def test_run_walks_every_stop_in_order_under_one_run_id(walked: list[tuple[str, Run]]) -> None:
    assert runner.invoke(app, ["run"]).exit_code == 0
    assert [name for name, _ in walked] == [stop.name for stop in pipeline.STOPS]
    assert len({run.run_id for _, run in walked}) == 1


def test_sync_passes_sources_and_full_on(walked: list[tuple[str, Run]]) -> None:
    runner.invoke(app, ["sync", "--source", "emea", "-s", "apac", "--full"])
    ((name, run),) = walked
    assert (name, run.sources, run.full) == ("sync", ("emea", "apac"), True)
    assert run.objects == ()


def test_sync_passes_objects_on(walked: list[tuple[str, Run]]) -> None:
    runner.invoke(app, ["sync", "--object", "contacts", "-o", "deals"])
    ((_, run),) = walked
    assert run.objects == ("contacts", "deals")


def test_build_ends_before_the_checks_of_what_leaves(walked: list[tuple[str, Run]]) -> None:
    runner.invoke(app, ["build", "--full"])
    names = [name for name, _ in walked]
    assert names == ["load", "check_arrived", "dbt_staging", "dbt_intermediate", "dbt_marts"]
    assert all(run.full for _, run in walked)


def test_a_stop_that_fails_keeps_the_later_ones_from_running(
    walked: list[tuple[str, Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def block(run: Run) -> str:
        raise ChecksFailedError("no", run_id=run.run_id)

    stops = tuple(
        Stop(stop.name, stop.title, block, stop.resume) if stop.name == "check_arrived" else stop
        for stop in pipeline.STOPS
    )
    monkeypatch.setattr(pipeline, "STOPS", stops)
    assert runner.invoke(app, ["run"]).exit_code == 3
    assert [name for name, _ in walked] == ["sync", "load"]


def test_sandbox_wants_a_folder() -> None:
    assert runner.invoke(app, ["sandbox"]).exit_code == 2


def test_sandbox_generates_a_portal(tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    options = ["--generate", str(folder), "--people", "60", "--days", "20"]
    assert runner.invoke(app, ["sandbox", *options]).exit_code == 0
    assert (folder / "truth.json").exists()
    assert list((folder / "hubspot").glob("contacts.ndjson*"))


@pytest.mark.parametrize(
    "words",
    [
        ("sandbox", "--generate", "made", "--people", "0"),
        ("sandbox", "--generate", "made", "--days", "0"),
        ("sandbox", "--portal", "made", "--port", "99999"),
        ("loop", "--shown", "-3"),
        ("up", "--port", "99999"),
    ],
    ids=" ".join,
)
def test_a_number_out_of_range_is_wrong_usage(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert runner.invoke(app, list(words)).exit_code == 2
    assert not (tmp_path / "made").exists()
