"""One writer at a time: an OS lock on a file beside the database, with the holder's pid in it.

The lock file is its own file because opening and closing the database file by other means inside
the writer's process would drop DuckDB's lock on it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handoff.errors import WarehouseBusyError

_held: dict[Path, int] = {}


@contextmanager
def writer_lock(home: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the writer's lock of a home; nested use in one process is one lock.

    wait_seconds: how long to wait for another holder before giving up.
    Raises WarehouseBusyError with the holder's pid.
    """
    path = home / "warehouse.lock"
    if path in _held:
        _held[path] += 1
        try:
            yield
        finally:
            _held[path] -= 1
        return
    home.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, wait_seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        _held[path] = 1
        try:
            yield
        finally:
            del _held[path]
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
                raise WarehouseBusyError(
                    f"Another run (pid {holder or 'unknown'}) is writing the warehouse",
                    fix=f"wait for it to end, or look at it with: ps -p {holder or 'PID'}",
                ) from None
            time.sleep(0.2)
