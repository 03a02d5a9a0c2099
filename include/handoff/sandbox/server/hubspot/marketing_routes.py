"""Marketing campaigns, forms, and what was submitted through them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.object_reads import portal_of

Row = dict[str, Any]


def _page(request: Request, rows: list[Row], limit: int, **before: Any) -> Response:
    start = answers.whole_number(request.query_params.get("after", "0"), "after")
    body: Row = {**before, "results": rows[start : start + limit]}
    if start + limit < len(rows):
        body["paging"] = answers.next_page(request, str(start + limit))
    return answers.json_answer(body)


async def list_campaigns(request: Request) -> Response:
    """GET /marketing/campaigns: properties only when they are named."""
    limit = answers.limit_of(request, 50, 100)
    name = (request.query_params.get("name") or "").lower()
    rows = [
        _campaign(request, row)
        for row in portal_of(request).campaigns
        if name in (row.get("properties", {}).get("hs_name") or "").lower()
    ]
    return _page(request, rows, limit, total=len(rows))


async def read_campaign(request: Request) -> Response:
    """GET /marketing/campaigns/{guid}."""
    for row in portal_of(request).campaigns:
        if row["id"] == request.path_params["campaign_id"]:
            return answers.json_answer(_campaign(request, row))
    raise answers.not_found()


def _campaign(request: Request, row: Row) -> Row:
    given = row.get("properties", {})
    asked = answers.names_of(request, "properties")
    return {**row, "properties": {name: given[name] for name in asked if name in given}}


async def list_forms(request: Request) -> Response:
    """GET /marketing/v3/forms."""
    limit = answers.limit_of(request, 20, 100)
    archived = answers.is_set(request, "archived")
    types = answers.names_of(request, "formTypes")
    rows = [
        row
        for row in portal_of(request).forms
        if bool(row.get("archived")) is archived
        and (not types or "all" in types or row.get("formType") in types)
    ]
    return _page(request, rows, limit)


async def read_form(request: Request) -> Response:
    """GET /marketing/v3/forms/{guid}."""
    archived = answers.is_set(request, "archived")
    for row in portal_of(request).forms:
        if row["id"] == request.path_params["form_id"] and bool(row.get("archived")) is archived:
            return answers.json_answer(row)
    raise answers.not_found()


async def list_submissions(request: Request) -> Response:
    """GET /form-integrations/v1/submissions/forms/{guid}: newest first, at most 50 a page."""
    limit = answers.limit_of(request, 20, 50)
    portal = portal_of(request)
    form_id = request.path_params["form_id"]
    if form_id not in portal.submissions and all(row["id"] != form_id for row in portal.forms):
        raise answers.not_found()
    return _page(request, portal.submissions.get(form_id, []), limit)
