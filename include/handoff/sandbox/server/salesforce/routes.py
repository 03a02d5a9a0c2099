"""Every request that the sandbox answers for Salesforce; the version is taken off their paths."""

from __future__ import annotations

import base64
import contextlib
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handoff.sandbox.server.salesforce import (
    bulk_routes,
    event_routes,
    object_routes,
    query_routes,
    record_routes,
)
from handoff.sandbox.server.salesforce.answers import json_answer
from handoff.sandbox.server.salesforce.org import organization_of
from handoff.sandbox.server.salesforce.sessions import OAuthError


async def grant_session(request: Request) -> Response:
    """`POST /services/oauth2/token`."""
    org = organization_of(request)
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    form |= _client_in_header(request.headers.get("authorization", ""))
    key = org.options.public_key or str(org.state.organization.get("public_key", ""))
    try:
        granted = org.sessions.grant(form, str(request.base_url).rstrip("/"), key)
    except OAuthError as error:
        return json_answer(error.body, error.status)
    return json_answer(granted)


def _client_in_header(authorization: str) -> dict[str, str]:
    """The client's id and secret, which may come as basic authentication as well."""
    kind, _, given = authorization.partition(" ")
    if kind.lower() != "basic":
        return {}
    with contextlib.suppress(ValueError):
        client_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        return {"client_id": client_id, "client_secret": secret}
    return {}


_JOBS = "/data/jobs/query"
_SOBJECT = "/data/sobjects/{sobject}"
_RECORD = f"{_SOBJECT}/{{record_id}}"
_COLLECTION = "/data/composite/sobjects"

ROUTES = [
    Route("/services/oauth2/token", grant_session, methods=["POST"]),
    Route("/services/oauth2/userinfo", object_routes.read_user),
    Route("/services/data", object_routes.list_versions),
    Route("/data/", object_routes.list_resources),
    Route("/data/limits", object_routes.read_limits),
    Route("/data/query", query_routes.query),
    Route("/data/queryAll", query_routes.query_all),
    Route("/data/query/{locator}", query_routes.next_page),
    Route("/data/queryAll/{locator}", query_routes.next_page),
    Route(_JOBS, bulk_routes.create_job, methods=["POST"]),
    Route(_JOBS, bulk_routes.list_jobs, methods=["GET"]),
    Route(f"{_JOBS}/{{job_id}}", bulk_routes.read_job, methods=["GET"]),
    Route(f"{_JOBS}/{{job_id}}", bulk_routes.change_job, methods=["PATCH"]),
    Route(f"{_JOBS}/{{job_id}}", bulk_routes.delete_job, methods=["DELETE"]),
    Route(f"{_JOBS}/{{job_id}}/results", bulk_routes.read_results),
    Route(f"{_JOBS}/{{job_id}}/resultPages", bulk_routes.list_result_pages),
    Route(_COLLECTION, record_routes.update_collection, methods=["PATCH"]),
    Route(_COLLECTION, record_routes.create_collection, methods=["POST"]),
    Route(f"{_COLLECTION}/{{sobject}}", record_routes.read_collection, methods=["GET", "POST"]),
    Route("/data/sobjects", object_routes.list_sobjects),
    Route(_SOBJECT, object_routes.about_sobject, methods=["GET"]),
    Route(_SOBJECT, record_routes.create_record, methods=["POST"]),
    Route(f"{_SOBJECT}/describe", object_routes.describe),
    Route(f"{_SOBJECT}/deleted", object_routes.list_deleted),
    Route(f"{_SOBJECT}/updated", object_routes.list_updated),
    Route(_RECORD, record_routes.read_record, methods=["GET"]),
    Route(_RECORD, record_routes.update_record, methods=["PATCH"]),
    Route(_RECORD, record_routes.delete_record, methods=["DELETE"]),
    Route("/_sandbox/salesforce/{event}", event_routes.play_event, methods=["POST"]),
]
