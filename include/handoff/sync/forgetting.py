"""Forget a person: find the records, then take them out of landing.

The warehouse and the published files follow with the next build, which whoever calls this runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from handoff.crm.registry import erasure_rules, raw_tables
from handoff.errors import LandingError, SettingsError
from handoff.landing.erasing import Erased, ErasureSummary, erase, find_records, plan_erasure
from handoff.landing.erasing.erase import record_runs
from handoff.landing.erasing.erased import OBJECT
from handoff.landing.erasing.part_lines import Words, records_with
from handoff.landing.erasing.scrub import record_id
from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests
from handoff.landing.source_lock import source_lock
from handoff.settings import Settings
from handoff.sync.run_plan import later_id
from handoff.warehouse.writer_lock import writer_lock

_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True)
class ForgetPlan:
    """What will go of one source. ids: what was found; erased: all that goes with it."""

    source_id: str
    crm: str
    ids: dict[str, set[str]]
    addresses: tuple[str, ...]
    erased: Erased


def find_person(
    settings: Settings,
    *,
    address: str | None = None,
    source_id: str | None = None,
    record: tuple[str, str] | None = None,
) -> list[ForgetPlan]:
    """Where an address, or a record (object and id), has landed. Reads, writes nothing.

    Raises LandingError when a part is damaged or the source has not landed, SettingsError for an
    object that the CRM has not.
    """
    landing_dir = settings.landing_dir
    plans = []
    for source, crm in _sources(landing_dir, source_id):
        runs = record_runs(landing_dir, source)
        if address is not None:
            ids = find_records(landing_dir, runs, erasure_rules(crm), address)
        else:
            ids = _landed(landing_dir, runs, crm, record) if record else {}
        if not ids:
            continue
        addresses = (address.strip().lower(),) if address else ()
        erased = plan_erasure(landing_dir, source, crm, ids, addresses)
        plans.append(ForgetPlan(source, crm, ids, addresses, erased))
    return plans


def forget(settings: Settings, plans: Iterable[ForgetPlan], run_id: str) -> list[ErasureSummary]:
    """Carry the plans out. Raises SourceBusyError, WarehouseBusyError, LandingError."""
    done = []
    landing_dir = settings.landing_dir
    for plan in plans:
        with (
            source_lock(landing_dir, plan.source_id),
            writer_lock(settings.home, wait_seconds=_PATIENCE_SECONDS),
        ):
            before = list(iter_manifests(landing_dir, plan.source_id, OBJECT))
            done.append(
                erase(
                    landing_dir,
                    plan.source_id,
                    plan.crm,
                    plan.ids,
                    later_id(run_id, before),
                    "forget",
                    plan.addresses,
                )
            )
    return done


def _landed(
    landing_dir: Path, runs: Sequence[Manifest], crm: str, record: tuple[str, str]
) -> dict[str, set[str]]:
    """The record by its object, if a read has landed it: a slip of the pen erases nobody."""
    object_, id_ = record
    known = raw_tables(crm).STREAMS
    if object_ not in known:
        raise SettingsError(
            f"There are no records of {object_!r}",
            fix=f"name one of: {', '.join(sorted(known))}",
        )
    rules = erasure_rules(crm)
    found = records_with(landing_dir, runs, {object_}, Words({id_}))
    has_landed = any(record_id(rules, stream, line) == id_ for stream, line in found)
    return {object_: {id_}} if has_landed else {}


def _sources(landing_dir: Path, source_id: str | None) -> list[tuple[str, str]]:
    """Sources that have landed, with their CRM."""
    found = {run.source_id: run.crm for run in iter_manifests(landing_dir, source_id)}
    if source_id is not None and not found:
        raise LandingError(
            f"Nothing of the source {source_id!r} has landed",
            source=source_id,
            fix=f"name a folder of {landing_dir}",
        )
    return sorted(found.items())
