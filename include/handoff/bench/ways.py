"""What is measured: plain loops, and syncs of the same records, each into an empty folder.

A way takes the server's address, the number of records, the folder and the requests at a time. It
gives the number of records, and the seconds where not all that it does is measured.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from handoff.bench.made_jobs import NAMES, made_fields
from handoff.bench.made_pages import made_objects
from handoff.bench.plain_loops import batch_loop, job_loop, list_loop
from handoff.clock import new_run_id
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.protocol import Connector
from handoff.crm.salesforce.connector import SalesforceConnector
from handoff.crm.source_rules import SourceRules
from handoff.dbt_runner import run_dbt
from handoff.landing.manifest import Manifest, instant_text
from handoff.landing.writer import LandingWriter
from handoff.settings import PROJECT_ROOT, CrmConnection, Settings
from handoff.sync import SyncSource, sync_source
from handoff.warehouse import load_landing

# A source of the shipped playbook, since staging knows no others.
_SOURCE = "hubspot"
# Searches are not slowed down: it is the work that is measured, not the vendor's limit.
_EXTRA = {"searches_per_second": 1_000_000}

Result = tuple[int, float | None]


def plain_list(host: str, records: int, folder: Path, _: int) -> Result:
    """All pages of all lists, one after the other."""
    return list_loop(host, records, folder), None


def plain_batch(host: str, records: int, folder: Path, _: int) -> Result:
    """All searches and batches, one after the other."""
    return batch_loop(host, records, folder), None


def plain_job(host: str, _records: int, folder: Path, _: int) -> Result:
    """All results of jobs, one after the other."""
    return job_loop(host, folder), None


def sync_list(host: str, records: int, folder: Path, at_a_time: int) -> Result:
    """A first sync of HubSpot."""
    return _sync(_hubspot(host, at_a_time), list(made_objects(records)), folder, at_a_time), None


def sync_batch(host: str, records: int, folder: Path, at_a_time: int) -> Result:
    """A sync of HubSpot after a first one, a long time ago, that found nothing."""
    connector, objects = _hubspot(host, at_a_time), list(made_objects(records))
    for name in objects:
        _land_nothing(folder, name, connector)
    return _sync(connector, objects, folder, at_a_time), None


def sync_job(host: str, _: int, folder: Path, at_a_time: int) -> Result:
    """A first sync of Salesforce."""
    account = CrmConnection(_SOURCE, host, "bench-token")
    rules = SourceRules(requests_at_a_time=at_a_time)
    tracked = {name: made_fields(name) for name in NAMES}
    connector = SalesforceConnector(account, _SOURCE, tracked, rules=rules)
    return _sync(connector, NAMES, folder, at_a_time), None


def stage(host: str, records: int, folder: Path, at_a_time: int) -> Result:
    """What a first sync of HubSpot has landed into the tables of staging."""
    sync_list(host, records, folder, at_a_time)
    playbook = PROJECT_ROOT / "include" / "playbook"
    settings = Settings(home=folder, playbook_dir=playbook, as_of=None)
    started = time.monotonic()
    load_landing(settings, new_run_id())
    models = "path:models/staging/hubspot"
    run_dbt(["run", "--select", models, "--vars", '{"crms": ["hubspot"]}'], settings)
    return records, time.monotonic() - started


def _hubspot(host: str, at_a_time: int) -> HubSpotConnector:
    account = CrmConnection(_SOURCE, host, "bench-token", _EXTRA)
    return HubSpotConnector(account, _SOURCE, rules=SourceRules(requests_at_a_time=at_a_time))


def _sync(connector: Connector, objects: Sequence[str], folder: Path, at_a_time: int) -> int:
    settings = Settings(home=folder, playbook_dir=folder, as_of=None)
    rules = SourceRules(requests_at_a_time=at_a_time)
    # Lists of ids would be requests that the plain loop does not make.
    source = SyncSource(_SOURCE, connector.crm, _SOURCE, rules=rules, sweep_every_hours=1_000_000)
    try:
        done = sync_source(source, settings=settings, connector=connector, objects=objects)
        return done.rows
    finally:
        connector.close()


def _land_nothing(home: Path, name: str, connector: Connector) -> None:
    long_ago = instant_text(datetime(2020, 1, 1, tzinfo=UTC))
    manifest = Manifest(
        source_id=_SOURCE,
        crm=connector.crm,
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
