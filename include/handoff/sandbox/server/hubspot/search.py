"""POST /crm/objects/{type}/search with the limits of the page "CRM search"."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.object_reads import portal_of, store_of
from handoff.sandbox.server.hubspot.record_store import Ids, RecordStore
from handoff.sandbox.server.hubspot.search_filters import (
    Comparable,
    Filter,
    comparable,
    matching,
    read_filter,
)

PAGE_MOST = 200
TOTAL_MOST = 10_000
BODY_MOST = 3_000
GROUPS_MOST = 5
FILTERS_MOST = 6
ALL_FILTERS_MOST = 18

_QUERY_PROPERTIES = ("email", "firstname", "lastname", "name", "domain", "dealname", "phone")


class SearchCache:
    """Results of the last searches, so that the pages of one search are found once.

    Filters on the record id are applied after it: a reader that walks a window by
    `hs_object_id > last` asks for the same window each time.
    """

    def __init__(self, size: int = 8) -> None:
        self._size = size
        self._found: OrderedDict[bytes, Ids] = OrderedDict()

    def get(self, key: bytes) -> Ids | None:
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def put(self, key: bytes, ids: Ids) -> None:
        self._found[key] = ids
        if len(self._found) > self._size:
            self._found.popitem(last=False)


async def search_objects(request: Request) -> Response:
    """Live records that satisfy any group of filters; no history, no associations."""
    raw = await request.body()
    if len(raw.decode("utf-8", "replace")) > BODY_MOST:
        raise Refusal(400, f"The request body is longer than {BODY_MOST} characters")
    body = await answers.body_of(request)
    store = store_of(request)
    limit = answers.whole_number(body.get("limit", 10), "limit")
    start = answers.whole_number(body.get("after") or 0, "after")
    if not 1 <= limit <= PAGE_MOST:
        raise Refusal(400, f"limit must be between 1 and {PAGE_MOST}, it is {limit}")
    if start < 0 or start + limit > TOTAL_MOST:
        raise Refusal(400, f"Cannot page past {TOTAL_MOST} results of one query")
    groups = _groups(body, store)
    sort_name, descending = _sort(body, store)
    query = str(body.get("query") or "").casefold()
    ids = _found(request, store, groups, (sort_name, descending, query))
    page = ids[start : start + limit].tolist()
    selection = store.selection(body.get("properties") or [], ())
    results = [store.answer(record_id, selection) for record_id in page]
    more = {"next": {"after": str(start + limit)}} if start + limit < len(ids) else None
    return answers.raw_json(answers.page_json(results, more, b'"total":%d,' % len(ids)))


def _groups(body: dict[str, Any], store: RecordStore) -> list[list[Filter]]:
    raw_groups = body.get("filterGroups") or []
    if body.get("filters"):
        raw_groups = [*raw_groups, {"filters": body["filters"]}]
    if len(raw_groups) > GROUPS_MOST:
        raise Refusal(400, f"The maximum number of filter groups is {GROUPS_MOST}")
    groups = [
        [read_filter(raw, store) for raw in group.get("filters") or []] for group in raw_groups
    ]
    if any(len(group) > FILTERS_MOST for group in groups):
        raise Refusal(400, f"The maximum number of filters in a group is {FILTERS_MOST}")
    if sum(len(group) for group in groups) > ALL_FILTERS_MOST:
        raise Refusal(400, f"The maximum number of filters in a search is {ALL_FILTERS_MOST}")
    return groups


def _sort(body: dict[str, Any], store: RecordStore) -> tuple[str, bool]:
    sorts = body.get("sorts") or []
    if len(sorts) > 1:
        raise Refusal(400, "Only one sort is supported")
    if not sorts:
        return store.kind.created, False
    if isinstance(sorts[0], str):
        name, descending = sorts[0].removeprefix("-"), sorts[0].startswith("-")
    else:
        name = str(sorts[0].get("propertyName"))
        descending = str(sorts[0].get("direction", "ASCENDING")).upper().startswith("DESC")
    if name not in store.known:
        raise Refusal(400, f"Property '{name}' does not exist on {store.kind.name}")
    return name, descending


def _found(
    request: Request,
    store: RecordStore,
    groups: list[list[Filter]],
    order: tuple[str, bool, str],
) -> Ids:
    by_id: list[Filter] = []
    if len(groups) == 1:
        by_id = [given for given in groups[0] if _is_id_bound(given)]
        groups = [[given for given in groups[0] if not _is_id_bound(given)]]
    cache: SearchCache = request.app.state.searches
    newest = _newest_indexed(request)
    key = repr((store.kind.name, store.version, groups, order, newest)).encode()
    ids = cache.get(key)
    if ids is None:
        ids = _sorted_ids(store, groups, order, newest)
        cache.put(key, ids)
    for given in by_id:
        bound = answers.whole_number(given.value, "hs_object_id")
        compare = {
            "GT": np.greater,
            "GTE": np.greater_equal,
            "LT": np.less,
            "LTE": np.less_equal,
        }[given.operator]
        ids = ids[compare(ids, bound)]
    return ids


def _is_id_bound(given: Filter) -> bool:
    return given.name == "hs_object_id" and given.operator in ("GT", "GTE", "LT", "LTE")


def _newest_indexed(request: Request) -> int | None:
    """Changes after this instant are not in the search index yet (epoch ms), if it lags."""
    lag = request.app.state.options.search_lag_seconds
    if not lag:
        return None
    return int((portal_of(request).now().timestamp() - lag) * 1000)


def _sorted_ids(
    store: RecordStore, groups: list[list[Filter]], order: tuple[str, bool, str], newest: int | None
) -> Ids:
    sort_name, descending, query = order
    mask = matching(store, groups[0] if groups else [])
    for group in groups[1:]:
        mask |= matching(store, group)
    if newest is not None:
        mask &= store.modified <= newest
    if query:
        for at in np.flatnonzero(mask).tolist():
            properties = store.properties(int(store.ids[at]))
            texts = (properties.get(name) or "" for name in _QUERY_PROPERTIES)
            mask[at] = any(query in text.casefold() for text in texts)
    ids = store.ids[mask]
    columns = {store.kind.modified: store.modified, store.kind.created: store.created}
    if sort_name == "hs_object_id":
        return ids[::-1] if descending else ids
    if sort_name in columns:
        column = columns[sort_name][mask]
        return ids[np.argsort(-column if descending else column, kind="stable")]
    values = {int(i): store.properties(int(i)).get(sort_name) or "" for i in ids}

    def sort_key(record_id: int) -> tuple[bool, Comparable]:
        value = comparable(values[record_id])
        return (isinstance(value, str), value)

    ranked = sorted(values, key=sort_key, reverse=descending)
    return np.array(ranked, np.int64)
