"""Sync sources: one lock, one check, then several objects at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from handoff import clock
from handoff.crm.protocol import Connector
from handoff.crm.registry import connect
from handoff.errors import HandoffError, SettingsError, SyncInterruptedError
from handoff.landing.housekeeping import sweep
from handoff.landing.source_lock import source_lock
from handoff.settings import Settings, connection, get_settings
from handoff.sync.drift import drift_notes, known_before
from handoff.sync.object_sync import sync_object
from handoff.sync.progress import ProgressCallback, SyncProgress, silent
from handoff.sync.run_plan import plan_run
from handoff.sync.side_by_side import side_by_side
from handoff.sync.sources import SyncSource, named_sources
from handoff.sync.summary import ObjectSummary, SourceSummary, SyncSummary
from handoff.sync.sweeping import Sweeping, carry_erasures_through

_CLOCK_TOLERANCE = timedelta(minutes=5)


def sync_all(
    settings: Settings | None = None,
    *,
    run_id: str | None = None,
    full: bool = False,
    sources: Sequence[str] = (),
    objects: Sequence[str] | None = None,
    is_sweep_forced: bool = False,
    accepts_erasures: bool = False,
    progress: ProgressCallback = silent,
) -> SyncSummary:
    """Sync the playbook's sources, or those that are named.

    A source that fails does not keep the others from being read; its error is raised at the end.
    Raises SettingsError for a source that the playbook has not.
    """
    settings = settings or get_settings()
    wanted = named_sources(settings.playbook_dir, sources)
    done: list[SourceSummary] = []
    errors: list[HandoffError] = []
    for source in wanted:
        try:
            done.append(
                sync_source(
                    source,
                    settings=settings,
                    run_id=run_id,
                    full=full,
                    objects=objects,
                    is_sweep_forced=is_sweep_forced,
                    accepts_erasures=accepts_erasures,
                    progress=progress,
                )
            )
        except SyncInterruptedError:
            raise
        except HandoffError as error:
            errors.append(error)
    if errors:
        first, *others = errors
        if others:
            told = "; ".join(f"{other.source}: {other.message}" for other in others)
            first.message = f"{first.message}; other sources failed too: {told}"
        raise first
    return SyncSummary(tuple(done))


def sync_source(
    source: SyncSource,
    *,
    settings: Settings | None = None,
    run_id: str | None = None,
    full: bool = False,
    objects: Sequence[str] | None = None,
    is_sweep_forced: bool = False,
    accepts_erasures: bool = False,
    progress: ProgressCallback = silent,
    connector: Connector | None = None,
) -> SourceSummary:
    """Read one source into landing: what changed since the last sync, or all with full.

    objects: only these. is_sweep_forced: list all ids though the last list is not old.
    accepts_erasures: erase however many records are gone. connector: another one than the source's
    connection gives.
    Raises CrmError, LandingError, SourceBusyError, SyncInterruptedError; in each case what was
    committed stays, and the next sync goes on from there.
    """
    settings = settings or get_settings()
    _refuse_the_future(source)
    landing_dir = settings.landing_dir
    given = connector
    if connector is None:
        account = connection(source.connection_id)
        connector = connect(source.crm, account, source.source_id, source.tracked, source.rules)
    wanted = _wanted(connector, source, objects)
    done: set[str] = set()
    started = time.monotonic()
    progress = _one_at_a_time(progress)
    try:
        with source_lock(landing_dir, source.source_id):
            carry_erasures_through(settings, source.source_id)
            known = known_before(landing_dir, source.source_id, source.tracked)
            connector.check(wanted, source.named_in, known)
            run_id = chosen_id = run_id or clock.new_run_id()
            sweeping = Sweeping(
                settings,
                source,
                connector,
                run_id,
                progress,
                is_forced=is_sweep_forced,
                accepts_erasures=accepts_erasures,
            )
            sweeping.sweep(wanted)

            def read(name: str) -> ObjectSummary:
                sweep(landing_dir, source.source_id, name)
                plan = plan_run(
                    landing_dir, source.source_id, name, connector, chosen_id, full=full
                )
                summary = sync_object(landing_dir, connector, plan, progress)
                done.add(name)
                return summary

            at_a_time = source.rules.requests_at_a_time
            summaries = side_by_side(wanted, read, at_a_time, connector.interrupt)
            sweeping.repair()
    except KeyboardInterrupt:
        raise SyncInterruptedError(
            "The sync was stopped; what was committed stays",
            source=source.source_id,
            object=next((name for name in wanted if name not in done), None),
            run_id=run_id,
            fix=f"go on where it stopped with: handoff sync --source {source.source_id}",
        ) from None
    finally:
        if given is None:
            connector.close()
    return SourceSummary(
        source.source_id,
        tuple(summaries),
        time.monotonic() - started,
        sweeps=tuple(sweeping.done),
        erased=sweeping.erased,
        notes=drift_notes(landing_dir, source.source_id, source.crm, source.tracked, chosen_id),
    )


def _refuse_the_future(source: SyncSource) -> None:
    """What is landed stands for its instant: no build as of today would see what the future has."""
    as_of = clock.now()
    if as_of > clock.wall_now() + _CLOCK_TOLERANCE:
        raise SettingsError(
            f"HANDOFF_AS_OF is {as_of:%Y-%m-%d %H:%M} UTC, which has not come yet, so nothing can "
            "be read as of it",
            source=source.source_id,
            fix="unset HANDOFF_AS_OF, then: handoff sync",
        )


def _one_at_a_time(progress: ProgressCallback) -> ProgressCallback:
    """Objects are read side by side, and who listens need not know."""
    turn = threading.Lock()

    def told(news: SyncProgress) -> None:
        with turn:
            progress(news)

    return told


def _wanted(
    connector: Connector, source: SyncSource, objects: Sequence[str] | None
) -> Sequence[str]:
    for name in objects or ():
        if name not in connector.objects:
            raise SettingsError(
                f"{source.crm} has no object {name!r}",
                source=source.source_id,
                fix=f"name one of: {', '.join(connector.objects)}",
            )
    return [name for name in connector.objects if objects is None or name in objects]
