"""Records for a tiny portal, and the few questions that several tests ask of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from handoff.sandbox.server import RunningSandbox

JANUARY = "2026-01-{day:02}T09:00:00.000Z"


def at(day: int) -> str:
    """Nine o'clock UTC on a day of January 2026."""
    return JANUARY.format(day=day)


def write_records(portal: Path, name: str, records: list[dict[str, Any]]) -> None:
    """One NDJSON file of a portal's HubSpot folder."""
    folder = portal / "hubspot"
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(orjson.dumps(record) + b"\n" for record in records)
    (folder / f"{name}.ndjson").write_bytes(lines)


def contact(number: int, *, day: int | None = None, **properties: Any) -> dict[str, Any]:
    """A live contact 100<number>, made and last changed on a day."""
    when = at(day or number)
    record_id = str(100 + number)
    return {
        "id": record_id,
        "properties": {
            "email": f"person{number}@buyer.example",
            "firstname": f"Person {number}",
            "createdate": when,
            "lastmodifieddate": when,
            "hs_object_id": record_id,
            **properties,
        },
        "createdAt": when,
        "updatedAt": when,
        "archived": False,
    }


def history(value: str, day: int, source: str = "CRM_UI", **more: Any) -> dict[str, Any]:
    return {"value": value, "timestamp": at(day), "sourceType": source, **more}


def definition(object_type: str, name: str, kind: str = "string") -> dict[str, Any]:
    return {
        "objectType": object_type,
        "name": name,
        "label": name.title(),
        "type": kind,
        "fieldType": "text",
        "description": "",
        "groupName": "information",
        "options": [],
        "archived": False,
    }


SEARCH = "/crm/objects/2026-09/contacts/search"


def found(sandbox: RunningSandbox, *filters: dict[str, Any], **more: Any) -> list[str]:
    body = {"filterGroups": [{"filters": list(filters)}], "limit": 100, **more}
    return [record["id"] for record in sandbox.call("POST", SEARCH, body)["results"]]


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    given = {"value": value} if value is not None else {}
    return {"propertyName": name, "operator": operator, **given, **more}


def linked(
    sandbox: RunningSandbox, source: str, target: str, *ids: str, version: str = "2026-09"
) -> dict[str, list[Any]]:
    path = f"/crm/associations/{version}/{source}/{target}/batch/read"
    if version.startswith("v"):
        path = f"/crm/{version}/associations/{source}/{target}/batch/read"
    answer = sandbox.call("POST", path, {"inputs": [{"id": record_id} for record_id in ids]})
    return {row["from"]["id"]: row["to"] for row in answer["results"]}


def targets(links: dict[str, list[Any]]) -> dict[str, list[int]]:
    return {source: [entry["toObjectId"] for entry in to] for source, to in links.items()}
