"""How long the build takes, against DuckDB's plain read of the same files with typed columns."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handoff.clock import new_run_id
from handoff.crm.hubspot import raw_tables
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.dbt_runner import LAYERS, build_layer
from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests
from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import running_sandbox
from handoff.settings import PROJECT_ROOT, CrmConnection, Settings
from handoff.sync import playbook_sources, sync_source
from handoff.warehouse import load_landing, new_database


@dataclass(frozen=True)
class BuildRow:
    """One measured step. ratio: its time over the plain read's; peak_mb: of dbt or this process."""

    name: str
    seconds: float
    records: int
    peak_mb: float
    ratio: float


def bench_build(
    people: int = 100_000,
    activities: int = 1_000_000,
    *,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[BuildRow]:
    """Measure a full build of a made-up portal: [plain read, load, each layer, whole build].

    folder: keep the portal and what was synced there, and use them when they are there already.
    The layers run with the tests of their data, as in service.
    """
    with tempfile.TemporaryDirectory(prefix="bench-build-") as temporary:
        work = folder or Path(temporary)
        settings = Settings(
            home=work / f"home-{people}-{activities}",
            playbook_dir=PROJECT_ROOT / "include" / "playbook",
            as_of=None,
        )
        portal = work / f"portal-{people}-{activities}"
        if not settings.landing_dir.exists():
            _land(portal, settings, people, activities, tell)
        settings.warehouse_path.unlink(missing_ok=True)
        tell("plain read")
        plain = _plain_read(settings)
        rows = [plain]
        tell("load")
        started = time.monotonic()
        loaded = load_landing(settings, new_run_id(), full=True)
        rows.append(_row("load", started, loaded.new_rows, plain))
        for layer in LAYERS:
            tell(f"dbt {layer}")
            layer_started = time.monotonic()
            built = build_layer(layer, settings)
            rows.append(_row(f"dbt {layer}", layer_started, len(built.results), plain))
        rows.append(_row("whole build", started, loaded.new_rows, plain))
        return rows


def _land(
    portal: Path, settings: Settings, people: int, activities: int, tell: Callable[[str], None]
) -> None:
    if not (portal / "truth.json").exists():
        tell(f"making a portal of {people:,} people and {activities:,} activities")
        generate_portal(
            portal,
            people=people,
            activities_per_person=round(activities / people),
            with_scenarios=False,
        )
    tell("syncing it")
    with running_sandbox(portal, process=True) as sandbox:
        for source in playbook_sources(settings.playbook_dir):
            connector = HubSpotConnector(
                CrmConnection(source.connection_id, sandbox.base_url, sandbox.token),
                source.source_id,
                source.tracked,
            )
            try:
                sync_source(source, settings=settings, connector=connector)
            finally:
                connector.close()


def _plain_read(settings: Settings) -> BuildRow:
    """Every landing file of a shape into a table of its own, and nothing else."""
    files: dict[str, list[str]] = {}
    for manifest in iter_manifests(settings.landing_dir):
        for stream, paths in _files(manifest, settings.landing_dir).items():
            files.setdefault(stream, []).extend(paths)
    started = time.monotonic()
    records = 0
    with (
        tempfile.TemporaryDirectory(prefix="plain-read-", dir=settings.home) as inner,
        new_database(Path(inner) / "plain.duckdb") as connection,
    ):
        for stream, paths in files.items():
            columns = raw_tables.STREAMS.get(stream, raw_tables.ASSOCIATION)
            typed = ", ".join(f"'{name}': '{type_}'" for name, type_ in columns.items())
            row = connection.execute(
                f"create table {stream} as select * from read_json(?,"  # noqa: S608
                f" format = 'newline_delimited', columns = {{{typed}}})",
                [paths],
            ).fetchone()
            records += int(row[0]) if row else 0
    return BuildRow("plain read", time.monotonic() - started, records, _peak_mb(), 1.0)


def _files(manifest: Manifest, landing_dir: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in manifest.parts:
        path = manifest.folder(landing_dir) / part.file
        found.setdefault(part.stream, []).append(str(path))
    return found


def _row(name: str, started: float, records: int, plain: BuildRow) -> BuildRow:
    seconds = time.monotonic() - started
    return BuildRow(name, seconds, records, _peak_mb(), seconds / plain.seconds)


def _peak_mb() -> float:
    usages = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in usages) / 1024
