"""Records one by one and in collections: read, created, updated, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import (
    Refusal,
    body_of,
    json_answer,
    no_column,
    no_resource,
)
from handoff.sandbox.server.salesforce.ids import is_id, to_18
from handoff.sandbox.server.salesforce.org import (
    Organization,
    author_of,
    organization_of,
    path_of,
)
from handoff.sandbox.server.salesforce.org_edits import Author
from handoff.sandbox.server.salesforce.org_state import Record
from handoff.sandbox.server.salesforce.schema import Field, SObject
from handoff.sandbox.server.salesforce.soql_binding import own_getter

_AT_ONCE = 200
_READ_AT_ONCE = 2_000


async def read_record(request: Request) -> Response:
    """`GET /sobjects/<sObject>/<id>?fields=`."""
    org, kind = organization_of(request), _sobject(request)
    record = org.edits.live(kind.name, _record_id(request))
    names = [name for name in request.query_params.get("fields", "").split(",") if name]
    return json_answer(_shown(request, kind, record, _fields(org, kind, names)))


async def create_record(request: Request) -> Response:
    """`POST /sobjects/<sObject>`."""
    org, kind = organization_of(request), _editable(request)
    record_id = org.edits.create(kind.name, await body_of(request), author_of(request))
    return json_answer({"id": record_id, "success": True, "errors": []}, 201)


async def update_record(request: Request) -> Response:
    """`PATCH /sobjects/<sObject>/<id>`."""
    org, kind = organization_of(request), _editable(request)
    body = await body_of(request)
    org.edits.update(kind.name, _record_id(request), body, author_of(request))
    return Response(status_code=204)


async def delete_record(request: Request) -> Response:
    """`DELETE /sobjects/<sObject>/<id>`: to the recycle bin."""
    org, kind = organization_of(request), _editable(request)
    org.edits.delete(kind.name, _record_id(request), author_of(request))
    return Response(status_code=204)


async def read_collection(request: Request) -> Response:
    """`GET` or `POST /composite/sobjects/<sObject>` with ids and fields; null for what is not."""
    org, kind = organization_of(request), _sobject(request)
    if request.method == "POST":
        body = await body_of(request)
        ids, names = list(body.get("ids", ())), list(body.get("fields", ()))
    else:
        ids = request.query_params.get("ids", "").split(",")
        names = request.query_params.get("fields", "").split(",")
    if len(ids) > _READ_AT_ONCE:
        raise Refusal(400, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit {len(ids)}")
    fields = _fields(org, kind, [name for name in names if name])
    known = org.state.records[kind.name]
    found = [known.get(to_18(str(one))) for one in ids]
    return json_answer(
        [
            None if r is None or r.get("IsDeleted") else _shown(request, kind, r, fields)
            for r in found
        ]
    )


async def update_collection(request: Request) -> Response:
    """`PATCH /composite/sobjects`: all records get one stamp, as a bulk update gives them."""
    org, records, author = await _collection(request)
    return json_answer([_tried(_update, org, given, author) for given in records])


async def create_collection(request: Request) -> Response:
    """`POST /composite/sobjects`."""
    org, records, author = await _collection(request)
    return json_answer([_tried(_create, org, given, author) for given in records])


def _update(org: Organization, given: Record, author: Author) -> str:
    record_id = to_18(str(given.get("id") or given.get("Id")))
    changes = {name: value for name, value in given.items() if name.lower() != "id"}
    org.edits.update(_type_of(given), record_id, changes, author)
    return record_id


def _create(org: Organization, given: Record, author: Author) -> str:
    return org.edits.create(_type_of(given), given, author)


def _type_of(given: Record) -> str:
    return str(given.get("attributes", {}).get("type"))


def _tried(
    edit: Callable[[Organization, Record, Author], str],
    org: Organization,
    given: Record,
    author: Author,
) -> dict[str, Any]:
    """One row of a collection's answer."""
    try:
        return {"id": edit(org, given, author), "success": True, "errors": []}
    except Refusal as refusal:
        error = {"statusCode": refusal.code, "message": refusal.message, "fields": []}
        return {"success": False, "errors": [error]}


async def _collection(request: Request) -> tuple[Organization, list[Record], Author]:
    org, author = organization_of(request), author_of(request)
    records = list((await body_of(request)).get("records", ()))
    if len(records) > _AT_ONCE:
        raise Refusal(
            400, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit {len(records)}"
        )
    # One instant for all, whatever time the edits take.
    return org, records, Author(author.user_id, author.at or org.edits.instant(author))


def _shown(request: Request, kind: SObject, record: Record, fields: list[Field]) -> dict[str, Any]:
    url = path_of(request, "sobjects", kind.name, record["Id"])
    return {
        "attributes": {"type": kind.name, "url": url},
        **{one.name: values.json_value(one.kind, own_getter(one)(record)) for one in fields},
    }


def _fields(org: Organization, kind: SObject, names: list[str]) -> list[Field]:
    """The fields of these names, or all that the user sees."""
    if not names:
        return [field for field in kind.fields.values() if org.binder.shows(kind, field)]
    found: list[Field] = []
    for name in dict.fromkeys(["Id", *names]):
        field = kind.find(name)
        if field is None or not org.binder.shows(kind, field):
            raise no_column(name, kind.name)
        found.append(field)
    return found


def _sobject(request: Request) -> SObject:
    return organization_of(request).sobject(request.path_params["sobject"])


def _editable(request: Request) -> SObject:
    kind = _sobject(request)
    if kind.name.endswith("History"):
        raise Refusal(
            400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"{kind.name} is written by the system"
        )
    return kind


def _record_id(request: Request) -> str:
    given = str(request.path_params["record_id"])
    if not is_id(given):
        raise no_resource()
    return to_18(given)
