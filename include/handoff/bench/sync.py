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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handoff.bench.made_pages import MadeObject, made_objects
from handoff.bench.plain_loops import batch_loop, list_loop
from handoff.clock import new_run_id
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.source_rules import SourceRules
from handoff.dbt_runner import run_dbt
from handoff.landing.manifest import Manifest, instant_text
from handoff.landing.writer import LandingWriter
from handoff.settings import PROJECT_ROOT, CrmConnection, Settings, child_environment
from handoff.sync import SyncSource, sync_source
from handoff.warehouse import load_landing

AT_A_TIME = (1, 2, 4, 8)
TEN_SECONDLY = 190
_LATENCY_MS = 50
# A source of the shipped playbook, since staging knows no others.
_SOURCE = "hubspot"


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
    """Measure full syncs by list and syncs of changes by batch: plain loop, then 1, 2, 4 and 8.

    Then a full sync of half the records, to compare its memory, and where `stages` the way of all
    of them from landing into the tables of staging.
    """
    rows: list[BenchRow] = []
    with _page_server(records) as server:
        for kind, plain in (("list", _plain_list), ("batch", _plain_batch)):
            tell(f"{kind}: plain loop over {records:,} records")
            base = _measure(f"{kind}, plain loop", server, plain, records, 1)
            rows.append(base)
            for number in at_a_time:
                tell(f"{kind}: sync with {number} at a time")
                sync = _sync_list if kind == "list" else _sync_batch
                row = _measure(f"{kind}, sync, {number} at a time", server, sync, records, number)
                rows.append(replace(row, ratio=row.seconds / base.seconds))
    tell(f"memory: sync of {records // 2:,} records")
    with _page_server(records // 2) as server:
        rows.append(_measure("list, sync, half the records", server, _sync_list, records // 2, 4))
    if stages:
        tell(f"staging: {records:,} records from landing")
        with _page_server(records) as server:
            rows.append(_measure("landing into staging", server, _stage, records, 4))
    return rows


def bench_rate(
    records: int = 40_000,
    ten_secondly: int = TEN_SECONDLY,
    at_a_time: int = 4,
    tell: Callable[[str], None] = lambda _: None,
) -> RateRow:
    """Measure a full sync of an account that allows so many requests in ten seconds."""
    tell(f"throttled: sync of {records:,} records, {ten_secondly} requests in ten seconds")
    with _page_server(records, ten_secondly, _LATENCY_MS) as server:
        _in_child(_sync_list, server.host, records, at_a_time)
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
def _page_server(records: int, *limits: int) -> Iterator[_Server]:
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


# By the server's address, the objects, an empty folder and the requests at a time: the number of
# records, and the seconds where not all that is done is measured.
Way = Callable[[str, dict[str, MadeObject], Path, int], tuple[int, float | None]]


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
        count, seconds = way(host, made_objects(records), Path(folder), at_a_time)
        seconds = time.monotonic() - started if seconds is None else seconds
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((seconds, count, size / 1e6, peak))


def _plain_list(
    host: str, objects: dict[str, MadeObject], folder: Path, _: int
) -> tuple[int, None]:
    return list_loop(host, objects, folder), None


def _plain_batch(
    host: str, objects: dict[str, MadeObject], folder: Path, _: int
) -> tuple[int, None]:
    return batch_loop(host, objects, folder), None


def _sync_list(
    host: str, objects: dict[str, MadeObject], folder: Path, at_a_time: int
) -> tuple[int, None]:
    return _sync(host, objects, folder, at_a_time), None


def _sync_batch(
    host: str, objects: dict[str, MadeObject], folder: Path, at_a_time: int
) -> tuple[int, None]:
    """As after a first sync, a long time ago, that found nothing."""
    connector = _connector(host, at_a_time)
    for name in objects:
        _land_nothing(folder, name, connector)
    connector.close()
    return _sync(host, objects, folder, at_a_time), None


def _stage(
    host: str, objects: dict[str, MadeObject], folder: Path, at_a_time: int
) -> tuple[int, float]:
    records = _sync(host, objects, folder, at_a_time)
    playbook = PROJECT_ROOT / "include" / "playbook"
    settings = Settings(home=folder, playbook_dir=playbook, as_of=None)
    started = time.monotonic()
    load_landing(settings, new_run_id())
    models = "path:models/staging/hubspot"
    run_dbt(["run", "--select", models, "--vars", '{"crms": ["hubspot"]}'], settings)
    return records, time.monotonic() - started


def _sync(host: str, objects: dict[str, MadeObject], folder: Path, at_a_time: int) -> int:
    connector = _connector(host, at_a_time)
    settings = Settings(home=folder, playbook_dir=folder, as_of=None)
    rules = SourceRules(requests_at_a_time=at_a_time)
    # Lists of ids would be requests that the plain loop does not make.
    source = SyncSource(_SOURCE, "hubspot", _SOURCE, rules=rules, sweep_every_hours=1_000_000)
    try:
        done = sync_source(source, settings=settings, connector=connector, objects=list(objects))
        return done.rows
    finally:
        connector.close()


def _connector(host: str, at_a_time: int) -> HubSpotConnector:
    # Searches are not slowed down: it is the work that is measured, not the vendor's limit.
    extra = {"searches_per_second": 1_000_000}
    account = CrmConnection(_SOURCE, host, "bench-token", extra)
    return HubSpotConnector(account, _SOURCE, rules=SourceRules(requests_at_a_time=at_a_time))


def _land_nothing(home: Path, name: str, connector: HubSpotConnector) -> None:
    long_ago = instant_text(datetime(2020, 1, 1, tzinfo=UTC))
    manifest = Manifest(
        source_id=_SOURCE,
        crm="hubspot",
        object=name,
        run_id="20200101T000000Z-000000",
        mode="full",
        api_version=connector.api_version,
        started_at=long_ago,
        updated_at=long_ago,
        landed_at=long_ago,
        since=None,
        selection=connector.selection(name),
    )
    with LandingWriter(home / "landing", manifest) as writer:
        writer.complete(None, watermark=long_ago, crm_total=0)
