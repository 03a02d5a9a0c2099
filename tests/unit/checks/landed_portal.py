"""A small source, landed and loaded by the product's own code, with a playbook beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from handoff.landing.manifest import Manifest, instant_text
from handoff.landing.writer import LandingWriter
from handoff.playbook import columns
from handoff.settings import Settings
from handoff.warehouse import landing_load, load_landing

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
OBJECTS = (
    *("contacts", "companies", "deals", "calls", "emails", "meetings", "tasks", "notes"),
    *("owners", "campaigns", "forms", "form_submissions", "pipelines", "properties"),
)
COUNTED = OBJECTS[:8]
PLAYBOOK: dict[str, list[dict[str, Any]]] = {
    "versions": [{"playbook_id": "test", "label": "first", "is_current": True}],
    "sources": [{"source_id": "hubspot", "crm": "hubspot", "portal_id": "4242"}],
    "pipelines": [
        {"source_id": "hubspot", "pipeline_id": "default", "counts": True},
        {"source_id": "hubspot", "pipeline_id": "renewals", "counts": False},
    ],
    "stage_map": [
        {"object": "contacts", "property": "lifecyclestage", "raw_value": "lead", "stage": "new"},
        {
            "object": "contacts",
            "property": "lifecyclestage",
            "raw_value": "marketingqualifiedlead",
            "stage": "mql",
        },
        {
            "object": "deals",
            "property": "dealstage",
            "pipeline_id": "default",
            "raw_value": "closedwon",
            "stage": "won",
        },
    ],
    "tracked_properties": [
        {"object": "contacts", "property": "lifecyclestage", "purpose": "stage"},
        {"object": "deals", "property": "dealstage", "purpose": "stage"},
    ],
}


def record(id_: str, **properties: str) -> dict[str, Any]:
    """A CRM record as HubSpot gives it, with the history of its first property."""
    at = "2026-09-01T08:00:00.000Z"
    history = {
        name: [{"value": value, "timestamp": at, "sourceType": "CRM_UI"}]
        for name, value in list(properties.items())[:1]
    }
    return {
        "id": id_,
        "properties": properties,
        "propertiesWithHistory": history,
        "createdAt": at,
        "updatedAt": at,
        "archived": False,
    }


def usual_records() -> dict[str, list[dict[str, Any]]]:
    """What the source holds: 60 contacts, two deals (one of no account of ours), and lists."""
    return {
        "contacts": [
            record(str(n), lifecyclestage="marketingqualifiedlead" if n % 2 else "Lead ")
            for n in range(1, 61)
        ],
        "deals": [
            record("1", dealstage="closedwon", pipeline="default"),
            record("2", dealstage="renewed", pipeline="renewals"),
        ],
        "calls": [record("1", hs_call_status="COMPLETED")],
        "owners": [{"id": "7", "email": "a@example.com", "archived": False}],
        "forms": [{"id": "f1", "name": "Demo request"}],
        "form_submissions": [
            {"conversionId": "s1", "submittedAt": 1790000000000, "formGuid": "f1", "values": []}
        ],
        "pipelines": [{"objectType": "deals", "id": "default", "stages": []}],
        "properties": [
            {"objectType": "contacts", "name": "lifecyclestage", "archived": False},
            {"objectType": "deals", "name": "dealstage", "archived": False},
        ],
        "deals_to_contacts": [{"from": {"id": "1"}, "to": [{"toObjectId": 1}]}],
    }


def land(
    settings: Settings,
    run_id: str,
    records: dict[str, list[dict[str, Any]]],
    *,
    landed_at: datetime = AS_OF,
    complete: bool = True,
    objects: tuple[str, ...] = OBJECTS,
    **manifest: Any,
) -> None:
    """Land one full read of every object, links in the run of the object they start from."""
    for name in objects:
        started = Manifest(
            **{
                "source_id": "hubspot",
                "crm": "hubspot",
                "object": name,
                "run_id": run_id,
                "mode": "full",
                "api_version": "2026-09",
                "started_at": instant_text(landed_at),
                "updated_at": instant_text(landed_at),
                "landed_at": instant_text(landed_at),
                **manifest,
            }
        )
        with LandingWriter(settings.landing_dir, started) as writer:
            for stream, rows in records.items():
                if stream == name or stream.startswith(f"{name}_to_"):
                    writer.write(stream, rows)
            if complete:
                total = len(records.get(name, [])) if name in COUNTED else None
                writer.complete(None, watermark=started.landed_at, crm_total=total)
            else:
                writer.commit({"after": "100"})


def load(
    settings: Settings,
    run_id: str = "run-1",
    playbook: dict[str, list[dict[str, Any]]] = PLAYBOOK,
) -> None:
    """Load what has landed and the test's playbook into the warehouse."""

    def load_tables(connection: duckdb.DuckDBPyConnection, *_: object) -> str:
        return _load_playbook(connection, playbook)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing_load, "load_playbook_tables", load_tables)
        patch.setenv("HANDOFF_AS_OF", AS_OF.isoformat())
        load_landing(settings, run_id)


def _load_playbook(
    connection: duckdb.DuckDBPyConnection, playbook: dict[str, list[dict[str, Any]]]
) -> str:
    connection.execute("create schema if not exists playbook")
    for table in columns.TABLES:
        schema = columns.schema(table)
        given = [
            {"version_key": "v1", "source_id": "hubspot", **row} for row in playbook.get(table, [])
        ]
        rows = pa.table(
            {
                field.name: pa.array([r.get(field.name) for r in given], field.type)
                for field in schema
            }
        )
        connection.register("playbook_rows", rows)
        connection.execute(f"create or replace table playbook.{table} as from playbook_rows")
        connection.unregister("playbook_rows")
    return "v1"


def settings_of(home: Path) -> Settings:
    return Settings(home=home, playbook_dir=home / "playbook", as_of=AS_OF)
