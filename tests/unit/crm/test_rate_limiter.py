"""The rate of an account: used, kept to, and shared by threads and processes of this machine."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

import pytest

from handoff.crm.http.limiter import Allowance, RateLimiter
from handoff.crm.http.shared_state import SharedState

LANE = ("calls",)


class Server:
    """Counts requests in a rolling window, as a CRM does, somewhere on their way."""

    def __init__(self, requests: int, seconds: float) -> None:
        self._requests, self._seconds = requests, seconds
        self._times: deque[float] = deque()
        self._turn = threading.Lock()
        self.passed, self.refused = 0, 0

    def ask(self, way: random.Random) -> None:
        time.sleep(way.uniform(0, 0.02))
        with self._turn:
            now = time.monotonic()
            while self._times and self._times[0] <= now - self._seconds:
                self._times.popleft()
            if len(self._times) >= self._requests:
                self.refused += 1
            else:
                self._times.append(now)
                self.passed += 1
        time.sleep(way.uniform(0, 0.02))


def use(limiter: RateLimiter, server: Server, seconds: float, threads: int = 4) -> float:
    """Ask as often as the limiter lets us; how long it took."""
    started = time.monotonic()
    stopped = threading.Event()

    def ask(seed: int) -> None:
        way = random.Random(seed)  # noqa: S311
        while time.monotonic() - started < seconds:
            with limiter.turn(LANE, stopped):
                server.ask(way)

    workers = [threading.Thread(target=ask, args=(seed,)) for seed in range(threads)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return time.monotonic() - started


def test_the_rate_is_used_and_never_exceeded_however_long_the_way() -> None:
    server = Server(30, 0.5)
    limiter = RateLimiter(SharedState(), {"calls": Allowance(30, 0.5)})
    took = use(limiter, server, 3.0)
    assert server.refused == 0
    assert server.passed > 0.6 * 30 * took / 0.5


def test_two_sources_of_one_account_share_its_rate(tmp_path: Path) -> None:
    server = Server(20, 0.5)
    path = tmp_path / "limits" / "account.json"
    limiters = [RateLimiter(SharedState(path), {"calls": Allowance(20, 0.5)}) for _ in range(2)]
    workers = [threading.Thread(target=use, args=(one, server, 1.5, 2)) for one in limiters]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert server.refused == 0
    assert server.passed > 20


PROCESS = """
import sys, threading, time
from pathlib import Path
from handoff.crm.http.limiter import Allowance, RateLimiter
from handoff.crm.http.shared_state import SharedState
limiter = RateLimiter(SharedState(Path(sys.argv[1])), {"calls": Allowance(10, 1.0)})
for _ in range(15):
    with limiter.turn(("calls",), threading.Event()):
        print(time.monotonic(), flush=True)
"""


def test_processes_share_the_rate(tmp_path: Path) -> None:
    path = str(tmp_path / "account.json")
    running = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", PROCESS, path], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    moments = sorted(
        float(line) for process in running for line in process.communicate()[0].split()
    )
    assert len(moments) == 30
    # Ten at a time: the eleventh after any request comes a second later, or more.
    assert min(b - a for a, b in zip(moments, moments[10:], strict=False)) > 0.95


def test_what_others_use_of_the_account_is_counted() -> None:
    limiter = RateLimiter(SharedState())
    limiter.learn("calls", Allowance(10, 0.4, remaining=0))
    started = time.monotonic()
    with limiter.turn(LANE, threading.Event()):
        assert time.monotonic() - started >= 0.35


def test_a_refusal_holds_back_all_who_share_the_rate(tmp_path: Path) -> None:
    first, second = (RateLimiter(SharedState(tmp_path / "account.json")) for _ in range(2))
    first.pause("calls", 0.4)
    started = time.monotonic()
    with second.turn(LANE, threading.Event()):
        assert time.monotonic() - started >= 0.35


def test_waiting_for_a_turn_ends_when_stopped() -> None:
    limiter = RateLimiter(SharedState(), {"calls": Allowance(1, 60.0)})
    stopped = threading.Event()
    with limiter.turn(LANE, stopped):
        pass
    threading.Timer(0.2, stopped.set).start()
    started = time.monotonic()
    with limiter.turn(LANE, stopped):
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"{",
        b"[]",
        b'{"calls": {"requests": 1}}',
        b'{"calls": {"requests": "many", "seconds": 1, "closed_until": 0, "times": []}}',
        b'{"calls": {"requests": 1, "seconds": 1e9, "closed_until": 1e12, "times": []}}',
    ],
)
def test_a_damaged_state_or_one_of_another_boot_stops_nothing(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "account.json"
    path.write_bytes(held)
    limiter = RateLimiter(SharedState(path), {"calls": Allowance(2, 0.1)})
    started = time.monotonic()
    for _ in range(3):
        with limiter.turn(LANE, threading.Event()):
            pass
    assert time.monotonic() - started < 5


def test_a_state_that_cannot_be_written_leaves_the_limits_of_this_process(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    limiter = RateLimiter(
        SharedState(tmp_path / "file" / "account.json"), {"calls": Allowance(1, 0.3)}
    )
    started = time.monotonic()
    for _ in range(2):
        with limiter.turn(LANE, threading.Event()):
            pass
    assert time.monotonic() - started >= 0.25
