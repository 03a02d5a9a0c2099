"""Decide how an object is read: go on with an interrupted run, read what changed, or read it all.

A read of changes is enough only if everything that is asked for now was asked for before: a
property that the playbook tracks anew would otherwise stay empty in every record that rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from handoff import clock
from handoff.crm.protocol import Connector, Mode, ReadRequest, Selection, ids_stream
from handoff.landing.erasing import Erased, read_erased
from handoff.landing.manifest import Manifest, instant_text, parse_instant
from handoff.landing.reader import iter_manifests

_READS = ("full", "incremental")
_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class RunPlan:
    """One run of one object. reason: why a full read, where changes might have been expected.

    ids: of a repair, the records to read. erased: what may not land again. clock_behind: by how
    much the CRM's clock is behind this one.
    """

    manifest: Manifest
    is_resumed: bool
    reason: str = ""
    ids: tuple[str, ...] = ()
    erased: Erased = field(default_factory=Erased)
    clock_behind: timedelta = timedelta()

    @property
    def mode(self) -> Mode:
        mode = self.manifest.mode
        if mode == "erasure":
            raise ValueError("an erasure is no read")
        return mode

    @property
    def stream(self) -> str:
        """The stream whose rows are counted."""
        name = self.manifest.object
        return ids_stream(name) if self.mode == "sweep" else name

    @property
    def label(self) -> str:
        """What the run is called where progress is shown."""
        name = self.manifest.object
        return {"sweep": f"{name} (ids)", "repair": f"{name} (missed)"}.get(self.mode, name)

    @property
    def request(self) -> ReadRequest:
        manifest = self.manifest
        return ReadRequest(
            object=manifest.object,
            mode=self.mode,
            until=parse_instant(manifest.landed_at),
            since=parse_instant(manifest.since) if manifest.since else None,
            selection=manifest.selection,
            ids=self.ids,
        )

    @property
    def watermark(self) -> str:
        """Where the next read of changes starts: the start of this one.

        By the CRM's clock, which stamps the changes: with one that is ahead of it, the changes of
        so many minutes would be taken for read.
        """
        started_at = parse_instant(self.manifest.started_at) - self.clock_behind
        return min(self.manifest.landed_at, instant_text(started_at))


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
    all_runs = list(iter_manifests(landing_dir, source_id, object))
    runs = [run for run in all_runs if run.mode in _READS]
    selection = connector.selection(object)
    erased, behind = read_erased(landing_dir, source_id), connector.clock_behind()
    newest = runs[-1] if runs else None
    if newest is not None and _can_go_on(newest, connector, selection, full=full):
        resumed = newest.model_copy(update={"status": "running"})
        return RunPlan(resumed, is_resumed=True, erased=erased, clock_behind=behind)
    complete = next((run for run in reversed(runs) if run.status == "complete"), None)
    since, reason = _starting_point(complete, connector, object, selection, full=full)
    if since is not None and (due := _full_read_is_due(runs, connector, object)):
        since, reason = None, due
    manifest = new_manifest(source_id, object, connector, later_id(run_id, all_runs))
    changes = {
        "mode": "full" if since is None else "incremental",
        "since": since,
        "selection": selection,
    }
    return RunPlan(
        manifest.model_copy(update=changes),
        is_resumed=False,
        reason=reason,
        erased=erased,
        clock_behind=behind,
    )


def new_manifest(source_id: str, object: str, connector: Connector, run_id: str) -> Manifest:
    """The manifest of a run that starts now, a full read unless it is changed."""
    started_at = instant_text(clock.wall_now())
    return Manifest(
        source_id=source_id,
        crm=connector.crm,
        object=object,
        run_id=run_id,
        mode="full",
        api_version=connector.api_version,
        started_at=started_at,
        updated_at=started_at,
        landed_at=instant_text(clock.now()),
    )


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
    if not _is_past(complete.watermark):
        return None, "read in full, since the last read gives no instant, or one of the future"
    return complete.watermark, ""


def _full_read_is_due(runs: Sequence[Manifest], connector: Connector, object: str) -> str:
    """Why changes are not enough this time, as the connector tells by the age of the last read."""
    full = [run for run in runs if run.mode == "full" and run.status == "complete"]
    if not full:
        return ""
    return connector.full_read_is_due(object, parse_instant(full[-1].landed_at), clock.now())


def _is_past(watermark: str | None) -> bool:
    """Whether a watermark may be believed: no clock is right that was ahead of this one by far."""
    try:
        at = parse_instant(watermark or "")
    except ValueError:
        return False
    return at <= clock.wall_now() + _CLOCK_TOLERANCE


def later_id(run_id: str, runs: Sequence[Manifest]) -> str:
    """A run id that sorts after those of the runs, also after one of a clock that was ahead."""
    newest = max((run.run_id for run in runs), default="")
    if run_id > newest:
        return run_id
    following = datetime.strptime(newest[:16], "%Y%m%dT%H%M%SZ") + timedelta(seconds=1)
    return f"{following:%Y%m%dT%H%M%SZ}-{clock.new_run_id()[-6:]}"
