"""Puts the portal together: metadata, hand-placed people, the crowd, and the truth beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import orjson

from handoff.sandbox.generator import metadata, property_metadata
from handoff.sandbox.generator.crowd import make_crowd
from handoff.sandbox.generator.portal_files import NdjsonFile, PortalFiles
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.salesforce.odd_cases import place_odd_cases
from handoff.sandbox.generator.salesforce.organization import write_organization
from handoff.sandbox.generator.salesforce.record_makers import SalesforceFiles
from handoff.sandbox.generator.salesforce.split_portal import SplitPortal
from handoff.sandbox.generator.scenarios import place_scenarios
from handoff.sandbox.generator.truth import Truth

_Portal = TypeVar("_Portal", bound=PortalInProgress)

DEMO_ENDS_AT = datetime(2026, 10, 5, 6, tzinfo=UTC)


def generate_portal(
    folder: Path,
    *,
    seed: int = 7,
    people: int = 2000,
    days: int = 90,
    ends_at: datetime = DEMO_ENDS_AT,
    activities_per_person: int | None = None,
    with_scenarios: bool = True,
    crms: Sequence[str] = ("hubspot",),
) -> Truth:
    """Writes a demo portal and returns what was planted in it.

    Below ``folder``: ``hubspot/<object>.ndjson.gz``, ``truth.json``, ``truth_handoffs.ndjson.gz``.
    The same arguments give the same bytes. ``people`` counts contacts, the hand-placed ones (which
    come whole or, with ``with_scenarios=False``, not at all) among them. Most arrive in the
    ``days`` before ``ends_at``, some earlier. ``activities_per_person`` fills the crowd up to that
    many. With ``salesforce`` among the ``crms``, the same crowd is sold to in Salesforce (files
    ``salesforce/<sObject>.ndjson.gz``), and other people are placed by hand.
    """
    ends_at = ends_at.astimezone(UTC)
    starts_at = ends_at - timedelta(days=days)
    truth = Truth(seed=seed, people=people, days=days, ends_at=ends_at)
    folder.mkdir(parents=True, exist_ok=True)
    handoff_file = NdjsonFile(folder / "truth_handoffs.ndjson.gz")
    try:
        with PortalFiles(folder) as files:
            if "salesforce" in crms:
                with SalesforceFiles(folder) as sales_files:
                    split = SplitPortal(files, sales_files, handoff_file, truth, starts_at)
                    write_organization(split)
                    _fill(split, place_odd_cases if with_scenarios else None, activities_per_person)
                    split.close()
                    truth.salesforce_records = sales_files.rows
            else:
                portal = PortalInProgress(files, handoff_file, truth, starts_at)
                _fill(portal, place_scenarios if with_scenarios else None, activities_per_person)
            truth.records = files.rows
    finally:
        handoff_file.close()
    text = orjson.dumps(truth.as_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    (folder / "truth.json").write_bytes(text)
    return truth


def _fill(
    portal: _Portal, place: Callable[[_Portal], None] | None, activities_per_person: int | None
) -> None:
    _write_metadata(portal)
    if place is not None:
        place(portal)
    people = portal.truth.people - portal.files.rows["contacts"]
    make_crowd(portal, people, activities_per_person)


def _write_metadata(portal: PortalInProgress) -> None:
    started_at = portal.starts_at - timedelta(days=390)
    for record in metadata.owner_records(started_at):
        portal.write("owners", record)
    for record in metadata.form_records(started_at):
        portal.write("forms", record)
    for record in metadata.campaign_records(started_at):
        portal.write("campaigns", record)
    for record in metadata.pipeline_records(started_at):
        portal.write("pipelines", record)
    for record in property_metadata.property_records():
        portal.write("properties", record)
