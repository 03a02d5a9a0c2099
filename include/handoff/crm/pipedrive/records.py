"""Read Pipedrive's lists: in full, what changed, or ids alone.

A list is sorted by id, so that records which change while it is read neither come twice nor make
others slip through; what changes behind the reader is in the overlap of the next read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.crm.pipedrive.api import PipedriveApi, Record
from handoff.crm.pipedrive.objects import (
    ADDRESS,
    FIELD_OBJECTS,
    OBJECTS,
    PAGE_SIZE,
    SMALL_PAGE_SIZE,
    PipedriveObject,
    RecordList,
)
from handoff.crm.protocol import Batch, Mode, ReadRequest, ids_stream

OVERLAP = timedelta(minutes=60)

Rows = dict[str, list[Record]]


def is_sound(spec: PipedriveObject, mode: Mode, cursor: dict[str, Any]) -> bool:
    """Whether a read can go on from a cursor: one of another form would end it at once."""
    if not isinstance(cursor.get("live"), int) or not isinstance(cursor.get("after"), str | None):
        return False
    if mode == "repair":
        return isinstance(cursor.get("done"), int)
    if spec.reader == "fields":
        return isinstance(cursor.get("read"), list)
    return cursor.get("list") in {*(one.name for one in spec.lists), "done"}


def read_records(
    api: PipedriveApi, spec: PipedriveObject, request: ReadRequest, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """All records of an object, or the changed ones."""
    kept = kept_fields(spec, request.selection.get("properties", ()))
    return _read_lists(
        api, spec, _since(spec, request), cursor, lambda records, _: {spec.name: kept(records)}
    )


def read_ids(
    api: PipedriveApi, spec: PipedriveObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """The ids of all records, with those in the bin where Pipedrive lists them."""

    def lines(records: list[Record], part: RecordList) -> Rows:
        return {
            ids_stream(spec.name): [
                {"id": str(one["id"]), "archived": part.is_deleted or bool(one.get("is_deleted"))}
                for one in records
            ]
        }

    return _read_lists(api, spec, {}, cursor, lines)


def read_by_id(
    api: PipedriveApi,
    spec: PipedriveObject,
    request: ReadRequest,
    cursor: dict[str, Any] | None,
    requests_at_a_time: int,
) -> Iterator[Batch]:
    """The records of the request's ids, one by one: a list leaves out what it filed away."""
    kept = kept_fields(spec, request.selection.get("properties", ()))
    done, live = (cursor or {}).get("done", 0), (cursor or {}).get("live", 0)
    with ThreadPoolExecutor(requests_at_a_time, thread_name_prefix="repair") as pool:
        for start in range(done, len(request.ids), SMALL_PAGE_SIZE):
            asked = request.ids[start : start + SMALL_PAGE_SIZE]
            found = pool.map(lambda id_: api.record(spec, id_), asked)
            records = [one for one in found if one is not None]
            live += len(records)
            at = {"done": start + len(asked), "live": live}
            yield Batch({spec.name: kept(records)}, at, len(request.ids))


def read_changelogs(
    api: PipedriveApi,
    spec: PipedriveObject,
    request: ReadRequest,
    cursor: dict[str, Any] | None,
    requests_at_a_time: int,
) -> Iterator[Batch]:
    """The whole changelog of each deal, or of each that changed: one line a deal."""
    with ThreadPoolExecutor(requests_at_a_time, thread_name_prefix="changelog") as pool:

        def lines(records: list[Record], _: RecordList) -> Rows:
            ids = [str(one["id"]) for one in records]
            found = pool.map(lambda id_: api.changelog(spec, id_), ids)
            return {
                spec.name: [
                    {"id": id_, "changes": [_without_agent(one) for one in changes]}
                    for id_, changes in zip(ids, found, strict=True)
                ]
            }

        yield from _read_lists(api, spec, _since(spec, request), cursor, lines, SMALL_PAGE_SIZE)


def read_fields(
    api: PipedriveApi, spec: PipedriveObject, cursor: dict[str, Any] | None
) -> Iterator[Batch]:
    """The fields of every object, each with the object that it is of."""
    cursor = cursor or {"read": [], "live": 0}
    read, live = list(cursor["read"]), cursor["live"]
    for name in FIELD_OBJECTS:
        if name not in read:
            records = api.fields(spec, OBJECTS[name])
            read.append(name)
            live += len(records)
            rows = [{**record, "objectType": name} for record in records]
            yield Batch({spec.name: rows}, {"read": list(read), "live": live})


def kept_fields(
    spec: PipedriveObject, custom: Sequence[str]
) -> Callable[[list[Record]], list[Record]]:
    """What makes a record into its line: the fields that are kept, and named custom ones.

    Ids are text in the landing. Version 1 has custom fields among the others, version 2 in a place
    of their own.
    """
    if not spec.kept:
        return lambda records: [{**one, "id": str(one["id"])} for one in records]
    names, custom_names = frozenset(spec.kept), frozenset(custom)

    def line(record: Record) -> Record:
        own = record.get("custom_fields") or {}
        found = {**record, **own}
        return {
            **{name: _plain(name, value) for name, value in record.items() if name in names},
            "id": str(record["id"]),
            "custom_fields": {
                name: value
                for name, value in found.items()
                if name in custom_names and name not in names
            },
        }

    return lambda records: [line(one) for one in records]


def _read_lists(
    api: PipedriveApi,
    spec: PipedriveObject,
    params: dict[str, str],
    cursor: dict[str, Any] | None,
    make_rows: Callable[[list[Record], RecordList], Rows],
    page_size: int = PAGE_SIZE,
) -> Iterator[Batch]:
    """List after list, page after page. Cursors: ``{"list", "after", "live"}``."""
    cursor = cursor or {"list": spec.lists[0].name, "live": 0}
    names = [one.name for one in spec.lists]
    live, after = cursor["live"], cursor.get("after")
    first = names.index(cursor["list"]) if cursor["list"] in names else len(names)
    for place in range(first, len(names)):
        part = spec.lists[place]
        following = names[place + 1] if place + 1 < len(names) else "done"
        for page in api.pages(spec, part, params, after, page_size):
            live += sum(not (part.is_deleted or one.get("is_deleted")) for one in page.records)
            at = {"list": part.name, "after": page.after} if page.after else {"list": following}
            yield Batch(make_rows(page.records, part), {**at, "live": live})
        after = None


def _since(spec: PipedriveObject, request: ReadRequest) -> dict[str, str]:
    sorted_by = {} if any(one.by_offset for one in spec.lists) else {"sort_by": "id"}
    if request.since is None or not spec.knows_changes:
        return sorted_by
    # To the second, as Pipedrive takes it; it counts from that second on.
    since = (request.since - OVERLAP).astimezone(UTC).replace(microsecond=0)
    return {**sorted_by, "updated_since": _text(since)}


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(name: str, value: Any) -> Any:
    if name == ADDRESS and isinstance(value, dict):
        return {"country": value.get("country")}
    return value


def _without_agent(entry: Record) -> Record:
    """A change without the browser of who made it."""
    return {name: value for name, value in entry.items() if name != "change_source_user_agent"}
