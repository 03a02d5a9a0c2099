"""Reading ahead: order, errors and leaving early."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from handoff.sync.prefetch import read_ahead


def test_items_come_in_order_and_are_read_in_advance() -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in range(6):
            read.append(number)
            yield number

    with read_ahead(items(), lambda: None) as ahead:
        first = next(ahead)
        deadline = time.monotonic() + 5
        while len(read) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (first, len(read) >= 3) == (0, True)
        assert list(ahead) == [1, 2, 3, 4, 5]


def test_an_error_comes_out_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise LookupError("gone")

    interrupted: list[bool] = []
    got: list[int] = []
    with (
        pytest.raises(LookupError, match="gone"),
        read_ahead(items(), lambda: interrupted.append(True)) as ahead,
    ):
        got.extend(ahead)
    assert got == [1]
    assert interrupted == []


def test_leaving_early_stops_what_the_thread_waits_for() -> None:
    stop = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        stop.wait(30)
        yield 2

    started = time.monotonic()
    with read_ahead(items(), stop.set) as ahead:
        assert next(ahead) == 1
    assert stop.is_set()
    assert time.monotonic() - started < 20
    assert not any(thread.name == "read-ahead" for thread in threading.enumerate())
