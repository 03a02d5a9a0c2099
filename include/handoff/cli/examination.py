"""What `handoff doctor` looks at: each finding with its state and the next thing to do."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from handoff import clock
from handoff.crm.protocol import ReadRequest
from handoff.crm.registry import connect
from handoff.errors import HandoffError
from handoff.landing.reader import iter_manifests
from handoff.playbook import load_playbook
from handoff.settings import Settings, connection
from handoff.sync import SyncSource, playbook_sources

State = Literal["good", "warning", "bad"]

LEAST_FREE_GIB = 1.0
SUPPORTED_MONTHS = 18  # HubSpot keeps a dated API version that long


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    state: State
    text: str
    fix: str | None = None


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the cheap and local first."""
    yield _python()
    yield Finding("home", "good", str(settings.home))
    yield _disk(settings)
    yield _lock(settings)
    yield _guarded("landing", lambda: _clock(settings))
    playbook = _guarded("playbook", lambda: _playbook(settings))
    yield playbook
    if playbook.state == "bad":
        return
    for source in playbook_sources(settings.playbook_dir):
        yield from _source(source)


def support_end(api_version: str) -> date | None:
    """The last day of a dated API version such as ``2026-09``; None for another spelling."""
    try:
        began = date.fromisoformat(f"{api_version}-01")
    except ValueError:
        return None
    years, month = divmod(began.month - 1 + SUPPORTED_MONTHS, 12)
    year = began.year + years
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("python", "good", version)
    return Finding("python", "bad", version, "install Python 3.11, 3.12 or 3.13, then: make setup")


def _disk(settings: Settings) -> Finding:
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


def _lock(settings: Settings) -> Finding:
    path = settings.home / "warehouse.lock"
    if not path.exists():
        return Finding("lock", "good", "free")
    with path.open("rb") as file:
        holder = file.read(32).decode(errors="replace").strip() or "unknown"
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return Finding(
                "lock", "warning", f"a run (pid {holder}) is writing the warehouse", "wait for it"
            )
    return Finding("lock", "good", "free")


def _clock(settings: Settings) -> Finding:
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


def _instant(value: datetime | str) -> datetime:
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _playbook(settings: Settings) -> Finding:
    playbook = load_playbook(settings.playbook_dir)
    return Finding("playbook", "good", f"{settings.playbook_dir}, version {playbook.version_key}")


def _source(source: SyncSource) -> Iterator[Finding]:
    """The connection, whether the token answers, and how long its API version is supported."""
    name = source.source_id
    found = _guarded(name, lambda: _connection(source))
    yield found
    if found.state == "bad":
        return
    connector = connect(source.crm, connection(source.connection_id), name, source.tracked)
    try:
        yield _version(name, connector.api_version)
        request = ReadRequest(object="owners", mode="full", until=clock.now())
        yield _guarded(name, lambda: _answers(name, next(connector.read(request, None)).rows))
        yield _guarded(name, lambda: _properties(source, connector.check))
    finally:
        connector.close()


def _connection(source: SyncSource) -> Finding:
    account = connection(source.connection_id)
    return Finding(source.source_id, "good", f"{account.conn_id} at {account.host or 'the vendor'}")


def _answers(name: str, rows: dict[str, list[dict[str, object]]]) -> Finding:
    return Finding(name, "good", f"the token answers: {sum(map(len, rows.values()))} owners")


def _properties(source: SyncSource, check: Callable[..., None]) -> Finding:
    check(tuple(source.tracked), source.named_in)
    count = sum(map(len, source.tracked.values()))
    return Finding(source.source_id, "good", f"all {count} properties of the playbook exist")


def _version(name: str, api_version: str) -> Finding:
    end = support_end(api_version)
    if end is None:
        return Finding(name, "warning", f"API version {api_version} has no date of its end")
    text = f"API version {api_version} is supported until {end:%Y-%m-%d}"
    days = (end - clock.wall_now().date()).days
    if days < 0:
        return Finding(name, "bad", text, 'raise "api_version" in the connection\'s extra')
    if days < 90:
        return Finding(name, "warning", text, 'raise "api_version" in the connection\'s extra soon')
    return Finding(name, "good", text)


def _guarded(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except HandoffError as error:
        return Finding(name, "bad", error.message, error.fix)
