"""Sweep a source: list all ids, erase who is gone, read what reads of changes have missed.

A sweep stands before the reads of a sync, so that a token of another account is noticed before
anything of that account lands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handoff.crm.protocol import Connector
from handoff.errors import TooManyErasedError
from handoff.landing.erasing import ErasureSummary, erase, finish_erasures, unfinished
from handoff.landing.erasing.erased import OBJECT
from handoff.landing.manifest import FILE_NAME, Manifest, read_manifest
from handoff.landing.reader import iter_manifests
from handoff.settings import Settings
from handoff.sync.gone import erased_ids, void_sweep
from handoff.sync.object_sync import sync_object
from handoff.sync.progress import ProgressCallback
from handoff.sync.run_plan import later_id
from handoff.sync.side_by_side import side_by_side
from handoff.sync.sources import SyncSource
from handoff.sync.summary import ObjectSummary
from handoff.sync.sweep_plan import is_due, plan_repair, plan_sweep
from handoff.warehouse.landed_ids import compare_ids
from handoff.warehouse.writer_lock import writer_lock

_HELD_MODES = ("full", "incremental", "repair")
_PATIENCE_SECONDS = 600.0


def carry_erasures_through(settings: Settings, source_id: str) -> None:
    """Finish the erasures that a killed run decided. Raises LandingError, WarehouseBusyError."""
    if unfinished(settings.landing_dir, source_id):
        with writer_lock(settings.home, wait_seconds=_PATIENCE_SECONDS):
            finish_erasures(settings.landing_dir, source_id)


@dataclass
class Sweeping:
    """The sweeps of one sync of one source.

    is_forced: sweep what is not due, too. accepts_erasures: erase however many are gone.
    """

    settings: Settings
    source: SyncSource
    connector: Connector
    run_id: str
    progress: ProgressCallback
    is_forced: bool = False
    accepts_erasures: bool = False
    done: list[ObjectSummary] = field(default_factory=list)
    erased: ErasureSummary | None = None

    def sweep(self, objects: Sequence[str]) -> None:
        """Sweep the objects that are due, and erase what is gone.

        Raises TooManyErasedError before anything is erased, CrmError, LandingError.
        """
        due = [one for one in objects if self.connector.can_sweep(one) and self._is_due(one)]
        at_a_time = self.source.rules.requests_at_a_time
        swept = side_by_side(due, self._sweep_object, at_a_time, self.connector.interrupt)
        self.done += [summary for summary, _ in swept if summary.state == "complete"]
        gone = {name: ids for name, (_, ids) in zip(due, swept, strict=True) if ids}
        if gone:
            self._erase(gone)

    def repair(self) -> None:
        """Read the records that sweeps listed and no read has landed, or that no list has."""
        for swept in list(self.done):
            name, source_id = swept.object, self.source.source_id
            runs = self._runs(name)
            sweep = next(run for run in runs if run.run_id == swept.run_id)
            with compare_ids(self._landing_dir, self.source.crm, name, _held(runs), sweep) as ids:
                missed = ids.missed()
                if name in self.connector.unlisted_when_archived:
                    # Who was erased is not held any more: these are in the recycle bin.
                    missed += [one.id for one in ids.vanished() if not one.is_archived]
            plan = plan_repair(
                self._landing_dir, source_id, name, self.connector, self.run_id, runs, missed
            )
            if plan is not None:
                self.done.append(
                    sync_object(self._landing_dir, self.connector, plan, self.progress)
                )

    @property
    def _landing_dir(self) -> Path:
        return self.settings.landing_dir

    def _runs(self, name: str) -> list[Manifest]:
        return list(iter_manifests(self._landing_dir, self.source.source_id, name))

    def _is_due(self, name: str) -> bool:
        return self.is_forced or is_due(self._runs(name), self.source.sweep_every_hours)

    def _sweep_object(self, name: str) -> tuple[ObjectSummary, set[str]]:
        """Sweep one object, beside others; what was done, and the ids that are gone."""
        landing_dir, runs = self._landing_dir, self._runs(name)
        plan = plan_sweep(
            landing_dir, self.source.source_id, name, self.connector, self.run_id, runs
        )
        summary = sync_object(landing_dir, self.connector, plan, self.progress)
        if summary.state != "complete":
            return summary, set()
        sweep = read_manifest(plan.manifest.folder(landing_dir) / FILE_NAME)
        try:
            with compare_ids(landing_dir, self.source.crm, name, _held(runs), sweep) as ids:
                found = erased_ids(ids, self.connector, sweep, accepts_many=self.accepts_erasures)
        except TooManyErasedError:
            void_sweep(landing_dir, sweep)
            raise
        return summary, found

    def _erase(self, gone: dict[str, set[str]]) -> None:
        source_id, crm = self.source.source_id, self.source.crm
        # A build that is loading these very files ends first.
        with writer_lock(self.settings.home, wait_seconds=_PATIENCE_SECONDS):
            run_id = later_id(self.run_id, self._runs(OBJECT))
            self.erased = erase(self._landing_dir, source_id, crm, gone, run_id, "sweep")


def _held(runs: Sequence[Manifest]) -> list[Manifest]:
    return [run for run in runs if run.mode in _HELD_MODES]
