"""How fast a sync is, against a plain loop over the same pages that keeps them on disk.

Each way runs in a process of its own, so that its memory is told apart; the server of the pages
runs in another.
"""

from __future__ import annotations

import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from handoff.bench import ways
from handoff.settings import child_environment

AT_A_TIME = (1, 2, 4, 8)
TEN_SECONDLY = 190
_LATENCY_MS = 50

Way = Callable[[str, int, Path, int], ways.Result]
# Each kind of read: its plain loop and its sync.
KINDS: dict[str, tuple[Way, Way]] = {
    "HubSpot list": (ways.plain_list, ways.sync_list),
    "HubSpot batch": (ways.plain_batch, ways.sync_batch),
    "Salesforce bulk": (ways.plain_job, ways.sync_job),
}


@dataclass(frozen=True)
class BenchRow:
    """One measured way. ratio: its time over the plain loop's. peak_mb: of its own process."""

    name: str
    seconds: float
    records: int
    requests: int
    disk_mb: float
    peak_mb: float
    ratio: float = 1.0

    @property
    def records_per_second(self) -> float:
        return self.records / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class RateRow:
    """A sync that an account slows down. share: of what it allowed in whole ten seconds, used."""

    requests: int
    refused: int
    seconds: float
    share: float


def bench_sync(
    records: int = 200_000,
    *,
    at_a_time: tuple[int, ...] = AT_A_TIME,
    stages: bool = True,
    tell: Callable[[str], None] = lambda _: None,
) -> list[BenchRow]:
    """Measure each kind of read: plain loop, then the sync with 1, 2, 4 and 8 requests at a time.

    Then a full sync of half the records, to compare its memory, and where `stages` the way of all
    of them from landing into the tables of staging.
    """
    rows: list[BenchRow] = []
    with page_server(records) as server:
        for kind, (plain, sync) in KINDS.items():
            tell(f"{kind}: plain loop over {records:,} records")
            base = _measure(f"{kind}, plain loop", server, plain, records, 1)
            rows.append(base)
            for number in at_a_time:
                tell(f"{kind}: sync with {number} at a time")
                row = _measure(f"{kind}, {number} at a time", server, sync, records, number)
                rows.append(replace(row, ratio=row.seconds / base.seconds))
    tell(f"memory: sync of {records // 2:,} records")
    with page_server(records // 2) as server:
        name = "HubSpot list, 4 at a time, half"
        rows.append(_measure(name, server, ways.sync_list, records // 2, 4))
    if stages:
        tell(f"staging: {records:,} records from landing")
        with page_server(records) as server:
            rows.append(_measure("landing into staging", server, ways.stage, records, 4))
    return rows


def bench_rate(
    records: int = 40_000,
    ten_secondly: int = TEN_SECONDLY,
    at_a_time: int = 4,
    tell: Callable[[str], None] = lambda _: None,
) -> RateRow:
    """Measure a full sync of an account that allows so many requests in ten seconds."""
    tell(f"throttled: sync of {records:,} records, {ten_secondly} requests in ten seconds")
    with page_server(records, ten_secondly, _LATENCY_MS) as server:
        _in_child(ways.sync_list, server.host, records, at_a_time)
        passed, refused, seconds, in_whole_tens = server.told()
    allowed = int(seconds // 10) * ten_secondly
    return RateRow(passed, refused, seconds, in_whole_tens / allowed if allowed else 0.0)


@dataclass(frozen=True)
class _Server:
    host: str
    process: subprocess.Popen[str]

    def told(self) -> tuple[int, int, float, int]:
        """What the server tells of the time since it was last asked."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the page server has no pipes")
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        passed, refused, seconds, in_tens = self.process.stdout.readline().split()
        return int(passed), int(refused), float(seconds), int(in_tens)


@contextmanager
def page_server(records: int, *limits: int) -> Iterator[_Server]:
    given = [str(one) for one in (records, *limits)]
    with subprocess.Popen(  # noqa: S603 - our own module, arguments as a list
        [sys.executable, "-m", "handoff.bench.page_server", *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
    ) as process:
        if process.stdout is None:
            raise RuntimeError("the page server has no output")
        port = process.stdout.readline().strip()
        yield _Server(f"http://127.0.0.1:{port}", process)


def _measure(name: str, server: _Server, way: Way, records: int, at_a_time: int) -> BenchRow:
    seconds, count, disk_mb, peak_mb = _in_child(way, server.host, records, at_a_time)
    requests, *_ = server.told()
    return BenchRow(name, seconds, count, requests, disk_mb, peak_mb)


def _in_child(way: Way, host: str, records: int, at_a_time: int) -> tuple[float, int, float, float]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    child = spawn.Process(target=_run, args=(theirs, way, host, records, at_a_time))
    child.start()
    theirs.close()
    try:
        measured: tuple[float, int, float, float] = ours.recv()
        return measured
    finally:
        child.join()


def _run(answer: Any, way: Way, host: str, records: int, at_a_time: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as folder:
        started = time.monotonic()
        count, seconds = way(host, records, Path(folder), at_a_time)
        seconds = time.monotonic() - started if seconds is None else seconds
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((seconds, count, size / 1e6, peak))
