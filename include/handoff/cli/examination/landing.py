"""What a source has landed: how old it is, what stopped midway, who is reading now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from handoff import clock
from handoff.cli.examination.finding import Finding
from handoff.cli.examination.machine import lock_holder
from handoff.errors import HandoffError
from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests
from handoff.settings import Settings

STALE_AFTER = timedelta(hours=24)


def source_lock_finding(settings: Settings, source_id: str) -> Iterator[Finding]:
    """A sync that is under way; nothing where none is."""
    holder = lock_holder(settings.landing_dir / source_id / ".sync.lock")
    if holder is not None:
        yield Finding(source_id, "warning", f"a sync (pid {holder}) is reading it", "wait for it")


def examine_landing(settings: Settings, source_id: str) -> Iterator[Finding]:
    """How old the newest landing is, and which objects were left midway."""
    fix = f"handoff sync --source {source_id}"
    try:
        newest = _newest_by_object(settings, source_id)
    except HandoffError as error:
        yield Finding(source_id, "bad", error.message, error.fix)
        return
    if not newest:
        yield Finding(source_id, "warning", "nothing has landed yet", fix)
        return
    # A sweep reads ids alone, so it makes no record newer.
    landed = [_landed_at(one) for one in newest.values() if one.mode != "sweep"]
    oldest = min(landed, default=clock.now())
    age = clock.now() - oldest
    text = f"landed {_age(age)} ago ({len(newest)} objects)"
    yield Finding(source_id, *(("warning", text, fix) if age > STALE_AFTER else ("good", text)))
    midway = sorted(name for name, one in newest.items() if one.status != "complete")
    if midway:
        yield Finding(
            source_id, "warning", f"the last read of {', '.join(midway)} stopped midway", fix
        )


def _newest_by_object(settings: Settings, source_id: str) -> dict[str, Manifest]:
    return {one.object: one for one in iter_manifests(settings.landing_dir, source_id)}


def _landed_at(manifest: Manifest) -> datetime:
    return datetime.fromisoformat(manifest.landed_at)


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2 * 1440 else f"{minutes // 1440} days"
