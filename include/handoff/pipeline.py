"""The one order of the stops, for `handoff run` and for the DAGs' tasks alike.

A stop never calls the next one; whoever runs them walks these tuples. Imports stand inside the
stops, so that naming them (the command line's help, Airflow's parsing) costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from handoff.settings import Settings


@dataclass(frozen=True)
class Step:
    """What a running stop tells of itself: the thing it is at and how much of it is done.

    text: amount, rate and time left in words. total: how much there is, or None when nobody knows.
    """

    name: str
    text: str
    done: int = 0
    total: int | None = None
    is_over: bool = False


Tell = Callable[[Step], None]


def _silent(step: Step) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Run:
    """One walk over stops: where, under which id, and who is told of the progress.

    full: read every record again and rebuild the warehouse from landing alone.
    sources: ids of the sources to sync; empty for all of the playbook.
    objects: their objects to sync, such as contacts; empty for all.
    is_sweep_forced: list all ids of the sources, however old the last list is.
    accepts_erasures: erase what is gone in a CRM, however much it is.
    """

    settings: Settings
    run_id: str
    full: bool = False
    sources: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    is_sweep_forced: bool = False
    accepts_erasures: bool = False
    tell: Tell = field(default=_silent, compare=False)


@dataclass(frozen=True)
class Stop:
    """One stop of the path: a name that is also its task's id, what it does, and the doing.

    run: does the stop and returns one line of what came of it.
    resume: the command that goes on after this stop was interrupted.
    """

    name: str
    title: str
    run: Callable[[Run], str]
    resume: str


def stop(name: str) -> Stop:
    """The stop of that name; KeyError when there is none."""
    return _BY_NAME[name]


def _sync(run: Run) -> str:
    from handoff import sync
    from handoff.sync.progress_display import told

    def tell(at: sync.SyncProgress) -> None:
        name, is_over = f"{at.source_id} {at.object}", at.state != "reading"
        run.tell(Step(name, told(at), at.rows, at.total, is_over))

    summary = sync.sync_all(
        run.settings,
        run_id=run.run_id,
        full=run.full,
        sources=run.sources,
        objects=run.objects or None,
        is_sweep_forced=run.is_sweep_forced,
        accepts_erasures=run.accepts_erasures,
        progress=tell,
    )
    return str(summary)


def _load(run: Run) -> str:
    from handoff.warehouse import load_landing

    summary = load_landing(run.settings, run.run_id, full=run.full)
    return (
        f"{summary.new_parts:,} new parts, {summary.new_rows:,} new records, "
        f"as of {summary.as_of:%Y-%m-%d %H:%M} UTC"
    )


def _checks(stage: str) -> Callable[[Run], str]:
    def check(run: Run) -> str:
        from handoff.checks import run_checks

        report = run_checks(stage, run.settings, run.run_id)
        report.raise_if_blocked()
        return str(report)

    return check


def _dbt(layer: str) -> Callable[[Run], str]:
    def build(run: Run) -> str:
        from handoff.dbt_runner import NodeResult, build_layer

        done = 0

        def tell(result: NodeResult) -> None:
            nonlocal done
            done += 1
            run.tell(Step(layer, f"{done} nodes, now at {result.name}", done))

        results = build_layer(layer, run.settings, tell).results
        models = sum(result.unique_id.startswith("model.") for result in results)
        return f"{models} models, {len(results) - models} tests"

    return build


def _publish(run: Run) -> str:
    from handoff.publish import publish
    from handoff.report.renewal import renew_pages

    summary = publish(run.settings, run.run_id)
    if summary.erased_at is not None:
        renew_pages(run.settings, summary.erased_at)
    return str(summary)


def _weekly_report(run: Run) -> str:
    from handoff.report import build_weekly_report

    written = build_weekly_report(run.settings)
    return f"quality report of {written.week}: {written.path.relative_to(run.settings.home)}"


def _plan_write_back(run: Run) -> str:
    from handoff.write_back import plan_write_back, summary

    return f"{summary(plan_write_back(run.settings.published_path))} (dry run, nothing is sent)"


STOPS: tuple[Stop, ...] = (
    Stop("sync", "read the CRMs into landing", _sync, "handoff sync"),
    Stop("load", "landing and playbook into the warehouse", _load, "handoff build"),
    Stop("check_arrived", "check what arrived", _checks("arrived"), "handoff check arrived"),
    Stop("dbt_staging", "dbt: one source, one shape", _dbt("staging"), "handoff build"),
    Stop("dbt_intermediate", "dbt: people and rules", _dbt("intermediate"), "handoff build"),
    Stop("dbt_marts", "dbt: handoffs and what is read from them", _dbt("marts"), "handoff build"),
    Stop("check_leaving", "check what leaves", _checks("leaving"), "handoff check leaving"),
    Stop("publish", "replace the published files", _publish, "handoff publish"),
    Stop("weekly_report", "the page of the last whole week", _weekly_report, "handoff report"),
    Stop("plan_write_back", "what the CRM should be told", _plan_write_back, "handoff loop"),
)
_BY_NAME = {each.name: each for each in STOPS}

# What the build's DAG runs, from landing to the published files.
BUILD_STOPS = STOPS[1:8]
