"""Read what an account is made of: owners, pipelines, properties. Always in full; they are few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from handoff.crm.hubspot.api import HubSpotApi, Record
from handoff.crm.hubspot.objects import (
    OBJECTS,
    PAGE_SIZE,
    PIPELINE_TYPES,
    PROPERTY_TYPES,
    HubSpotObject,
)
from handoff.crm.protocol import Batch
from handoff.errors import NotEntitledError


def read_both_lists(
    api: HubSpotApi,
    spec: HubSpotObject,
    path: str,
    params: dict[str, str],
    cursor: dict[str, Any] | None,
) -> Iterator[Batch]:
    """The live list, then the archived one: deals keep the ids of owners who left."""
    cursor = cursor or {"phase": "list", "live": 0}
    live, after = cursor["live"], cursor.get("after")
    phases = ("list", "archived")
    for phase in phases[phases.index(cursor["phase"]) if cursor["phase"] in phases else 2 :]:
        asked = {**params, "archived": "true" if phase == "archived" else "false"}
        for page in api.pages(path, asked, api.target(spec), after):
            live += len(page.records) if phase == "list" else 0
            following: dict[str, Any] = {"phase": phase, "after": page.after}
            if page.after is None:
                following = {"phase": "archived" if phase == "list" else "done"}
            yield Batch({spec.name: page.records}, {**following, "live": live})
        after = None


def read_owners(
    api: HubSpotApi, spec: HubSpotObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """Owners with their teams, those who left included."""
    return read_both_lists(api, spec, api.path("owners"), {"limit": str(PAGE_SIZE)}, cursor)


def read_pipelines(
    api: HubSpotApi, spec: HubSpotObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """Pipelines with their stages, each with the type of object that it is for."""
    return _read_by_type(api, spec, "pipelines", PIPELINE_TYPES, cursor)


def read_properties(
    api: HubSpotApi, spec: HubSpotObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """Definitions of the properties of every type of record that is read."""
    return _read_by_type(api, spec, "properties", PROPERTY_TYPES, cursor)


def list_properties(api: HubSpotApi, type_: str) -> list[Record]:
    """Definitions of the properties of one type of record; none of one that the account lacks."""
    try:
        return _list_by_type(api, OBJECTS["properties"], "properties", type_)
    except NotEntitledError:
        return []


def _read_by_type(
    api: HubSpotApi,
    spec: HubSpotObject,
    endpoint: str,
    types: tuple[str, ...],
    cursor: dict[str, Any] | None,
) -> Iterator[Batch]:
    cursor = cursor or {"read": [], "live": 0}
    read, live = list(cursor["read"]), cursor["live"]
    for type_ in types:
        if type_ not in read:
            try:
                records = _list_by_type(api, spec, endpoint, type_)
            except NotEntitledError:
                # Of an object that the account lacks: said once, by the read of the object itself.
                records = []
            read.append(type_)
            live += len(records)
            rows = [{**record, "objectType": type_} for record in records]
            yield Batch({spec.name: rows}, {"read": list(read), "live": live})


def _list_by_type(api: HubSpotApi, spec: HubSpotObject, endpoint: str, type_: str) -> list[Record]:
    asked = OBJECTS[type_]
    target = replace(api.target(spec), scope=asked.scope, is_optional=asked.is_optional)
    path = api.path(endpoint, type=type_)
    return [record for page in api.pages(path, {}, target) for record in page.records]
