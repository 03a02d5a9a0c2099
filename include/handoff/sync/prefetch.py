"""Read ahead in a thread, so that the CRM answers while the last answer is being written."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")

_READ_AHEAD = 4
_PATIENCE_SECONDS = 0.2
_FAREWELL_SECONDS = 5.0


@contextmanager
def read_ahead(items: Iterator[Item], interrupt: Callable[[], None]) -> Iterator[Iterator[Item]]:
    """Give the items of an iterator that runs in a thread of its own, a few in advance.

    Its exceptions come out here, in place. interrupt: called when the items are left before their
    end, to stop what the thread waits for.
    """
    ready: queue.Queue[tuple[str, Item | BaseException | None]] = queue.Queue(_READ_AHEAD)
    left = threading.Event()

    def put(kind: str, item: Item | BaseException | None) -> None:
        while not left.is_set():
            try:
                ready.put((kind, item), timeout=_PATIENCE_SECONDS)
                return
            except queue.Full:
                continue

    def read() -> None:
        try:
            for item in items:
                put("item", item)
                if left.is_set():
                    return
            put("end", None)
        except BaseException as error:  # handed over, whatever it is
            put("error", error)

    def handed_over() -> Iterator[Item]:
        while True:
            kind, item = ready.get()
            if kind == "item":
                yield item  # type: ignore[misc]
                continue
            left.set()
            if isinstance(item, BaseException):
                raise item
            return

    # A daemon, so that a request that hangs never keeps a stopped process alive.
    thread = threading.Thread(target=read, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield handed_over()
    finally:
        if not left.is_set():
            left.set()
            interrupt()
        thread.join(_FAREWELL_SECONDS)
