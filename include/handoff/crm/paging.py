"""Follow an API's pages to their end, and notice when they have none.

Only the cursor is taken out of an answer; the request for the next page is built from it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from handoff.crm.http.refusals import RefusedError
from handoff.errors import CrmError, CursorRefusedError

# So many pages in a row without a record are no page breaks any more.
_MOST_EMPTY_PAGES = 20
_CURSOR_REFUSALS = frozenset({400, 404, 410, 422})


@dataclass(frozen=True)
class Page:
    """Records of one page, and the cursor of the next one, or None at the end."""

    records: list[dict[str, Any]]
    after: str | None


@dataclass(frozen=True)
class Place:
    """Where pages are read, for messages. asked: such as ``GET /api/v2/deals``."""

    vendor: str
    source_id: str
    object: str
    asked: str


def follow_pages(
    ask: Callable[[str | None], Page], place: Place, after: str | None = None
) -> Iterator[Page]:
    """Pages from a cursor to the end. ask: the page that begins at a cursor.

    A page is given out once its cursor has led to the next one, so that nobody goes on from a
    cursor that leads nowhere.
    Raises CursorRefusedError when the API does not take a cursor, and CrmError when the pages lead
    in a circle: by a cursor or by a page that came before.
    """
    seen_cursors: set[str] = set() if after is None else {after}
    seen_pages: set[int] = set()
    empty_pages = 0
    last: Page | None = None
    while True:
        try:
            page = ask(after)
        except RefusedError as error:
            if after is not None and error.status in _CURSOR_REFUSALS:
                raise cursor_refused(place) from None
            raise
        after = page.after
        empty_pages = 0 if page.records else empty_pages + 1
        content = hash(tuple(str(one.get("id", one)) for one in page.records))
        is_repeated = bool(page.records) and content in seen_pages
        if after is not None and (
            after in seen_cursors or is_repeated or empty_pages > _MOST_EMPTY_PAGES
        ):
            raise _circle(place)
        seen_pages.add(content)
        if last is not None:
            yield last
        last = page
        if after is None:
            yield page
            return
        seen_cursors.add(after)


def cursor_refused(place: Place) -> CursorRefusedError:
    """The error for a cursor that is no good any more, or that is damaged."""
    return CursorRefusedError(
        f"{place.vendor} no longer takes the place where the last read stopped",
        source=place.source_id,
        object=place.object,
        fix=f"handoff sync --source {place.source_id} --full --object {place.object}",
    )


def _circle(place: Place) -> CrmError:
    return CrmError(
        f"{place.vendor}'s pages of {place.asked} lead in a circle: the same cursor or page came "
        "twice, or no page has records",
        source=place.source_id,
        object=place.object,
        fix=f"go on with: handoff sync --source {place.source_id}; if it stays, tell "
        f"{place.vendor}'s support",
    )
