"""Owners, pipelines, property definitions, and the account itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.object_reads import named_object, portal_of
from handoff.sandbox.server.hubspot.scopes import granted_scopes


def _object_of(request: Request) -> str:
    return named_object(request.path_params["object_type"])


async def list_owners(request: Request) -> Response:
    """GET /crm/owners: active owners, or with `archived=true` those who left."""
    archived = answers.is_set(request, "archived")
    email = request.query_params.get("email")
    limit = answers.limit_of(request, 100, 500)
    after = answers.whole_number(request.query_params.get("after", "0"), "after")
    owners = [
        owner
        for owner in portal_of(request).owners
        if bool(owner.get("archived")) is archived
        and int(owner["id"]) > after
        and (email is None or (owner.get("email") or "").lower() == email.lower())
    ]
    body: dict[str, Any] = {"results": owners[:limit]}
    if len(owners) > limit:
        body["paging"] = answers.next_page(request, owners[limit - 1]["id"])
    return answers.json_answer(body)


async def read_owner(request: Request) -> Response:
    """GET /crm/owners/{id}, by owner id or with `idProperty=userId` by user id."""
    archived = answers.is_set(request, "archived")
    key = "userId" if request.query_params.get("idProperty") == "userId" else "id"
    for owner in portal_of(request).owners:
        same = str(owner.get(key)) == request.path_params["owner_id"]
        if same and bool(owner.get("archived")) is archived:
            return answers.json_answer(owner)
    raise answers.not_found()


async def list_pipelines(request: Request) -> Response:
    """GET /crm/pipelines/{type}."""
    return answers.json_answer({"results": portal_of(request).pipelines[_object_of(request)]})


async def read_pipeline(request: Request) -> Response:
    """GET /crm/pipelines/{type}/{id}."""
    return answers.json_answer(_pipeline(request))


async def list_stages(request: Request) -> Response:
    """GET /crm/pipelines/{type}/{id}/stages."""
    return answers.json_answer({"results": _pipeline(request).get("stages", [])})


def _pipeline(request: Request) -> dict[str, Any]:
    for pipeline in portal_of(request).pipelines[_object_of(request)]:
        if pipeline["id"] == request.path_params["pipeline_id"]:
            return pipeline
    raise answers.not_found()


async def list_properties(request: Request) -> Response:
    """GET /crm/properties/{type}; sensitive ones only when `dataSensitivity` asks for them."""
    archived = answers.is_set(request, "archived")
    sensitivity = request.query_params.get("dataSensitivity", "non_sensitive")
    rows = [
        row
        for row in portal_of(request).definitions[_object_of(request)].values()
        if bool(row.get("archived")) is archived
        and row.get("dataSensitivity", "non_sensitive") == sensitivity
    ]
    return answers.json_answer({"results": rows})


async def read_property(request: Request) -> Response:
    """GET /crm/properties/{type}/{name}."""
    definitions = portal_of(request).definitions[_object_of(request)]
    row = definitions.get(request.path_params["property_name"])
    if row is None or bool(row.get("archived")) is not answers.is_set(request, "archived"):
        raise answers.not_found()
    return answers.json_answer(row)


async def read_account(request: Request) -> Response:
    """GET /account-info/details."""
    return answers.json_answer(
        {
            "portalId": request.app.state.options.portal_id,
            "accountType": "DEVELOPER_TEST",
            "timeZone": request.app.state.options.time_zone,
            "companyCurrency": "EUR",
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1",
        }
    )


async def read_private_app_token(request: Request) -> Response:
    """POST /oauth/private-apps/get/access-token-info: for the token of a private app."""
    options = request.app.state.options
    if (await answers.body_of(request)).get("tokenKey") != options.token:
        raise answers.Refusal(404, "Token not found", "OBJECT_NOT_FOUND")
    if options.for_crm.get("hubspot", {}).get("is_service_key"):
        raise answers.Refusal(400, "The access token must have the correct format")
    return answers.json_answer(
        {"userId": 1, "hubId": options.portal_id, "appId": 2, "scopes": granted_scopes(options)}
    )


async def introspect_token(request: Request) -> Response:
    """POST /oauth/token/introspect: for the token of an OAuth app."""
    options = request.app.state.options
    given = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    if given.get("token") != options.token:
        return answers.json_answer({"active": False, "hub_id": options.portal_id})
    return answers.json_answer(
        {"active": True, "hub_id": options.portal_id, "scopes": granted_scopes(options)}
    )
