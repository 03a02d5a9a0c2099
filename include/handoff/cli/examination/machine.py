"""The machine: Python, disk, the writer's lock, the clock."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from handoff import clock
from handoff.cli.examination.finding import Finding
from handoff.landing.reader import iter_manifests
from handoff.settings import Settings

LEAST_FREE_GIB = 1.0


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("python", "good", version)
    return Finding("python", "bad", version, "install Python 3.11, 3.12 or 3.13, then: make setup")


def disk(settings: Settings) -> Finding:
    there = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    if not there.is_dir():
        return Finding("disk", "bad", f"{there} is no folder", "set HANDOFF_HOME elsewhere")
    if not os.access(there, os.W_OK):
        return Finding("disk", "bad", f"{there} is not writable", "set HANDOFF_HOME elsewhere")
    free = shutil.disk_usage(there).free / 2**30
    needed = LEAST_FREE_GIB
    if settings.warehouse_path.exists():
        # A build writes into the warehouse, and publishing makes a second file beside it.
        needed += 2 * settings.warehouse_path.stat().st_size / 2**30
    text = f"{free:.1f} GiB free, {needed:.1f} GiB wanted"
    if free < needed:
        return Finding("disk", "bad", text, "free space, or set HANDOFF_HOME to a larger disk")
    return Finding("disk", "good", text)


def lock_holder(path: Path) -> str | None:
    """The process that holds a lock file, as it wrote itself down; None where nobody does."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        holder = file.read(32).decode(errors="replace").strip() or "unknown"
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return holder
    return None


def warehouse_lock(settings: Settings) -> Finding:
    holder = lock_holder(settings.home / "warehouse.lock")
    if holder is None:
        return Finding("lock", "good", "free")
    return Finding(
        "lock", "warning", f"a run (pid {holder}) is writing the warehouse", "wait for it"
    )


def clock_finding(settings: Settings) -> Finding:
    """Whether the clock can be right: nothing landed later than now."""
    if settings.as_of:
        return Finding(
            "clock",
            "warning",
            f"runs stand at HANDOFF_AS_OF={settings.as_of:%Y-%m-%dT%H:%M:%SZ}, not at now",
            "unset HANDOFF_AS_OF to read what is new",
        )
    now = clock.wall_now()
    landed = [manifest.landed_at for manifest in iter_manifests(settings.landing_dir)]
    newest = max(map(_instant, landed), default=None)
    if newest and newest > now:
        return Finding(
            "clock",
            "bad",
            f"the newest landing is of {newest:%Y-%m-%d %H:%M} UTC, later than now "
            f"({now:%Y-%m-%d %H:%M} UTC)",
            "set the machine's clock, or remove that landing if it was made with HANDOFF_AS_OF",
        )
    return Finding("clock", "good", f"{now:%Y-%m-%d %H:%M} UTC")


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
