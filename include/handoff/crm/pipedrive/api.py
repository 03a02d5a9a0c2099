"""Pipedrive's endpoints as the readers use them: lists by cursor or offset, one record, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from handoff.crm.http.client import AccountClient
from handoff.crm.http.refusals import RefusedError
from handoff.crm.http.vendor import Target
from handoff.crm.paging import Page, Place, follow_pages
from handoff.crm.pipedrive.objects import PAGE_SIZE, PipedriveObject, RecordList
from handoff.crm.pipedrive.paths import build_path, record_path

Record = dict[str, Any]

# Deleted for good, or never there.
_GONE_STATUSES = frozenset({404, 410})


class PipedriveApi:
    """The endpoints of one account."""

    def __init__(self, client: AccountClient, source_id: str) -> None:
        self.client = client
        self.source_id = source_id

    def target(self, spec: PipedriveObject) -> Target:
        return Target(spec.name, spec.scope, spec.is_optional)

    def get(self, path: str, target: Target, params: Mapping[str, str] | None = None) -> Any:
        """The JSON of an answer. Raises CrmError or one of its kinds."""
        return self.client.ask("GET", path, target, params=dict(params or {})).body

    def pages(
        self,
        spec: PipedriveObject,
        part: RecordList,
        params: Mapping[str, str],
        after: str | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Page]:
        """Pages of one list from a cursor to its end."""
        path, target = build_path(part.endpoint), self.target(spec)
        asked = {**dict(part.params), **params, "limit": str(page_size)}
        key = "start" if part.by_offset else "cursor"

        def ask(after: str | None) -> Page:
            body = self.get(path, target, asked if after is None else {**asked, key: after})
            return Page(body["data"] or [], _next_start(body) if part.by_offset else _cursor(body))

        return follow_pages(ask, self._place(spec, path), after)

    def fields(self, spec: PipedriveObject, of: PipedriveObject) -> list[Record]:
        """The fields of an object."""
        part = RecordList("list", of.fields)
        return [record for page in self.pages(spec, part, {}) for record in page.records]

    def changelog(self, spec: PipedriveObject, deal_id: str) -> list[Record]:
        """All changes of a deal, as Pipedrive orders them."""
        path, target = build_path("deal_changelog", id=deal_id), self.target(spec)

        def ask(after: str | None) -> Page:
            params = {"limit": str(PAGE_SIZE), **({} if after is None else {"cursor": after})}
            body = self.get(path, target, params)
            return Page(body["data"] or [], _cursor(body))

        place = self._place(spec, path)
        try:
            return [entry for page in follow_pages(ask, place) for entry in page.records]
        except RefusedError as error:
            # Cleared from the bin since it was listed.
            if error.status in _GONE_STATUSES:
                return []
            raise

    def record(self, spec: PipedriveObject, id_: str) -> Record | None:
        """The record of an id, in the bin or not; None where there is none."""
        try:
            found: Record = self.get(record_path(spec.endpoint, id_), self.target(spec))["data"]
        except RefusedError as error:
            if error.status in _GONE_STATUSES:
                return None
            raise
        return found

    def _place(self, spec: PipedriveObject, path: str) -> Place:
        return Place(self.client.vendor.name, self.source_id, spec.name, f"GET {path}")


def _cursor(body: Record) -> str | None:
    after = (body.get("additional_data") or {}).get("next_cursor")
    return None if after in {None, ""} else str(after)


def _next_start(body: Record) -> str | None:
    paging = (body.get("additional_data") or {}).get("pagination") or {}
    return str(paging["next_start"]) if paging.get("more_items_in_collection") else None
