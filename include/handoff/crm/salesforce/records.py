"""Read an object's records: few of them by the REST API, many by a job of the Bulk API.

What changed is read from an hour before the last watermark up to the start of the read: instants of
changes may become visible late, and many records share one. A record that changes while it is read
leaves the window, and the next read finds it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from handoff import clock
from handoff.crm.http.refusals import RefusedError
from handoff.crm.protocol import Batch, ReadRequest
from handoff.crm.salesforce import soql
from handoff.crm.salesforce.api import SalesforceApi
from handoff.crm.salesforce.bulk_query import JOB_FAILED, read_by_job, start_job
from handoff.crm.salesforce.objects import SalesforceObject
from handoff.crm.salesforce.read_state import ReadState, Stretch, state_of
from handoff.crm.salesforce.reading import (
    Reading,
    is_deleted,
    reading_of_ids,
    reading_of_records,
)
from handoff.crm.salesforce.refusals import TOO_MUCH_AT_ONCE, is_not_for_bulk, place_refused
from handoff.crm.salesforce.rest_query import read_by_rest
from handoff.errors import CrmError

OVERLAP = timedelta(minutes=60)
# From so many records on, Salesforce's guide asks for the Bulk API.
BULK_FROM_ROWS = 2_000
# A query in an address: Salesforce takes about 16,000 characters of address and headers.
_LONGEST_ADDRESS = 12_000
_IDS_AT_ONCE = 200
_MOST_FAILED_JOBS = 8
_log = logging.getLogger(__name__)


def read_records(
    api: SalesforceApi,
    spec: SalesforceObject,
    request: ReadRequest,
    cursor: dict[str, Any] | None,
) -> Iterator[Batch]:
    """All records of an object, the changed ones, or the ids of all (a sweep)."""
    reading = (
        reading_of_ids(api, spec)
        if request.mode == "sweep"
        else reading_of_records(api, spec, request.selection.get("fields", spec.fields))
    )
    if cursor is None:
        state = _beginning(api, spec, request)
    else:
        found = state_of(cursor, spec.modified_field, api.version)
        if found is None:
            raise place_refused(spec, api.source_id)
        state = found
    while state.stretches:
        try:
            yield from _read_stretch(reading, state)
        except RefusedError as error:
            _act_upon(error, reading, state)
            continue
        state.stretches.pop(0)
        yield Batch({reading.stream: []}, state.cursor())


def read_by_id(
    api: SalesforceApi,
    spec: SalesforceObject,
    request: ReadRequest,
    cursor: dict[str, Any] | None,
) -> Iterator[Batch]:
    """The records of the request's ids; cursors are ``{"done", "live"}``."""
    reading = reading_of_records(api, spec, request.selection.get("fields", spec.fields))
    done, live = (cursor or {}).get("done", 0), (cursor or {}).get("live", 0)
    while done < len(request.ids):
        asked = request.ids[done : done + _IDS_AT_ONCE]
        try:
            found = api.query(reading.query(soql.among_ids(asked)), spec).records
        except RefusedError as error:
            if not reading.drops_field(error):
                raise
            continue
        rows = reading.of_json(found)
        done, live = done + len(asked), live + sum(not is_deleted(row) for row in rows)
        cursor = {"done": done, "live": live}
        yield Batch({reading.stream: reading.lines(rows)}, cursor, len(request.ids))


def known_ids(api: SalesforceApi, spec: SalesforceObject, ids: list[str]) -> set[str]:
    """Those of the ids that Salesforce has a record of, be it deleted or merged away."""
    found: set[str] = set()
    reading = reading_of_ids(api, spec)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        query = soql.select(["Id"], spec.sobject, soql.among_ids(ids[start : start + _IDS_AT_ONCE]))
        found.update(row["id"] for row in reading.of_json(api.query(query, spec).records))
    return found


def _beginning(api: SalesforceApi, spec: SalesforceObject, request: ReadRequest) -> ReadState:
    """A full read takes all there is; one of changes ends where the next one starts."""
    if request.since is None or request.mode == "sweep":
        window = soql.Window(spec.modified_field)
    else:
        until = _reached(api, request.until)
        window = soql.Window(spec.modified_field, request.since - OVERLAP, until)
    return ReadState([Stretch(window)], api.version)


def _reached(api: SalesforceApi, until: datetime) -> datetime:
    """Up to when a read holds all changes: not beyond the server's clock, if ours is ahead."""
    answered_at = api.watch.answered_at
    return until if answered_at is None else min(until, answered_at)


def _read_stretch(reading: Reading, state: ReadState) -> Iterator[Batch]:
    if state.job is not None:
        yield from read_by_job(reading, state, None)
        return
    stretch, expected = state.stretches[0], None
    query = reading.query(stretch.conditions)
    is_for_bulk = len(query) > _LONGEST_ADDRESS
    if not is_for_bulk and not stretch.last_id:
        expected = _count(reading, stretch)
        if expected == 0:
            return
        is_for_bulk = expected is None or expected >= BULK_FROM_ROWS
    if is_for_bulk:
        try:
            start_job(reading, state)
        except RefusedError as error:
            if not is_not_for_bulk(error):
                raise
            _log.warning(
                "%s: no job of the Bulk API (%s), read by pages", reading.spec.name, error.code
            )
        else:
            yield from read_by_job(reading, state, expected)
            return
    yield from read_by_rest(reading, state, expected)


def _count(reading: Reading, stretch: Stretch) -> int | None:
    """How many records there are, or None where they are too many to be counted in time."""
    try:
        return reading.api.count(reading.spec, stretch.conditions)
    except RefusedError as error:
        if error.code not in TOO_MUCH_AT_ONCE:
            raise
        return None


def _act_upon(error: RefusedError, reading: Reading, state: ReadState) -> None:
    """Make the next attempt another one, or raise."""
    if state.job is not None:
        # What it gave so far comes again, as newer versions of the same records.
        state.live, state.job = state.job.live_before, None
    if reading.drops_field(error):
        return
    state.failed_jobs += error.code == JOB_FAILED
    is_too_much = error.code in TOO_MUCH_AT_ONCE or error.code == JOB_FAILED
    if not is_too_much or state.failed_jobs > _MOST_FAILED_JOBS:
        raise error
    api, spec = reading.api, reading.spec
    halves = state.stretches[0].halves(*_ends(reading, state.stretches[0]))
    if halves is None:
        raise CrmError(
            f"Salesforce needs too long for the {spec.name} that changed within two seconds "
            f"({error.code})",
            source=api.source_id,
            object=spec.name,
            fix=f"ask Salesforce's support for an index, then run: handoff sync --source "
            f"{api.source_id}",
        ) from None
    _log.warning("%s: %s, read in two halves", spec.name, error.code)
    state.stretches[:1] = halves


def _ends(reading: Reading, stretch: Stretch) -> tuple[datetime, datetime]:
    """The instants of the earliest and the latest change, where the window leaves them open."""
    window = stretch.window
    return window.since or _end(reading, "ASC"), window.until or _end(reading, "DESC")


def _end(reading: Reading, order: str) -> datetime:
    """The first instant of change in an order: by its index, so that this is quick at any rate."""
    name = reading.spec.modified_field
    query = soql.select(["Id", name], reading.spec.sobject, (), f"ORDER BY {name} {order} LIMIT 1")
    # A sweep reads ids alone: the instant is taken from the answer itself.
    (first, *_) = reading.api.query(query, reading.spec).records or [{}]
    told = first.get(name)
    return datetime.fromisoformat(told) if told else clock.wall_now()
