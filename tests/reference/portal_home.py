"""Portals written as the CRMs' records would have landed, with the playbook that says the rules."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import salesforce_lines
from random_histories import MARKETER, SALES, SOURCES
from records import (
    SALESFORCE,
    Change,
    ContactRecord,
    DealRecord,
    Portal,
    Rules,
    SourceRules,
    id_text,
)
from ruamel.yaml import YAML

from handoff.landing.manifest import Manifest
from handoff.landing.writer import LandingWriter
from handoff.settings import PROJECT_ROOT, Settings

RUN_ID = "20261005T060000Z-000001"
_TEAMS = {SALES: "SDR Europe", MARKETER: "Marketing"}


def write_portal(settings: Settings, portal: Portal, rules: Rules) -> None:
    """Landing files of CRMs that were read once, at `as_of`, and their playbook."""
    write_playbook(settings.playbook_dir, rules)
    for source in SOURCES:
        contacts = [one for one in portal.contacts if one.source_id == source]
        deals = [one for one in portal.deals if one.source_id == source]
        if source == SALESFORCE:
            for name, lines in salesforce_lines.lines_of(contacts, deals).items():
                land(settings, source, name, {name: lines}, rules)
            continue
        land(settings, source, "contacts", {"contacts": map(contact_record, contacts)}, rules)
        deal_streams = {
            "deals": map(deal_record, deals),
            "deals_to_contacts": map(association_record, deals),
        }
        land(settings, source, "deals", deal_streams, rules)
        land(settings, source, "owners", {"owners": map(owner_record, _TEAMS)}, rules)


def land(
    settings: Settings,
    source_id: str,
    name: str,
    streams: dict[str, Iterable[dict[str, Any]]],
    rules: Rules,
) -> None:
    """One complete run of one object."""
    at = instant(rules.as_of)
    manifest = Manifest(
        source_id=source_id,
        crm="salesforce" if source_id == SALESFORCE else "hubspot",
        object=name,
        run_id=RUN_ID,
        mode="full",
        started_at=at,
        updated_at=at,
        landed_at=at,
    )
    with LandingWriter(settings.landing_dir, manifest) as writer:
        for stream, records in streams.items():
            writer.write(stream, list(records))
        writer.complete(None, watermark=at, crm_total=None)


def contact_record(contact: ContactRecord) -> dict[str, Any]:
    """A contact as HubSpot's API gives it."""
    properties: dict[str, str | None] = {
        name: entries[-1].value for name, entries in contact.values.items() if entries
    }
    properties["email"] = contact.email
    for name, record_id in contact.named:
        # The integration writes ids of 18 characters, people paste those of 15.
        text = id_text(SALESFORCE, name, record_id)
        properties[f"salesforce{name.removesuffix('s')}id"] = text[: 15 + 3 * (record_id % 2)]
    if contact.merged_ids:
        properties["hs_merged_object_ids"] = ";".join(map(str, contact.merged_ids))
    return {
        "id": str(contact.record_id),
        "properties": properties,
        "propertiesWithHistory": {
            name: [entry(change) for change in reversed(entries)]
            for name, entries in contact.values.items()
        },
        "createdAt": instant(contact.created_at),
        "updatedAt": "2026-10-01T00:00:00Z",
        "archived": contact.archived_at is not None,
        "archivedAt": contact.archived_at and instant(contact.archived_at),
    }


def deal_record(deal: DealRecord) -> dict[str, Any]:
    """A deal as HubSpot's API gives it."""
    properties = {
        "pipeline": deal.pipeline,
        "dealstage": deal.stages[-1].value,
        "createdate": instant(deal.created_at),
        "amount": "1000",
    }
    if deal.named is not None:
        properties["hs_salesforceopportunityid"] = id_text(SALESFORCE, "deals", deal.named)
    return {
        "id": str(deal.record_id),
        "properties": properties,
        "propertiesWithHistory": {"dealstage": [entry(one) for one in reversed(deal.stages)]},
        "createdAt": instant(deal.created_at),
        "updatedAt": "2026-10-01T00:00:00Z",
        "archived": False,
    }


