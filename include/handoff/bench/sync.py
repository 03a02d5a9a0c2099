"""How long a full sync takes, against a plain loop over the same pages that keeps them on disk."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import orjson

from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.hubspot.objects import (
    ASSOCIATIONS_BATCH_SIZE,
    OBJECTS,
    PAGE_SIZE,
    PAGE_SIZE_WITH_HISTORY,
)
from handoff.crm.hubspot.paths import DEFAULT_VERSION, build_path
from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.settings import CrmConnection, Settings
from handoff.sync import SyncSource, sync_source

RECORDS = tuple(one.name for one in OBJECTS.values() if one.reader == "records")


@dataclass(frozen=True)
class BenchRow:
    """One measured way. ratio: its time over the plain loop's. peak_mb: memory of this process."""

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


def bench_sync(
    people: int = 100_000,
    activities: int = 1_000_000,
    *,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[BenchRow]:
    """Measure a full sync of all CRM records of a made-up portal: [plain loop, sync].

    The server runs in a process of its own. folder: keep portal and files there, and use a portal
    that is there already. Both ways ask for the same lists of records and of links; the sync also
    counts them.
    """
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as temporary:
        work = folder or Path(temporary)
        portal = work / f"portal-{people}-{activities}"
        if not (portal / "truth.json").exists():
            tell(f"making a portal of {people:,} people and {activities:,} activities")
            generate_portal(
                portal,
                people=people,
                activities_per_person=round(activities / people),
                with_scenarios=False,
            )
        tell("starting the server")
        with running_sandbox(portal, process=True) as sandbox:
            tell("plain loop")
            plain = _measure("plain loop", sandbox, work / "plain", _plain_loop)
            tell("sync")
            synced = _measure("sync", sandbox, work / "home", _sync)
    return [plain, replace(synced, ratio=synced.seconds / plain.seconds)]


def _measure(
    name: str,
    sandbox: RunningSandbox,
    folder: Path,
    run: Callable[[RunningSandbox, Path], int],
) -> BenchRow:
    with tempfile.TemporaryDirectory(prefix="run-", dir=_made(folder)) as inner:
        sandbox.forget_requests()
        started = time.monotonic()
        records = run(sandbox, Path(inner))
        seconds = time.monotonic() - started
        size = sum(path.stat().st_size for path in Path(inner).rglob("*") if path.is_file())
        return BenchRow(
            name=name,
            seconds=seconds,
            records=records,
            requests=len(sandbox.requests),
            disk_mb=size / 1e6,
            peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )


def _sync(sandbox: RunningSandbox, home: Path) -> int:
    connector = HubSpotConnector(CrmConnection("bench", sandbox.base_url, sandbox.token), "bench")
    settings = Settings(home=home, playbook_dir=home, as_of=None)
    source = SyncSource("bench", "hubspot", "bench")
    try:
        return sync_source(source, settings=settings, connector=connector, objects=RECORDS).rows
    finally:
        connector.close()


def _plain_loop(sandbox: RunningSandbox, folder: Path) -> int:
    records = 0
    with httpx.Client(
        base_url=sandbox.base_url, headers={"Authorization": f"Bearer {sandbox.token}"}, timeout=60
    ) as client:
        for name in RECORDS:
            with (folder / f"{name}.json").open("wb") as file:
                for page in _pages(client, name):
                    file.write(page.content)
                    records += page.content.count(b'"updatedAt"')
    return records


def _pages(client: httpx.Client, name: str) -> Iterator[httpx.Response]:
    """Every list page of an object, live and archived, and the pages of its links."""
    spec = OBJECTS[name]
    history = ",".join(sorted(spec.history))
    params = {"properties": ",".join(sorted(spec.properties)), "limit": str(PAGE_SIZE)}
    if history:
        params |= {"propertiesWithHistory": history, "limit": str(PAGE_SIZE_WITH_HISTORY)}
    path = build_path(DEFAULT_VERSION, "list", type=name)
    for archived in ("false", "true"):
        after: dict[str, str] = {}
        ids: list[str] = []
        while True:
            answer = client.get(path, params={**params, **after, "archived": archived})
            yield answer
            body: dict[str, Any] = orjson.loads(answer.content)
            ids += [record["id"] for record in body["results"]]
            is_last = "paging" not in body
            if ids and (is_last or len(ids) >= ASSOCIATIONS_BATCH_SIZE):
                for to_type in spec.associations:
                    links = build_path(
                        DEFAULT_VERSION, "associations", from_type=name, to_type=to_type
                    )
                    yield client.post(links, json={"inputs": [{"id": id_} for id_ in ids]})
                ids = []
            if is_last:
                break
            after = {"after": body["paging"]["next"]["after"]}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
