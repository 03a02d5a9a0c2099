"""Listing records, reading one, reading a batch."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.instants import iso
from handoff.sandbox.server.hubspot.object_types import object_name
from handoff.sandbox.server.hubspot.portal_state import PortalState
from handoff.sandbox.server.hubspot.record import Selection
from handoff.sandbox.server.hubspot.record_store import RecordStore

LIST_MOST = 100
# Histories are long: HubSpot halves the page and the batch when they are asked for.
HISTORY_MOST = 50


def portal_of(request: Request) -> PortalState:
    state: PortalState = request.app.state.portal
    return state


def named_object(text: str) -> str:
    """The object a path segment names. Raises Refusal."""
    name = object_name(text)
    if name is None:
        raise Refusal(400, f"Unable to infer object type from: {text}")
    return name


def store_of(request: Request) -> RecordStore:
    return portal_of(request).stores[named_object(request.path_params["object_type"])]


def id_of(text: object) -> int:
    """A record id out of a path or body; what is no number is the id of nothing."""
    try:
        return int(str(text))
    except ValueError:
        return -1


async def list_objects(request: Request) -> Response:
    """GET /crm/objects/{type}: live records by id, or with `archived=true` only archived ones."""
    store = store_of(request)
    history = answers.names_of(request, "propertiesWithHistory")
    limit = answers.limit_of(request, 10, HISTORY_MOST if history else LIST_MOST)
    after = answers.whole_number(request.query_params.get("after", "0"), "after")
    archived = answers.is_set(request, "archived")
    selection = store.selection(answers.names_of(request, "properties"), history)
    targets = [named_object(name) for name in answers.names_of(request, "associations")]
    ids, more = store.page(after=after, limit=limit, archived=archived)
    linked = associations_of(request, store.kind.name, ids, targets)
    results = [
        store.answer(record_id, selection, associations)
        for record_id, associations in zip(ids, linked, strict=True)
    ]
    paging = answers.next_page(request, str(ids[-1])) if more else None
    return answers.raw_json(answers.page_json(results, paging))


def associations_of(
    request: Request, source: str, ids: list[int], targets: list[str]
) -> list[bytes]:
    """The `associations` of each record in an answer; nothing for one that has none."""
    portal = portal_of(request)
    found: list[dict[str, Any]] = [{} for _ in ids]
    for target in targets:
        for associations, links in zip(found, portal.linked(source, target, ids), strict=True):
            if links:
                types = portal.links.types
                results = [{"id": str(to_id), "type": types[code].name} for to_id, code in links]
                associations[target] = {"results": results}
    return [orjson.dumps(associations) if associations else b"" for associations in found]


async def read_object(request: Request) -> Response:
    """GET /crm/objects/{type}/{id}."""
    store = store_of(request)
    archived = answers.is_set(request, "archived")
    id_property = request.query_params.get("idProperty")
    record_id = _found(
        portal_of(request), store, request.path_params["record_id"], id_property, archived
    )
    if record_id is None:
        raise answers.not_found()
    selection = store.selection(
        answers.names_of(request, "properties"),
        answers.names_of(request, "propertiesWithHistory"),
    )
    targets = [named_object(name) for name in answers.names_of(request, "associations")]
    linked = associations_of(request, store.kind.name, [record_id], targets)
    return answers.raw_json(store.answer(record_id, selection, linked[0]))


def _found(
    portal: PortalState, store: RecordStore, text: str, id_property: str | None, archived: bool
) -> int | None:
    if id_property and id_property != "hs_object_id":
        return ids_by(store, id_property, [text]).get(text.lower())
    record_id = id_of(text)
    if store.has(record_id, archived=archived):
        return record_id
    survivor = portal.survivors.get((store.kind.name, record_id))
    return survivor if survivor is not None and store.has(survivor) else None


def ids_by(store: RecordStore, name: str, values: list[str]) -> dict[str, int]:
    """Ids of the live records that hold one of the values (lower case) in a property."""
    wanted = {value.lower() for value in values}
    found: dict[str, int] = {}
    for record_id in store.view(archived=False).tolist():
        value = (store.properties(record_id).get(name) or "").lower()
        if value in wanted:
            found.setdefault(value, record_id)
    return found


async def read_batch(request: Request) -> Response:
    """POST /crm/objects/{type}/batch/read: 207 with `errors` when some ids do not exist."""
    store = store_of(request)
    body = await answers.body_of(request)
    history = body.get("propertiesWithHistory") or []
    texts = [str(item.get("id", "")) for item in inputs_of(body)]
    if history and len(texts) > HISTORY_MOST:
        raise Refusal(
            400,
            "The maximum number of inputs supported in a batch request for property histories is"
            f" {HISTORY_MOST}",
        )
    if len(texts) > LIST_MOST:
        raise Refusal(400, f"The maximum number of inputs supported in a batch is {LIST_MOST}")
    selection = store.selection(body.get("properties") or [], history)
    archived = answers.is_set(request, "archived")
    id_property = body.get("idProperty")
    if id_property and id_property != "hs_object_id":
        by_value = ids_by(store, id_property, texts)
        pairs = [(text, by_value.get(text.lower(), -1)) for text in texts]
    else:
        pairs = [(text, id_of(text)) for text in texts]
    found = dict.fromkeys(i for _, i in pairs if store.has(i, archived=archived))
    missing = [text for text, i in pairs if i not in found]
    return batch_answer(request, store, list(found), selection, missing)


def inputs_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The `inputs` of a batch. Raises Refusal when there are none."""
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(item, dict) for item in inputs):
        raise Refusal(400, "Some required fields were not set: [inputs]")
    return inputs


def batch_answer(
    request: Request,
    store: RecordStore,
    ids: list[int],
    selection: Selection,
    missing: list[str],
    status: int = 200,
) -> Response:
    """A batch's answer; with missing ids it is a 207 that names them."""
    instant = iso(portal_of(request).now())
    before: dict[str, Any] = {"status": "COMPLETE", "startedAt": instant, "completedAt": instant}
    if missing:
        status = 207
        before["numErrors"] = 1
        before["errors"] = [
            {
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "message": f"Could not get some {store.kind.singular.upper()} objects, they may"
                " be deleted or not exist. Check that ids are valid.",
                "context": {"ids": missing},
            }
        ]
    results = (store.answer(record_id, selection) for record_id in ids)
    head = orjson.dumps(before)[1:-1] + b","
    return answers.raw_json(answers.page_json(results, None, head), status)
