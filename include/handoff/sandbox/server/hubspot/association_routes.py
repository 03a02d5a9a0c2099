"""Reading and editing associations, in the shape of v3 and in that of v4 and the dated family."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.instants import iso
from handoff.sandbox.server.hubspot.links import Link
from handoff.sandbox.server.hubspot.object_reads import id_of, inputs_of, named_object, portal_of

# Changelog "Batch read limit for HubSpot associations API", in force since 2025-02-10.
BATCH_MOST = 1000
LIST_MOST = 500


def _pair(request: Request) -> tuple[str, str]:
    return (
        named_object(request.path_params["object_type"]),
        named_object(request.path_params["to_object_type"]),
    )


def _shown(request: Request, links: list[Link]) -> list[Any]:
    """`to`: in v3 an entry for each type, later an entry for each record with all its types."""
    types = portal_of(request).links.types
    if request.scope["version"] == "v3":
        return [{"id": str(to_id), "type": types[code].name} for to_id, code in links]
    grouped: dict[int, list[dict[str, object]]] = {}
    for to_id, code in links:
        grouped.setdefault(to_id, []).append(types[code].spec())
    return [{"toObjectId": to_id, "associationTypes": specs} for to_id, specs in grouped.items()]


async def read_batch(request: Request) -> Response:
    """POST /crm/associations/{from}/{to}/batch/read; records without links are left out."""
    source, target = _pair(request)
    inputs = inputs_of(await answers.body_of(request))
    if len(inputs) > BATCH_MOST:
        raise Refusal(400, f"The maximum number of inputs supported in a batch is {BATCH_MOST}")
    portal = portal_of(request)
    results, without = [], []
    texts = list(dict.fromkeys(str(item.get("id", "")) for item in inputs))
    linked = portal.linked(source, target, [id_of(text) for text in texts])
    for text, links in zip(texts, linked, strict=True):
        if links:
            results.append({"from": {"id": text}, "to": _shown(request, links)})
        else:
            without.append(text)
    instant = iso(portal.now())
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": instant,
        "completedAt": instant,
    }
    if not without:
        return answers.json_answer(body)
    body["numErrors"] = len(without)
    body["errors"] = [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "message": f"No {target} is associated with {source} {text}.",
            "context": {"fromObjectId": [text], "fromObjectType": [source]},
        }
        for text in without
    ]
    return answers.json_answer(body, 207)


async def list_of_one(request: Request) -> Response:
    """GET /crm/v4/objects/{type}/{id}/associations/{to}: pages of 500."""
    source, target = _pair(request)
    record_id = id_of(request.path_params["record_id"])
    if not portal_of(request).stores[source].has(record_id):
        raise answers.not_found()
    limit = answers.limit_of(request, LIST_MOST, LIST_MOST)
    start = answers.whole_number(request.query_params.get("after", "0"), "after")
    linked = _shown(request, portal_of(request).linked(source, target, [record_id])[0])
    body: dict[str, Any] = {"results": linked[start : start + limit]}
    if start + limit < len(linked):
        body["paging"] = answers.next_page(request, str(start + limit))
    return answers.json_answer(body)


async def create_batch(request: Request) -> Response:
    """POST /crm/associations/{from}/{to}/batch/create and …/batch/associate/default."""
    source, target = _pair(request)
    portal = portal_of(request)
    results = []
    for item in inputs_of(await answers.body_of(request)):
        from_id, to_id = _end(item.get("from")), _end(item.get("to"))
        _existing(request, source, from_id)
        _existing(request, target, to_id)
        codes = _codes(request, source, target, item.get("types"))
        portal.links.add(source, from_id, target, to_id, codes)
        results.append(_made(request, source, from_id, target, to_id, codes))
    instant = iso(portal.now())
    body = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": instant,
        "completedAt": instant,
    }
    return answers.json_answer(body, 201)


async def archive_batch(request: Request) -> Response:
    """POST /crm/associations/{from}/{to}/batch/archive, with `to` a record or a list of them."""
    source, target = _pair(request)
    for item in inputs_of(await answers.body_of(request)):
        given = item.get("to")
        to = given if isinstance(given, list) else [given]
        for other in to:
            from_id = _end(item.get("from"))
            portal_of(request).links.remove(source, from_id, target, _end(other))
    return Response(status_code=204)


async def create_one(request: Request) -> Response:
    """PUT /crm/objects/{type}/{id}/associations/{to}/{to_id}, or …/associations/default/…."""
    source, target = _pair(request)
    from_id = id_of(request.path_params["record_id"])
    to_id = id_of(request.path_params["to_record_id"])
    _existing(request, source, from_id)
    _existing(request, target, to_id)
    given = await request.body()
    try:
        types = orjson.loads(given) if given else None
    except orjson.JSONDecodeError:
        raise Refusal(400, "Invalid input JSON: a list of types is expected") from None
    codes = _codes(request, source, target, types)
    portal_of(request).links.add(source, from_id, target, to_id, codes)
    return answers.json_answer(_made(request, source, from_id, target, to_id, codes), 201)


async def archive_one(request: Request) -> Response:
    """DELETE /crm/objects/{type}/{id}/associations/{to}/{to_id}."""
    source, target = _pair(request)
    from_id = id_of(request.path_params["record_id"])
    portal_of(request).links.remove(
        source, from_id, target, id_of(request.path_params["to_record_id"])
    )
    return Response(status_code=204)


def _end(given: Any) -> int:
    """The record id in `{"id": …}`. Raises Refusal."""
    if not isinstance(given, dict) or "id" not in given:
        raise Refusal(400, "Some required fields were not set: [from, to]")
    return id_of(given["id"])


def _made(
    request: Request, source: str, from_id: int, target: str, to_id: int, codes: list[Link]
) -> dict[str, Any]:
    """A link that was made, as the API tells it."""
    portal = portal_of(request)
    labels = [label for there, _ in codes if (label := portal.links.types[there].label)]
    return {
        "fromObjectTypeId": portal.stores[source].kind.type_id,
        "fromObjectId": from_id,
        "toObjectTypeId": portal.stores[target].kind.type_id,
        "toObjectId": to_id,
        "labels": labels,
    }


def _existing(request: Request, name: str, record_id: int) -> None:
    if not portal_of(request).stores[name].has(record_id):
        raise Refusal(400, f"The {name} record {record_id} does not exist", "OBJECT_NOT_FOUND")


def _codes(
    request: Request, source: str, target: str, given: list[dict[str, Any]] | None
) -> list[Link]:
    types = portal_of(request).links.types
    if not given:
        return types.by_id(source, target, types[types.plain(source, target)].type_id)
    codes: list[Link] = []
    for spec in given:
        type_id = answers.whole_number(spec.get("associationTypeId"), "associationTypeId")
        found = types.by_id(source, target, type_id)
        if not found:
            raise Refusal(
                400, f"The association type {type_id} does not lead from {source} to {target}"
            )
        codes.extend(pair for pair in found if pair not in codes)
    return codes
