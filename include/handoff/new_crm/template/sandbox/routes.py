"""Every request that the sandbox answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handoff.new_crm.template.sandbox.account_state import AccountState

_ROOT = "/example_crm/v1"
_LONGEST_PAGE = 100


def _account(request: Request) -> AccountState:
    state: AccountState = request.app.state.account
    return state


async def list_records(request: Request) -> Response:
    """GET …/{name}: by id, from behind a cursor, which is the last id of the page before."""
    name, given = request.path_params["name"], request.query_params
    if name not in _account(request).records:
        return JSONResponse({"error": "there is no such list"}, 404)
    limit = min(int(given.get("limit", _LONGEST_PAGE)), _LONGEST_PAGE)
    since = datetime.fromisoformat(given["modified_since"]) if "modified_since" in given else None
    rows = _account(request).listed(name, since, with_deleted="include_deleted" in given)
    after = given.get("cursor")
    if after is not None and after not in _account(request).records[name]:
        return JSONResponse({"error": "the cursor is not known"}, 400)
    rows = [row for row in rows if after is None or row["id"] > after]
    body: dict[str, Any] = {"items": rows[:limit]}
    if len(rows) > limit:
        body["next"] = rows[limit - 1]["id"]
    return JSONResponse(body)


async def read_record(request: Request) -> Response:
    """GET …/{name}/{id}: deleted records too."""
    found = _account(request).records[request.path_params["name"]]
    row = found.get(request.path_params["id"])
    return JSONResponse({"error": "not found"}, 404) if row is None else JSONResponse(row)


async def create_record(request: Request) -> Response:
    at = request.headers.get("x-sandbox-at")
    row = _account(request).create(request.path_params["name"], await request.json(), at)
    return JSONResponse(row, 201)


async def update_record(request: Request) -> Response:
    at, named = request.headers.get("x-sandbox-at"), request.path_params
    values = await request.json()
    return JSONResponse(_account(request).update(named["name"], named["id"], values, at))


async def list_fields(request: Request) -> Response:
    """GET …/fields/{name}."""
    return JSONResponse({"items": _account(request).fields.get(request.path_params["name"], [])})


async def read_account(_: Request) -> Response:
    return JSONResponse({"id": "1", "name": "Sandbox"})


ROUTES = [
    Route(f"{_ROOT}/account", read_account, methods=["GET"]),
    Route(f"{_ROOT}/fields/{{name}}", list_fields, methods=["GET"]),
    Route(f"{_ROOT}/{{name}}", list_records, methods=["GET"]),
    Route(f"{_ROOT}/{{name}}", create_record, methods=["POST"]),
    Route(f"{_ROOT}/{{name}}/{{id}}", read_record, methods=["GET"]),
    Route(f"{_ROOT}/{{name}}/{{id}}", update_record, methods=["PATCH"]),
]
