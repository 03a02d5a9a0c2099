"""Connections that keep to a deadline and can be given up from another thread.

A time-out of a read starts anew with each byte, so a server that drips could hold a request for
ever: headers or body, both are read here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

# How soon a stop is seen by a thread that waits for the server.
_SLICE_SECONDS = 0.25
# A page of records in few reads: after each of them other threads take their turn.
_READ_BYTES = 512 * 1024


class Deadlines:
    """When the request of each thread has to be over."""

    def __init__(self, stopped: threading.Event) -> None:
        self.stopped = stopped
        self._of_thread = threading.local()

    @contextmanager
    def until(self, instant: float) -> Iterator[None]:
        """Within the block, reads of this thread end at an instant of ``time.monotonic``."""
        self._of_thread.instant = instant
        try:
            yield
        finally:
            self._of_thread.instant = None

    def seconds_left(self, timeout: float | None) -> float:
        """What a read may take now. Raises httpcore.ReadTimeout when that is nothing."""
        instant = getattr(self._of_thread, "instant", None)
        left = 60.0 if timeout is None else timeout
        if instant is not None:
            left = min(left, instant - time.monotonic())
        if left <= 0 or self.stopped.is_set():
            raise httpcore.ReadTimeout("no time is left")
        return left


class DeadlineTransport(httpx.HTTPTransport):
    """Keeps connections alive, as httpx's own transport does, below the deadlines."""

    def __init__(self, deadlines: Deadlines, *, is_encrypted: bool, connections: int) -> None:
        super().__init__(verify=is_encrypted)
        self._pool = httpcore.ConnectionPool(
            # Loading certificates takes long, and a server on this machine has none.
            ssl_context=httpx.create_ssl_context() if is_encrypted else None,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30.0,
            network_backend=_Backend(deadlines),
        )


class _Backend(httpcore.SyncBackend):
    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines

    def connect_tcp(self, *args: Any, **given: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(*args, **given), self._deadlines)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadlines: Deadlines) -> None:
        self._inner = inner
        self._deadlines = deadlines

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        ends_at = time.monotonic() + (60.0 if timeout is None else timeout)
        while True:
            left = self._deadlines.seconds_left(ends_at - time.monotonic())
            try:
                return self._inner.read(max(max_bytes, _READ_BYTES), min(left, _SLICE_SECONDS))
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **given: Any) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(*args, **given), self._deadlines)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
