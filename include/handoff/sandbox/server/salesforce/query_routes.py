"""Queries: pages of records, and the cursors to the pages after the first."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import JSON, Refusal, json_answer
from handoff.sandbox.server.salesforce.ids import to_18
from handoff.sandbox.server.salesforce.org import Organization, organization_of, path_of
from handoff.sandbox.server.salesforce.org_state import Record
from handoff.sandbox.server.salesforce.soql_query import (
    BoundQuery,
    Column,
    RowReader,
    aggregate,
)


async def query(request: Request) -> Response:
    """`GET /query?q=`: records that are neither deleted nor archived."""
    return _first_page(request, is_all=False)


async def query_all(request: Request) -> Response:
    """`GET /queryAll?q=`: with the recycle bin and archived activities."""
    return _first_page(request, is_all=True)


async def next_page(request: Request) -> Response:
    """`GET /query/<locator>-<offset>`."""
    name, _, offset = request.path_params["locator"].partition("-")
    if not offset.isdigit():
        raise Refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
    org = organization_of(request)
    locator = org.locators.take(to_18(name))
    ids = locator.ids[int(offset) : int(offset) + locator.size]
    known = org.state.records[locator.bound.sobject]
    # Records that were purged meanwhile are not there any more: the page is shorter by them.
    rows = [known[record_id] for record_id in ids if record_id in known]
    following = int(offset) + locator.size
    is_done = following >= len(locator.ids)
    link = None if is_done else path_of(request, "query", f"{to_18(name)}-{following}")
    return _page(request, org, locator.bound, rows, len(locator.ids), link)


def _first_page(request: Request, *, is_all: bool) -> Response:
    org = organization_of(request)
    text = request.query_params.get("q")
    if not text:
        raise Refusal(400, "MALFORMED_QUERY", "A query string has to be specified")
    bound = org.bind(text)
    rows = org.rows(bound, is_all=is_all)
    if bound.query.is_count:
        return json_answer({"totalSize": len(rows), "done": True, "records": []})
    if bound.query.is_aggregate:
        found = {"attributes": {"type": "AggregateResult"}, **aggregate(bound, rows)}
        return json_answer({"totalSize": 1, "done": True, "records": [found]})
    size = org.locators.page_size(request.headers.get("sforce-query-options"))
    link = None
    if len(rows) > size:
        name = org.locators.open(bound, [row["Id"] for row in rows], size)
        link = path_of(request, "query", f"{name}-{size}")
    return _page(request, org, bound, rows[:size], len(rows), link)


def _page(
    request: Request,
    org: Organization,
    bound: BoundQuery,
    rows: list[Record],
    total: int,
    link: str | None,
) -> Response:
    shown = _Shown(org, bound, path_of(request, "sobjects"))
    page: dict[str, Any] = {"totalSize": total, "done": link is None}
    if link is not None:
        page["nextRecordsUrl"] = link
    page["records"] = [shown.record(row) for row in rows]
    return Response(orjson.dumps(page), media_type=JSON)


class _Shown:
    """Records as a page shows them: a related record is an object within its own."""

    def __init__(self, org: Organization, bound: BoundQuery, base: str) -> None:
        self._org = org
        self._base = base
        self._sobject = bound.sobject
        own = tuple(column for column in bound.columns if len(column.path) == 1)
        self._names = [column.path[0] for column in own]
        self._reader = RowReader(own, values.json_value, values.JSON_REWRITES)
        self._related = [column for column in bound.columns if len(column.path) > 1]

    def record(self, row: Record) -> dict[str, Any]:
        url = f"{self._base}/{self._sobject}/{row['Id']}"
        shown: dict[str, Any] = {"attributes": {"type": self._sobject, "url": url}}
        shown.update(zip(self._names, self._reader.values(row), strict=True))
        for column in self._related:
            self._put(shown, row, column)
        return shown

    def _put(self, shown: dict[str, Any], row: Record, column: Column) -> None:
        *relationships, field = column.path
        for relationship in relationships:
            sobject = self._org.state.sobject_of(row["Id"])
            kind = self._org.state.objects[str(sobject)]
            reference = kind.find_relationship(relationship)
            referred = self._org.state.find(row.get(reference.name)) if reference else None
            if referred is None:
                shown.setdefault(relationship, None)
                return
            row = referred
            target = self._org.state.sobject_of(row["Id"])
            url = f"{self._base}/{target}/{row['Id']}"
            shown = shown.setdefault(relationship, {"attributes": {"type": target, "url": url}})
        shown[field] = values.json_value(column.kind, row.get(field))
