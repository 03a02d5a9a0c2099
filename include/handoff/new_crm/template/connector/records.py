"""Read Example CRM's lists: in full, what changed, ids alone, or records by id.

The list is sorted by id. What changes behind the reader is in the overlap of the next read, which
begins an hour before the last one began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

from handoff.crm.protocol import Batch, Mode, ReadRequest, ids_stream
from handoff.new_crm.template.connector.api import ExampleCrmApi, Record
from handoff.new_crm.template.connector.objects import FIELD_OBJECTS, OBJECTS, ExampleCrmObject

OVERLAP = timedelta(minutes=60)

Rows = dict[str, list[Record]]


def is_sound(spec: ExampleCrmObject, mode: Mode, cursor: dict[str, Any]) -> bool:
    """Whether a read can go on from a cursor: one of another form would end it at once."""
    if not isinstance(cursor.get("live"), int):
        return False
    if mode == "repair":
        return isinstance(cursor.get("done"), int)
    if spec.reader == "fields":
        return isinstance(cursor.get("read"), list)
    return isinstance(cursor.get("after"), str) or cursor.get("is_done") is True


def read_records(
    api: ExampleCrmApi, spec: ExampleCrmObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """All records of an object, or the changed ones, deleted ones too."""
    names = frozenset(request.selection.get("properties", ()))
    params = {"include_deleted": "true"}
    if request.since is not None:
        since = (request.since - OVERLAP).astimezone(UTC)
        params["modified_since"] = since.isoformat(timespec="milliseconds")

    def rows(records: list[Record]) -> Rows:
        kept = [{key: one[key] for key in one if not names or key in names} for one in records]
        return {spec.name: kept}

    return _read_list(api, spec, params, cursor, rows)


def read_ids(
    api: ExampleCrmApi, spec: ExampleCrmObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """The ids of all records, deleted ones too."""

    def rows(records: list[Record]) -> Rows:
        lines = [{"id": one["id"], "archived": bool(one.get("is_deleted"))} for one in records]
        return {ids_stream(spec.name): lines}

    return _read_list(api, spec, {"include_deleted": "true"}, cursor, rows)


def read_by_id(
    api: ExampleCrmApi, spec: ExampleCrmObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """The records of the request's ids; cursors are ``{"done", "live"}``."""
    names = frozenset(request.selection.get("properties", ()))
    done, live = (cursor or {}).get("done", 0), (cursor or {}).get("live", 0)
    for place, id_ in enumerate(request.ids[done:], start=done + 1):
        record = api.record(spec, id_)
        found = [] if record is None else [{key: record[key] for key in record if key in names}]
        live += len(found)
        yield Batch({spec.name: found}, {"done": place, "live": live}, len(request.ids))


def read_fields(
    api: ExampleCrmApi, spec: ExampleCrmObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """The fields of every object, each with the object that it is of."""
    cursor = cursor or {"read": [], "live": 0}
    read, live = list(cursor["read"]), cursor["live"]
    for name in FIELD_OBJECTS:
        if name not in read:
            fields = [{**one, "objectType": name} for one in api.fields(OBJECTS[name])]
            read.append(name)
            live += len(fields)
            yield Batch({spec.name: fields}, {"read": list(read), "live": live})


def _read_list(
    api: ExampleCrmApi,
    spec: ExampleCrmObject,
    params: dict[str, str],
    cursor: dict[str, Any] | None,
    rows: Callable[[list[Record]], Rows],
) -> Iterator[Batch]:
    """Page after page. Cursors: ``{"after", "live"}``, at the end ``{"is_done", "live"}``."""
    cursor = cursor or {"live": 0}
    live = cursor["live"]
    if cursor.get("is_done"):
        return
    for page in api.pages(spec, params, cursor.get("after")):
        live += sum(not one.get("is_deleted") for one in page.records)
        at: dict[str, Any] = {"is_done": True} if page.after is None else {"after": page.after}
        yield Batch(rows(page.records), {**at, "live": live})