def association_record(deal: DealRecord) -> dict[str, Any]:
    """All contacts of a deal: one line a deal, empty when there are none."""
    plain = {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}
    primary = {"category": "USER_DEFINED", "typeId": 27, "label": "Primary contact"}
    return {
        "from": {"id": str(deal.record_id)},
        "to": [
            {
                "toObjectId": link.contact_id,
                "associationTypes": [plain, primary] if link.is_primary else [plain],
            }
            for link in deal.links
        ],
    }


def owner_record(user_id: int) -> dict[str, Any]:
    """A user in the one team."""
    return {
        "id": str(user_id + 1000),
        "email": f"user{user_id}@northlight.example",
        "type": "PERSON",
        "firstName": "User",
        "lastName": str(user_id),
        "userId": user_id,
        "userIdIncludingInactive": user_id,
        "createdAt": "2024-01-01T00:00:00Z",
        "updatedAt": "2024-01-01T00:00:00Z",
        "archived": False,
        "teams": [{"id": _TEAMS[user_id], "name": _TEAMS[user_id], "primary": True}],
    }


def entry(change: Change) -> dict[str, Any]:
    """One entry of a property's history."""
    return {
        "value": change.value,
        "timestamp": instant(change.at),
        "sourceType": change.source,
        "sourceId": f"userId:{change.user_id}" if change.user_id else "workflow",
        "updatedByUserId": change.user_id,
    }


def instant(at: datetime) -> str:
    """An instant as HubSpot writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def write_playbook(folder: Path, rules: Rules) -> None:
    """The shipped playbook with these rules' sources, stages and role addresses."""
    shutil.copytree(PROJECT_ROOT / "include" / "playbook", folder)
    yaml = YAML(typ="safe")

    def change(name: str, make: Any) -> None:
        path = folder / f"{name}.yml"
        content = yaml.load(path)
        make(content)
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(content, file)

    def sources(content: dict[str, Any]) -> None:
        first = content["sources"]["hubspot"]
        for place, (name, source) in enumerate(rules.sources.items()):
            content["sources"][name] = first | {
                "crm": "salesforce" if name == SALESFORCE else "hubspot",
                "connection": f"handoff_{name}",
                "portal_id": f"account{place}",
                "human_change_sources": sorted(source.human_sources),
            }
            if source.linked_source is not None:
                content["sources"][name]["linked_source"] = source.linked_source

    def teams(content: dict[str, Any]) -> None:
        for team in content["teams"].values():
            members = team.get("members", {})
            for name in rules.sources:
                if "hubspot" in members:
                    members[name] = dict(members["hubspot"])

    def lifecycle(content: dict[str, Any]) -> None:
        content["sources"] = {
            name: lifecycle_of(source, "leads" if name == SALESFORCE else "contacts")
            for name, source in rules.sources.items()
        }

    def precedence(content: dict[str, Any]) -> None:
        content["stages"] = {stage: list(order) for stage, order in rules.precedence.items()}

    def people(content: dict[str, Any]) -> None:
        content["role_addresses"] = sorted(rules.role_addresses)

    change("sources", sources)
    change("teams", teams)
    change("lifecycle", lifecycle)
    change("people", people)
    change("precedence", precedence)


def lifecycle_of(source: SourceRules, of: str) -> dict[str, Any]:
    """The playbook's stages of one source. of: the records whose stages they are."""
    return {
        "stages": {f"{of}.{name}": dict(stages) for name, stages in source.contact_stages.items()},
        "pipelines": {
            name: {"counts": False}
            if not pipeline.counts
            else {
                "counts": True,
                "creation_stage": pipeline.creation_stage,
                "stages": dict(pipeline.stages),
            }
            for name, pipeline in source.pipelines.items()
        },
    }
