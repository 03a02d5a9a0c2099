"""Read a stretch of records by the REST API, page by page, in the order of their ids.

The place of a read is the id of its last record, which never ends; the locators of pages do, after
minutes, and then the rest is asked for anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handoff.crm.http.refusals import RefusedError
from handoff.crm.protocol import Batch
from handoff.crm.salesforce.read_state import ReadState
from handoff.crm.salesforce.reading import Reading, is_deleted

# Records that were purged meanwhile leave pages empty; so many in a row have another cause.
_MOST_EMPTY_PAGES = 20


def read_by_rest(reading: Reading, state: ReadState, expected: int | None) -> Iterator[Batch]:
    """All records of the state's first stretch, whose place moves on with each page.

    Raises RefusedError, with the state at the last page that was read.
    """
    api, spec = reading.api, reading.spec
    locator: str | None = None
    is_restarted, empty_pages = False, 0
    while True:
        stretch = state.stretches[0]
        try:
            if locator is None:
                query = reading.query(stretch.conditions, "ORDER BY Id")
                page = api.query(query, spec)
            else:
                page = api.query_more(locator, spec)
        except RefusedError as error:
            # Twice in a row without a page between would go on for ever.
            if error.code != "INVALID_QUERY_LOCATOR" or locator is None or is_restarted:
                raise
            locator, is_restarted = None, True
            continue
        rows = reading.of_json(page.records)
        empty_pages = 0 if rows else empty_pages + 1
        if empty_pages > _MOST_EMPTY_PAGES:
            raise api.circle(spec)
        if rows:
            if rows[-1]["id"] == stretch.last_id or page.locator == locator is not None:
                raise api.circle(spec)
            state.stretches[0] = replace(stretch, last_id=rows[-1]["id"])
            state.live += sum(not is_deleted(row) for row in rows)
        locator, is_restarted = page.locator, False
        yield Batch({reading.stream: reading.lines(rows)}, state.cursor(), expected)
        if locator is None:
            return
