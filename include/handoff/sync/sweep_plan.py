"""Decide whether an object is swept, and plan the sweep and the repair after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from handoff import clock
from handoff.crm.protocol import Connector
from handoff.landing.erasing import read_erased
from handoff.landing.manifest import Manifest, parse_instant
from handoff.sync.run_plan import RunPlan, later_id, new_manifest


def is_due(runs: Sequence[Manifest], every_hours: float) -> bool:
    """Whether the last sweep is too old; the first full read stands for the first sweep."""
    complete = [run for run in runs if run.status == "complete"]
    sweeps = [run for run in complete if run.mode == "sweep"]
    reads = [run for run in complete if run.mode == "full"]
    last = sweeps[-1] if sweeps else reads[0] if reads else None
    if last is None:
        return False
    return clock.wall_now() - parse_instant(last.started_at) >= timedelta(hours=every_hours)


def plan_sweep(
    landing_dir: Path,
    source_id: str,
    object: str,
    connector: Connector,
    run_id: str,
    runs: Sequence[Manifest],
) -> RunPlan:
    """A new sweep, or the last one from where it stopped."""
    selection = {"associations": connector.selection(object).get("associations", [])}
    erased = read_erased(landing_dir, source_id)
    last = next((run for run in reversed(runs) if run.mode == "sweep"), None)
    if (
        last is not None
        and last.status != "complete"
        and last.cursor is not None
        and (last.api_version, last.selection) == (connector.api_version, selection)
    ):
        resumed = last.model_copy(update={"status": "running"})
        return RunPlan(resumed, is_resumed=True, erased=erased)
    manifest = new_manifest(source_id, object, connector, later_id(run_id, runs))
    changes = {"mode": "sweep", "selection": selection}
    return RunPlan(manifest.model_copy(update=changes), is_resumed=False, erased=erased)


def plan_repair(
    landing_dir: Path,
    source_id: str,
    object: str,
    connector: Connector,
    run_id: str,
    runs: Sequence[Manifest],
    ids: Sequence[str],
) -> RunPlan | None:
    """A read of these records; None when there are none, or all of them were forgotten."""
    erased = read_erased(landing_dir, source_id)
    wanted = tuple(id_ for id_ in ids if not erased.has(object, id_))
    if not wanted:
        return None
    manifest = new_manifest(source_id, object, connector, later_id(run_id, runs))
    changes = {"mode": "repair", "selection": connector.selection(object)}
    return RunPlan(manifest.model_copy(update=changes), is_resumed=False, ids=wanted, erased=erased)
