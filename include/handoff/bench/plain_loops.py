"""The plain loops that syncs are measured against: the same requests, one by one, kept on disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson

from handoff.bench.made_jobs import NAMES, made_fields
from handoff.bench.made_pages import MadeObject, made_objects
from handoff.crm.hubspot.objects import (
    ASSOCIATIONS_BATCH_SIZE,
    OBJECTS,
    SEARCH_PAGE_SIZE,
    HubSpotObject,
)
from handoff.crm.hubspot.paths import DEFAULT_VERSION, build_path
from handoff.crm.salesforce import soql
from handoff.crm.salesforce.bulk_query import PAGE_ROWS
from handoff.crm.salesforce.objects import OBJECTS as SALESFORCE
from handoff.crm.salesforce.paths import DEFAULT_VERSION as SALESFORCE_VERSION


def list_loop(host: str, records: int, folder: Path) -> int:
    """Every page of every list and of its links; the number of records."""
    return sum(_keep(host, made, folder, _list_pages) for made in made_objects(records).values())


def batch_loop(host: str, records: int, folder: Path) -> int:
    """Every search, its records by batches of ids, and their links; the number of records."""
    return sum(_keep(host, made, folder, _batch_pages) for made in made_objects(records).values())


def job_loop(host: str, folder: Path) -> int:
    """Every job of Salesforce's, page by page; the number of records."""
    base, records = f"/services/data/v{SALESFORCE_VERSION}/jobs/query", 0
    with httpx.Client(base_url=host, timeout=60, trust_env=False) as client:
        for name in NAMES:
            query = soql.select(["Id", *made_fields(name)], SALESFORCE[name].sobject)
            job = client.post(base, json={"operation": "queryAll", "query": query}).json()["id"]
            client.get(f"{base}/{job}")
            params, locator = {"maxRecords": str(PAGE_ROWS)}, "0"
            with (folder / f"{name}.csv").open("wb") as file:
                while locator != "null":
                    path = f"{base}/{job}/results"
                    answer = client.get(path, params={**params, "locator": locator})
                    file.write(answer.content)
                    locator = answer.headers["sforce-locator"]
                    records += int(answer.headers["sforce-numberofrecords"])
            client.delete(f"{base}/{job}")
    return records


def _keep(host: str, made: MadeObject, folder: Path, pages: Any) -> int:
    with (
        httpx.Client(base_url=host, timeout=60, trust_env=False) as client,
        (folder / f"{made.name}.json").open("wb") as file,
    ):
        records = 0
        for page in pages(client, made, OBJECTS[made.name]):
            file.write(page)
            records += page.count(b'"updatedAt"')
        return records


def _list_pages(client: httpx.Client, made: MadeObject, spec: HubSpotObject) -> Iterator[bytes]:
    params = {"properties": ",".join(sorted(spec.properties)), "limit": str(made.page_size)}
    if spec.history:
        params["propertiesWithHistory"] = ",".join(sorted(spec.history))
    path = build_path(DEFAULT_VERSION, "list", type=made.name)
    for archived in ("false", "true"):
        after: dict[str, str] = {}
        ids: list[str] = []
        is_last = False
        while not is_last:
            answer = client.get(path, params={**params, **after, "archived": archived})
            yield answer.content
            body: dict[str, Any] = orjson.loads(answer.content)
            ids += [record["id"] for record in body["results"]]
            is_last = "paging" not in body
            if ids and (is_last or len(ids) >= ASSOCIATIONS_BATCH_SIZE):
                yield from _links(client, spec, ids)
                ids = []
            if not is_last:
                after = {"after": body["paging"]["next"]["after"]}


def _batch_pages(client: httpx.Client, made: MadeObject, spec: HubSpotObject) -> Iterator[bytes]:
    search = build_path(DEFAULT_VERSION, "search", type=made.name)
    batch = build_path(DEFAULT_VERSION, "batch_read", type=made.name)
    properties, history = sorted(spec.properties), sorted(spec.history)
    until = str(int(datetime.now(UTC).timestamp() * 1000))
    last_id, is_last = "0", False
    while not is_last:
        last = {"propertyName": "hs_object_id", "operator": "GT", "value": last_id}
        window = {"propertyName": spec.cursor_property, "operator": "LT", "value": until}
        asked = {
            "filterGroups": [{"filters": [last, window]}],
            "properties": ["hs_object_id"],
            "limit": SEARCH_PAGE_SIZE,
        }
        answer = client.post(search, json=asked).content
        yield answer
        body = orjson.loads(answer)
        ids = [record["id"] for record in body["results"]]
        last_id, is_last = ids[-1], "paging" not in body
        for start in range(0, len(ids), made.page_size):
            inputs = [{"id": id_} for id_ in ids[start : start + made.page_size]]
            wanted = {"inputs": inputs, "properties": properties, "propertiesWithHistory": history}
            yield client.post(batch, json=wanted).content
        yield from _links(client, spec, ids)


def _links(client: httpx.Client, spec: HubSpotObject, ids: list[str]) -> Iterator[bytes]:
    for to_type in spec.associations:
        path = build_path(DEFAULT_VERSION, "associations", from_type=spec.name, to_type=to_type)
        yield client.post(path, json={"inputs": [{"id": id_} for id_ in ids]}).content
