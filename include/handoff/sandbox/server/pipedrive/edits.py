"""Edits over Pipedrive's own API, by whom and when the sandbox's headers say."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.pipedrive.answers import Refusal, answered
from handoff.sandbox.server.pipedrive.reads import account_of, found


async def create(request: Request) -> Response:
    """POST /api/v2/{name}."""
    name = request.path_params["name"]
    if name not in account_of(request).records or name == "leads":
        raise Refusal(404, "Unknown method .")
    row = account_of(request).create(name, await _body(request), _at(request))
    return answered(row, status=201)


async def update(request: Request) -> Response:
    """PATCH /api/v2/{name}/{id}."""
    name, id_ = request.path_params["name"], request.path_params["id"]
    found(request, name, id_)
    values = await _body(request)
    return answered(account_of(request).update(name, id_, values, _at(request), _user(request)))


async def delete(request: Request) -> Response:
    """DELETE /api/v2/{name}/{id}: into the bin."""
    name, id_ = request.path_params["name"], request.path_params["id"]
    found(request, name, id_)
    account_of(request).delete(name, id_, _at(request))
    return answered({"id": id_})


async def merge(request: Request) -> Response:
    """PUT /api/v1/{name}/{id}/merge: the record of the path goes into that of the body."""
    name, loser = request.path_params["name"], request.path_params["id"]
    survivor = int((await _body(request))["merge_with_id"])
    found(request, name, loser)
    found(request, name, survivor)
    return answered(account_of(request).merge(name, loser, survivor, _at(request)))


async def create_lead(request: Request) -> Response:
    row = account_of(request).create("leads", await _body(request), _at(request))
    return answered(row, status=201)


async def update_lead(request: Request) -> Response:
    id_ = request.path_params["id"]
    found(request, "leads", id_)
    return answered(account_of(request).update("leads", id_, await _body(request), _at(request)))


async def delete_lead(request: Request) -> Response:
    id_ = request.path_params["id"]
    found(request, "leads", id_)
    account_of(request).delete("leads", id_, _at(request))
    return answered({"id": id_})


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "Bad request")
    return body


def _at(request: Request) -> str | None:
    return request.headers.get("x-sandbox-at")


def _user(request: Request) -> int | None:
    user = request.headers.get("x-sandbox-user")
    return int(user) if user else None
