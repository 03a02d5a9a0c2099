"""Decide how an object is read: go on with an interrupted run, read what changed, or read it all.

A read of changes is enough only if everything that is asked for now was asked for before: a
property that the playbook tracks anew would otherwise stay empty in every record that rests.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handoff import clock
from handoff.crm.protocol import Connector, ReadRequest, Selection
from handoff.landing.manifest import Manifest, instant_text, parse_instant
from handoff.landing.reader import iter_manifests


@dataclass(frozen=True)
class RunPlan:
    """One run of one object. reason: why a full read, where changes might have been expected."""

    manifest: Manifest
    is_resumed: bool
    reason: str = ""

    @property
    def request(self) -> ReadRequest:
        manifest = self.manifest
        return ReadRequest(
            object=manifest.object,
            mode=manifest.mode,
            until=parse_instant(manifest.landed_at),
            since=parse_instant(manifest.since) if manifest.since else None,
            selection=manifest.selection,
        )

    @property
    def watermark(self) -> str:
        """Where the next read of changes starts: the start of this one.

        Not later than the real start, should the run stand for an instant in the future.
        """
        return min(self.manifest.landed_at, self.manifest.started_at)


def plan_run(
    landing_dir: Path,
    source_id: str,
    object: str,
    connector: Connector,
    run_id: str,
    *,
    full: bool,
) -> RunPlan:
    """The next run of an object. Reads manifests, writes nothing."""
    runs = list(iter_manifests(landing_dir, source_id, object))
    selection = connector.selection(object)
    newest = runs[-1] if runs else None
    if newest is not None and _can_go_on(newest, connector, selection, full=full):
        return RunPlan(newest.model_copy(update={"status": "running"}), is_resumed=True)
    complete = next((run for run in reversed(runs) if run.status == "complete"), None)
    since, reason = _starting_point(complete, connector, object, selection, full=full)
    started_at = instant_text(clock.wall_now())
    manifest = Manifest(
        source_id=source_id,
        crm=connector.crm,
        object=object,
        run_id=_later_id(run_id, newest),
        mode="full" if since is None else "incremental",
        api_version=connector.api_version,
        started_at=started_at,
        updated_at=started_at,
        landed_at=instant_text(clock.now()),
        since=since,
        selection=selection,
    )
    return RunPlan(manifest, is_resumed=False, reason=reason)


def _can_go_on(run: Manifest, connector: Connector, selection: Selection, *, full: bool) -> bool:
    is_same_read = run.api_version == connector.api_version and run.selection == selection
    return run.status != "complete" and is_same_read and (run.mode == "full" or not full)


def _starting_point(
    complete: Manifest | None,
    connector: Connector,
    object: str,
    selection: Selection,
    *,
    full: bool,
) -> tuple[str | None, str]:
    if full or complete is None or not connector.can_read_changes(object):
        return None, ""
    new = sorted(
        name
        for kind, names in selection.items()
        for name in set(names) - set(complete.selection.get(kind, []))
    )
    if new:
        return None, f"read in full, since it newly asks for {', '.join(new)}"
    return complete.watermark, ""


def _later_id(run_id: str, newest: Manifest | None) -> str:
    """A run id that sorts after the newest one, also within the same second."""
    while newest is not None and run_id <= newest.run_id:
        run_id = clock.new_run_id()
    return run_id
