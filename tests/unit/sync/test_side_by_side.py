"""Objects side by side: order, the first failure, and being stopped."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from handoff.errors import CrmError, SyncInterruptedError
from handoff.sync.side_by_side import side_by_side


def test_as_many_as_allowed_go_at_a_time_and_results_keep_their_order() -> None:
    meet = threading.Barrier(3, timeout=10)
    running, most = set[str](), list[int]()

    def read(name: str) -> str:
        running.add(name)
        most.append(len(running))
        meet.wait()
        running.discard(name)
        return name.upper()

    assert side_by_side(list("abcdef"), read, 3, lambda: None) == list("ABCDEF")
    assert max(most) <= 3


def test_the_first_failure_ends_the_others_and_is_the_one_that_is_told() -> None:
    stop = threading.Event()
    begun = []

    def read(name: str) -> str:
        begun.append(name)
        if name == "b":
            raise CrmError("broken", object="b")
        assert stop.wait(20)
        raise SyncInterruptedError("stopped", object=name)

    with pytest.raises(CrmError, match="broken"):
        side_by_side(list("abcdef"), read, 2, stop.set)
    assert set(begun) <= {"a", "b", "c"}


def test_an_interrupt_ends_what_is_under_way_and_begins_nothing() -> None:
    stop = threading.Event()
    begun, ended = [], []

    def read(name: str) -> None:
        begun.append(name)
        stop.wait(20)
        ended.append(name)
        raise SyncInterruptedError("stopped", object=name)

    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        side_by_side(list("abcdef"), read, 2, stop.set)
    assert time.monotonic() - started < 15
    assert sorted(begun) == sorted(ended) == ["a", "b"]
