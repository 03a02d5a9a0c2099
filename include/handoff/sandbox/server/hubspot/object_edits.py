"""The requests that change records. See `edits` for what they do to them.

Three headers of the sandbox's own say who edits and when, so that a test can play a person:
`X-Sandbox-Source` (such as CRM_UI), `X-Sandbox-User` (a user id) and `X-Sandbox-At` (ISO instant).
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.edits import Author, Edits
from handoff.sandbox.server.hubspot.instants import from_ms, to_ms
from handoff.sandbox.server.hubspot.object_reads import (
    LIST_MOST,
    batch_answer,
    id_of,
    ids_by,
    inputs_of,
    named_object,
    portal_of,
    store_of,
)
from handoff.sandbox.server.hubspot.record_store import RecordStore


def _edits(request: Request) -> Edits:
    edits: Edits = request.app.state.edits
    return edits


def author_of(request: Request) -> Author:
    """Who a request says it is: an integration, or the person that its headers name."""
    source = request.headers.get("x-sandbox-source", "INTEGRATION")
    user = request.headers.get("x-sandbox-user")
    at = request.headers.get("x-sandbox-at")
    try:
        instant = from_ms(to_ms(at)) if at else None
    except ValueError:
        raise Refusal(400, "X-Sandbox-At is not an ISO instant") from None
    user_id = answers.whole_number(user, "X-Sandbox-User") if user else None
    source_id = f"userId:{user_id}" if user_id is not None else None
    return Author(source=source, source_id=source_id, user_id=user_id, at=instant)


async def create_object(request: Request) -> Response:
    """POST /crm/objects/{type}."""
    store = store_of(request)
    record_id = _create(request, store, await answers.body_of(request))
    return _one(store, record_id, 201)


async def update_object(request: Request) -> Response:
    """PATCH /crm/objects/{type}/{id}."""
    store = store_of(request)
    body = await answers.body_of(request)
    text = request.path_params["record_id"]
    id_property = request.query_params.get("idProperty")
    by_value = ids_by(store, id_property, [text]) if id_property else {}
    record_id = by_value.get(text.lower(), -1) if id_property else id_of(text)
    if not store.has(record_id):
        raise answers.not_found()
    properties = _properties(store, body)
    _edits(request).update(store, record_id, properties, author_of(request))
    return _one(store, record_id, 200)


async def archive_object(request: Request) -> Response:
    """DELETE /crm/objects/{type}/{id}: 204 whether or not it was there, as HubSpot does."""
    store = store_of(request)
    record_id = id_of(request.path_params["record_id"])
    if store.has(record_id):
        _edits(request).archive(store, record_id, author_of(request))
    return Response(status_code=204)


async def create_batch(request: Request) -> Response:
    """POST /crm/objects/{type}/batch/create."""
    store = store_of(request)
    inputs = _some_inputs(await answers.body_of(request))
    for item in inputs:
        _properties(store, item)
    ids = [_create(request, store, item) for item in inputs]
    return batch_answer(request, store, ids, store.selection((), ()), [], 201)


async def update_batch(request: Request) -> Response:
    """POST /crm/objects/{type}/batch/update."""
    store = store_of(request)
    inputs = _some_inputs(await answers.body_of(request))
    changes = {str(item.get("id")): _properties(store, item) for item in inputs}
    done: list[int] = []
    for text, properties in changes.items():
        if store.has(id_of(text)):
            _edits(request).update(store, id_of(text), properties, author_of(request))
            done.append(id_of(text))
    missing = [text for text in changes if id_of(text) not in done]
    names = sorted({name for properties in changes.values() for name in properties})
    return batch_answer(request, store, done, store.selection(names, ()), missing)


async def archive_batch(request: Request) -> Response:
    """POST /crm/objects/{type}/batch/archive."""
    store = store_of(request)
    for item in _some_inputs(await answers.body_of(request)):
        if store.has(id_of(item.get("id"))):
            _edits(request).archive(store, id_of(item.get("id")), author_of(request))
    return Response(status_code=204)


async def merge_objects(request: Request) -> Response:
    """POST /crm/objects/{type}/merge {primaryObjectId, objectIdToMerge}."""
    store = store_of(request)
    body = await answers.body_of(request)
    primary, loser = id_of(body.get("primaryObjectId")), id_of(body.get("objectIdToMerge"))
    if primary == loser:
        raise Refusal(400, "A record cannot be merged with itself")
    if not store.has(primary) or not store.has(loser):
        raise answers.not_found()
    survivor = _edits(request).merge(store, primary, loser, author_of(request))
    return _one(store, survivor, 200)


async def erase_contact(request: Request) -> Response:
    """POST /crm/objects/contacts/gdpr-delete {objectId, idProperty?}; contacts only."""
    store = portal_of(request).stores["contacts"]
    body = await answers.body_of(request)
    text = str(body.get("objectId", ""))
    if body.get("idProperty"):
        record_id = ids_by(store, str(body["idProperty"]), [text]).get(text.lower(), -1)
    else:
        record_id = id_of(text)
    if store.position(record_id) is not None:
        _edits(request).erase(store, record_id)
    return Response(status_code=204)


def _some_inputs(body: dict[str, Any]) -> list[dict[str, Any]]:
    inputs = inputs_of(body)
    if len(inputs) > LIST_MOST:
        raise Refusal(400, f"The maximum number of inputs supported in a batch is {LIST_MOST}")
    return inputs


def _properties(store: RecordStore, body: dict[str, Any]) -> dict[str, Any]:
    """The properties to write. Raises Refusal for those that HubSpot does not know or own."""
    properties = body.get("properties")
    if not isinstance(properties, dict):
        raise Refusal(400, "Some required fields were not set: [properties]")
    wrong = [
        (name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
        for name in properties
        if name not in store.known
    ] + [
        (name, "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')
        for name in properties
        if name in store.kind.always
    ]
    if wrong:
        details = [
            {"isValid": False, "message": message, "error": code, "name": name}
            for name, code, message in wrong
        ]
        raise Refusal(
            400,
            f"Property values were not valid: {orjson.dumps(details).decode()}",
            errors=[
                {"message": message, "code": code, "context": {"propertyName": [name]}}
                for name, code, message in wrong
            ],
        )
    return properties


def _create(request: Request, store: RecordStore, body: dict[str, Any]) -> int:
    properties = _properties(store, body)
    name = store.kind.name
    email = str(properties.get("email") or "").lower()
    if name == "contacts" and email:
        known = ids_by(store, "email", [email]).get(email)
        if known is not None:
            raise Refusal(409, f"Contact already exists. Existing ID: {known}", "CONFLICT")
    links = [_link(request, name, item) for item in body.get("associations") or ()]
    record_id = _edits(request).create(store, properties, author_of(request))
    for target, to_id, codes in links:
        portal_of(request).links.add(name, record_id, target, to_id, codes)
    return record_id


def _link(
    request: Request, source: str, item: dict[str, Any]
) -> tuple[str, int, list[tuple[int, int]]]:
    """One association of a record to be made: the type id tells the other object."""
    to_id = id_of(item.get("to", {}).get("id"))
    links = portal_of(request).links
    for spec in item.get("types") or ():
        type_id = answers.whole_number(spec.get("associationTypeId"), "associationTypeId")
        for target, store in portal_of(request).stores.items():
            codes = links.types.by_id(source, target, type_id) if store.has(to_id) else []
            if codes:
                return named_object(target), to_id, codes
    raise Refusal(400, f"One or more associations are invalid: {to_id}", "INVALID_ASSOCIATION")


def _one(store: RecordStore, record_id: int, status: int) -> Response:
    """A written record: HubSpot answers with its properties, those that hold a value."""
    names = [name for name, value in store.properties(record_id).items() if value]
    return answers.raw_json(store.answer(record_id, store.selection(names, ())), status)
