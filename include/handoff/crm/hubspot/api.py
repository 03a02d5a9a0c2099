"""HubSpot's endpoints as the readers use them: pages, searches, batches, associations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from handoff.crm.hubspot.client import HubSpotClient, RefusedError, Target
from handoff.crm.hubspot.objects import (
    ASSOCIATIONS_BATCH_SIZE,
    PAGE_SIZE,
    PAGE_SIZE_WITH_HISTORY,
    HubSpotObject,
)
from handoff.crm.hubspot.paths import build_path
from handoff.errors import CrmError, CursorRefusedError

# So many pages in a row without a record are no page breaks any more.
_MOST_EMPTY_PAGES = 20

Record = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """Records of one page, and the cursor of the next one, or None at the end."""

    records: list[Record]
    after: str | None


class HubSpotApi:
    """The endpoints of one account in one API version."""

    def __init__(self, client: HubSpotClient, version: str, source_id: str) -> None:
        self.client = client
        self.version = version
        self.source_id = source_id

    def target(self, spec: HubSpotObject) -> Target:
        return Target(spec.name, spec.scope, spec.is_optional)

    def path(self, endpoint: str, **names: str) -> str:
        return build_path(self.version, endpoint, **names)

    def pages(
        self, path: str, params: dict[str, str], target: Target, after: str | None = None
    ) -> Iterator[Page]:
        """Pages from a cursor to the end.

        Raises CursorRefusedError when the API does not take a cursor, and CrmError when it leads
        in a circle: by a cursor or by a page that came before.
        """
        seen_cursors: set[str] = set() if after is None else {after}
        seen_pages: set[int] = set()
        empty_pages = 0
        while True:
            asked = params if after is None else {**params, "after": after}
            try:
                body = self.client.get(path, asked, target)
            except RefusedError as error:
                if after is not None and error.status in {400, 404, 410}:
                    raise self.cursor_refused(target) from None
                raise
            records, after = body["results"], _next_cursor(body)
            empty_pages = 0 if records else empty_pages + 1
            page = hash(tuple(map(_identity, records))) if records else None
            if after is not None and (
                after in seen_cursors or page in seen_pages or empty_pages > _MOST_EMPTY_PAGES
            ):
                raise CrmError(
                    f"HubSpot's pages of {path} lead in a circle: the same cursor or page came "
                    "twice, or no page has records",
                    source=self.source_id,
                    object=target.object,
                    fix=f"go on with: handoff sync --source {self.source_id}; if it stays, tell "
                    "HubSpot's support",
                )
            if after is not None:
                seen_cursors.add(after)
            if page is not None:
                seen_pages.add(page)
            yield Page(records, after)
            if after is None:
                return

    def search(self, spec: HubSpotObject, body: dict[str, Any]) -> tuple[list[Record], int, bool]:
        """One page of a search: its records, the search's total, and whether more follow."""
        path = self.path("search", type=spec.name)
        answer = self.client.search(path, body, self.target(spec))
        total = answer.get("total")
        total = total if isinstance(total, int) else len(answer["results"])
        return answer["results"], total, _next_cursor(answer) is not None

    def batch_read(
        self,
        spec: HubSpotObject,
        ids: Sequence[str],
        selection: dict[str, list[str]],
        is_archived: bool = False,
    ) -> list[Record]:
        """Records by id, as the API orders them; ids that are gone are left out by it."""
        size = PAGE_SIZE_WITH_HISTORY if selection.get("history") else PAGE_SIZE
        path = self.path("batch_read", type=spec.name)
        if is_archived:
            path += "?archived=true"

        def read(start: int) -> list[Record]:
            body: dict[str, Any] = {
                "inputs": [{"id": id_} for id_ in ids[start : start + size]],
                "properties": selection.get("properties", []),
            }
            if selection.get("history"):
                body["propertiesWithHistory"] = selection["history"]
            found: list[Record] = self.client.post(path, body, self.target(spec))["results"]
            return found

        batches = self.client.together([partial(read, n) for n in range(0, len(ids), size)])
        return [record for batch in batches for record in batch]

    def associations(
        self, spec: HubSpotObject, to_type: str, ids: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """Links of each id to objects of a type, labels included; no links give an empty list."""
        path = self.path("associations", from_type=spec.name, to_type=to_type)
        links: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in ids}
        waiting: list[dict[str, str]] = [{"id": id_} for id_ in ids]
        while waiting:
            asked, waiting = waiting[:ASSOCIATIONS_BATCH_SIZE], waiting[ASSOCIATIONS_BATCH_SIZE:]
            for result in self.client.post(path, {"inputs": asked}, self.target(spec))["results"]:
                from_id = str(result["from"]["id"])
                after = _next_cursor(result)
                links.setdefault(from_id, []).extend(result.get("to") or [])
                if after is not None:
                    again = {"id": from_id, "after": after}
                    if again in asked:
                        raise self.cursor_refused(self.target(spec))
                    waiting.append(again)
        return links

    def cursor_refused(self, target: Target) -> CursorRefusedError:
        """The error for a place that cannot be gone on from."""
        return CursorRefusedError(
            "HubSpot no longer takes the place where the last read stopped",
            source=self.source_id,
            object=target.object,
            fix=f"handoff sync --source {self.source_id} --full --object {target.object}",
        )


def _next_cursor(body: dict[str, Any]) -> str | None:
    paging = body.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return None if after in {None, ""} else str(after)


def _identity(record: Record) -> str:
    return str(record.get("id") or record.get("conversionId") or record.get("name"))
