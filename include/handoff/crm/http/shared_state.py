"""The requests of an account in its windows, kept in a file that all processes here share."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

_OLD_SECONDS = 86_400.0
# No pause lasts so long: such a moment is of a time before the machine was started anew.
_FURTHEST = 600.0


@dataclass
class Window:
    """One limit: `requests` in any `seconds` (0 is no limit), and the moments of the last ones.

    Moments are those of the machine's monotonic clock. closed_until: no request before it.
    """

    requests: int = 0
    seconds: float = 10.0
    closed_until: float = 0.0
    times: list[float] = field(default_factory=list)

    def drop_before(self, moment: float) -> None:
        self.times = [one for one in self.times if one > moment]

    def free_at(self) -> float:
        """The moment from which the next request may go."""
        if not self.requests or len(self.times) < self.requests:
            return self.closed_until
        return max(self.closed_until, sorted(self.times)[-self.requests] + self.seconds)

    def move(self, moment: float, later: float) -> None:
        """Count a request at a later moment than at first."""
        with suppress(ValueError):
            self.times.remove(moment)
        self.times.append(later)


class SharedState:
    """Windows by lane. path: the file they are in; None keeps them in this process."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._windows: dict[str, Window] = {}
        self._file: int | None = None
        if path is not None:
            # Without the file the limits still hold in this process.
            with suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                _remove_old(path.parent)
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def changed(self) -> Iterator[dict[str, Window]]:
        """The windows, alone with them; what is changed is kept. Raises nothing of its own."""
        with self._lock:
            if self._file is None:
                yield self._windows
                return
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                held = os.pread(self._file, 1_000_000, 0)
                self._windows = _windows(held, self._windows)
                yield self._windows
                kept = orjson.dumps({lane: vars(one) for lane, one in self._windows.items()})
                if kept != held:
                    with suppress(OSError):
                        os.pwrite(self._file, kept, 0)
                        os.ftruncate(self._file, len(kept))
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def _windows(held: bytes, known: dict[str, Window]) -> dict[str, Window]:
    """What a file holds; what this process knows where the file was cut or is of another boot."""
    try:
        found: dict[str, Any] = orjson.loads(held)
        windows = {lane: _window(**one) for lane, one in found.items()}
        moments = [at for one in windows.values() for at in (*one.times, one.closed_until)]
        return windows if max(moments, default=0.0) < time.monotonic() + _FURTHEST else known
    except (ValueError, TypeError, AttributeError):
        return known


def _window(requests: Any, seconds: Any, closed_until: Any, times: Any) -> Window:
    return Window(int(requests), float(seconds), float(closed_until), [float(one) for one in times])


def _remove_old(folder: Path) -> None:
    for path in folder.glob("*.json"):
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - _OLD_SECONDS:
                path.unlink()
