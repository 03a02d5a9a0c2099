"""Sync one object: read ahead, write, commit, close the run."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from handoff.crm.protocol import Batch, Connector
from handoff.crm.registry import erasure_rules
from handoff.errors import CrmError, CursorRefusedError, NotEntitledError
from handoff.landing.manifest import FILE_NAME, read_manifest
from handoff.landing.writer import LandingWriter
from handoff.sync.prefetch import read_ahead
from handoff.sync.progress import ProgressCallback, State, SyncProgress
from handoff.sync.run_plan import RunPlan
from handoff.sync.summary import ObjectSummary
from handoff.sync.without_erased import without_erased

_LASTING_SECONDS = 2.0

_log = logging.getLogger(__name__)


def sync_object(
    landing_dir: Path, connector: Connector, plan: RunPlan, progress: ProgressCallback
) -> ObjectSummary:
    """Carry out the plan of one object.

    Raises CrmError and LandingError; what was committed before stays, and the next sync goes on
    from there.
    """
    meter = _Meter(plan, progress)
    note = plan.reason
    try:
        try:
            crm_total = _read(landing_dir, connector, plan, meter, plan.manifest.cursor)
        except CursorRefusedError:
            if plan.manifest.cursor is None:
                raise
            # Rows that are already committed stay; the newest version of a record counts.
            note = "read again from its beginning, since the CRM did not take the old cursor"
            _log.warning("%s: %s", plan.manifest.object, note)
            plan = _as_committed(landing_dir, plan)
            crm_total = _read(landing_dir, connector, plan, meter, None)
    except NotEntitledError as error:
        meter.tell("not_entitled", note=error.message)
        name = plan.manifest.object
        return ObjectSummary(name, "not_entitled", None, None, 0, meter.seconds, note=error.message)
    except BaseException:
        meter.tell("failed")
        raise
    meter.tell("complete", total=crm_total, note=note)
    manifest = plan.manifest
    return ObjectSummary(
        object=manifest.object,
        state="complete",
        mode=plan.mode,
        run_id=manifest.run_id,
        rows=meter.rows,
        seconds=meter.seconds,
        is_resumed=plan.is_resumed,
        note=note,
    )


class _Meter:
    """Counts the records of one object and tells of them."""

    def __init__(self, plan: RunPlan, progress: ProgressCallback) -> None:
        self._plan = plan
        self._progress = progress
        self._started = time.monotonic()
        self._before = plan.manifest.rows(plan.stream)
        self._read = 0
        self._asks_total = True
        self.total: int | None = None

    @property
    def rows(self) -> int:
        return self._before + self._read

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def add(self, rows: int) -> None:
        self._read += rows

    @property
    def wants_total(self) -> bool:
        """Once: only a read that lasts is worth a call to tell the time that is left."""
        wants = self.total is None and self._asks_total and self.seconds > _LASTING_SECONDS
        self._asks_total = self._asks_total and not wants
        return wants

    def tell(self, state: State, total: int | None = None, note: str = "") -> None:
        manifest = self._plan.manifest
        total = self.total if total is None else total
        self._progress(
            SyncProgress(
                manifest.source_id,
                self._plan.label,
                state,
                self.rows,
                total,
                self._read,
                self.seconds,
                note,
            )
        )


def _read(
    landing_dir: Path,
    connector: Connector,
    plan: RunPlan,
    meter: _Meter,
    cursor: dict[str, Any] | None,
) -> int | None:
    name = plan.manifest.object
    read = without_erased(
        connector.read(plan.request, cursor), erasure_rules(plan.manifest.crm), plan.erased
    )
    with read_ahead(read, connector.interrupt) as batches:
        # The first answer comes before the run's folder, so an object that the account does not
        # cover leaves no empty run behind.
        first = next(batches, None)
        with LandingWriter(landing_dir, plan.manifest) as writer:
            try:
                for batch in _all(first, batches):
                    for stream, records in batch.rows.items():
                        writer.write(stream, records)
                    meter.add(len(batch.rows.get(plan.stream, [])))
                    meter.total = meter.total if batch.expected is None else batch.expected
                    if meter.wants_total and plan.manifest.mode == "full":
                        meter.total = _count(connector, name)
                    meter.tell("reading")
                    if batch.cursor is not None:
                        cursor = batch.cursor
                        writer.reached(cursor)
                crm_total = _crm_total(connector, plan, cursor)
                writer.complete(cursor, watermark=plan.watermark, crm_total=crm_total)
            except BaseException:
                writer.fail()
                raise
    return crm_total


def _as_committed(landing_dir: Path, plan: RunPlan) -> RunPlan:
    manifest = read_manifest(plan.manifest.folder(landing_dir) / FILE_NAME)
    return replace(plan, manifest=manifest.model_copy(update={"status": "running"}))


def _all(first: Batch | None, rest: Iterator[Batch]) -> Iterator[Batch]:
    if first is not None:
        yield first
        yield from rest


def _crm_total(connector: Connector, plan: RunPlan, cursor: dict[str, Any] | None) -> int | None:
    """Live records by the CRM's own count, else those of the list that was just read in full.

    Records that were created since the read began are left out: it may have missed them, and the
    next one reads them.
    """
    name = plan.manifest.object
    counted = _count(connector, name, datetime.fromisoformat(plan.manifest.started_at))
    if counted is None and plan.manifest.mode == "full":
        return int((cursor or {}).get("live", 0))
    return counted


def _count(connector: Connector, name: str, created_before: datetime | None = None) -> int | None:
    try:
        return connector.count(name, created_before)
    except CrmError as error:
        # The records themselves can be read: that their number stays unknown stops nothing.
        _log.warning("%s: the CRM did not give its count: %s", name, error.message)
        return None
