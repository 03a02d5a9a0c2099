"""Read CRM records: in full by list, or what changed by search; archived ones either way.

Search answers never hold archived records, and their index lags behind: so what changed is read
from an hour before the last watermark, and archived records are listed at every read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from handoff.crm.hubspot.api import HubSpotApi, Record
from handoff.crm.hubspot.objects import (
    ASSOCIATIONS_BATCH_SIZE,
    LONGEST_URL,
    PAGE_SIZE,
    PAGE_SIZE_WITH_HISTORY,
    SEARCH_PAGE_SIZE,
    HubSpotObject,
)
from handoff.crm.protocol import Batch, ReadRequest
from handoff.errors import CrmError

OVERLAP = timedelta(minutes=60)


def read_records(
    api: HubSpotApi, spec: HubSpotObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """All records of an object, or the changed ones, each with its links to other objects.

    Cursors: ``{"phase": "list" | "archived", "after", "live"}``, and for changes
    ``{"phase": "search", "last_id", "live"}``.
    """
    is_full = request.mode == "full"
    cursor = cursor or {"phase": "list" if is_full else "search", "live": 0}
    if cursor["phase"] == "list":
        for batch in _list(api, spec, request, cursor, is_archived=False):
            yield batch
            cursor = batch.cursor or cursor
    elif cursor["phase"] == "search":
        for batch in _search(api, spec, request, cursor):
            yield batch
            cursor = batch.cursor or cursor
    if cursor["phase"] == "archived":
        yield from _list(api, spec, request, cursor, is_archived=True)


def read_by_id(
    api: HubSpotApi, spec: HubSpotObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """The live records of the request's ids with their links; cursors are ``{"done", "live"}``."""
    done, live = (cursor or {}).get("done", 0), (cursor or {}).get("live", 0)
    for start in range(done, len(request.ids), ASSOCIATIONS_BATCH_SIZE):
        asked = request.ids[start : start + ASSOCIATIONS_BATCH_SIZE]
        records = api.batch_read(spec, asked, request.selection)
        links = read_links(api, spec, [str(one["id"]) for one in records], keep_empty=True)
        live += len(records)
        at = {"done": start + len(asked), "live": live}
        yield Batch({spec.name: records, **links}, at, len(request.ids))


def _list(
    api: HubSpotApi,
    spec: HubSpotObject,
    request: ReadRequest,
    cursor: dict[str, Any],
    *,
    is_archived: bool,
) -> Iterator[Batch]:
    live, ids = cursor["live"], list[str]()
    path = api.path("list", type=spec.name)
    params = {"archived": "true" if is_archived else "false", **_list_params(request)}
    is_short = len(path) + sum(len(k) + len(v) + 2 for k, v in params.items()) < LONGEST_URL
    if not is_short:
        # Only ids by list; the properties go into the body of a batch read, which has no limit.
        params = {"archived": params["archived"], "limit": str(PAGE_SIZE)}
    wanted = ASSOCIATIONS_BATCH_SIZE if spec.associations else 1
    for page in api.pages(path, params, api.target(spec), cursor.get("after")):
        records = page.records
        if is_archived:
            records = [one for one in records if _is_news(one, request.since)]
        if not is_short and records:
            records = api.batch_read(
                spec, [one["id"] for one in records], request.selection, is_archived=is_archived
            )
        yield Batch({spec.name: records}, None)
        ids += [str(one["id"]) for one in records]
        live += 0 if is_archived else len(records)
        if page.after is None or len(ids) >= wanted:
            following = {"phase": "archived" if is_archived else "list", "after": page.after}
            if page.after is None:
                following = {"phase": "done" if is_archived else "archived"}
            links = read_links(api, spec, ids, keep_empty=not is_archived)
            yield Batch(links, {**following, "live": live})
            ids = []


def _search(
    api: HubSpotApi, spec: HubSpotObject, request: ReadRequest, cursor: dict[str, Any]
) -> Iterator[Batch]:
    live, ids = cursor["live"], list[str]()
    last_id = int(cursor.get("last_id", 0))
    expected: int | None = None
    has_more = True
    while has_more:
        found, total, has_more = api.search(spec, _search_body(spec, request, last_id))
        expected = live + total if expected is None else expected
        found_ids = [str(one["id"]) for one in found]
        if found_ids:
            newest = max(map(int, found_ids))
            if newest <= last_id:
                raise CrmError(
                    "HubSpot's search gives the same records again and again",
                    source=api.source_id,
                    object=spec.name,
                    fix=f"handoff sync --source {api.source_id} --full --object {spec.name}",
                )
            last_id = newest
        has_more = has_more and bool(found_ids)
        # A record that was merged away or erased since the search is not in the batch any more.
        records = api.batch_read(spec, found_ids, request.selection) if found_ids else []
        yield Batch({spec.name: records}, None, expected)
        ids += [str(one["id"]) for one in records]
        live += len(found_ids)
        if not has_more or len(ids) >= ASSOCIATIONS_BATCH_SIZE or not spec.associations:
            following: dict[str, Any] = {"phase": "search", "last_id": str(last_id)}
            if not has_more:
                following = {"phase": "archived"}
            links = read_links(api, spec, ids, keep_empty=True)
            yield Batch(links, {**following, "live": live}, expected)
            ids = []


def read_links(
    api: HubSpotApi, spec: HubSpotObject, ids: list[str], *, keep_empty: bool
) -> dict[str, list[Record]]:
    """Lines of each kind of link. A live record without links has a line, so lost links show.

    An archived record has lost its links in the API: no line then, so that the known ones stay.
    """
    types = spec.associations if ids else ()
    found = api.client.together([partial(api.associations, spec, name, ids) for name in types])
    return {
        f"{spec.name}_to_{to_type}": [
            {"from": {"id": id_}, "to": to} for id_, to in links.items() if to or keep_empty
        ]
        for to_type, links in zip(types, found, strict=True)
    }


def _list_params(request: ReadRequest) -> dict[str, str]:
    history = request.selection.get("history")
    params = {
        "limit": str(PAGE_SIZE_WITH_HISTORY if history else PAGE_SIZE),
        "properties": ",".join(request.selection.get("properties", [])),
    }
    if history:
        params["propertiesWithHistory"] = ",".join(history)
    return params


def _search_body(spec: HubSpotObject, request: ReadRequest, last_id: int) -> dict[str, Any]:
    """Ids alone: properties in a search count towards the 3,000 characters that a body may have."""
    filters = [
        {"propertyName": "hs_object_id", "operator": "GT", "value": str(last_id)},
        {
            "propertyName": spec.cursor_property,
            "operator": "LT",
            "value": str(math.ceil(request.until.timestamp() * 1000)),
        },
    ]
    if request.since is not None:
        since = (request.since - OVERLAP).timestamp() * 1000
        filters.append(
            {
                "propertyName": spec.cursor_property,
                "operator": "GTE",
                "value": str(max(0, math.floor(since))),
            }
        )
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": ["hs_object_id"],
        "limit": SEARCH_PAGE_SIZE,
    }


def _is_news(record: Record, since: datetime | None) -> bool:
    """Whether an archived record may be unknown: archived records cannot be changed any more."""
    if since is None:
        return True
    try:
        archived_at = datetime.fromisoformat(record["archivedAt"])
    except (KeyError, TypeError, ValueError):
        return True
    return archived_at.replace(tzinfo=archived_at.tzinfo or UTC) >= since - OVERLAP
