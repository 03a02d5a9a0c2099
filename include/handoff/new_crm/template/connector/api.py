"""Example CRM's endpoints as the readers use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from handoff.crm.http.client import AccountClient
from handoff.crm.http.refusals import RefusedError
from handoff.crm.http.vendor import Target
from handoff.crm.paging import Page, Place, follow_pages
from handoff.new_crm.template.connector.objects import OBJECTS, PAGE_SIZE, ExampleCrmObject
from handoff.new_crm.template.connector.paths import (
    ACCOUNT_PATH,
    fields_path,
    list_path,
    record_path,
)

Record = dict[str, Any]


class ExampleCrmApi:
    """The endpoints of one account."""

    def __init__(self, client: AccountClient, source_id: str) -> None:
        self._client = client
        self._source_id = source_id

    def pages(
        self, spec: ExampleCrmObject, params: Mapping[str, str], after: str | None = None
    ) -> Iterator[Page]:
        """Pages of a list from a cursor to its end."""
        path = list_path(spec.endpoint)
        asked = {"limit": str(PAGE_SIZE), **params}

        def ask(after: str | None) -> Page:
            body = self._get(path, spec, asked if after is None else {**asked, "cursor": after})
            following = body.get("next")
            return Page(body.get("items") or [], None if following is None else str(following))

        return follow_pages(ask, self.place(spec), after)

    def record(self, spec: ExampleCrmObject, id_: str) -> Record | None:
        """The record of an id, deleted or not; None where there is none."""
        try:
            return self._get(record_path(spec.endpoint, id_), spec, {})
        except RefusedError as error:
            if error.status in {404, 410}:
                return None
            raise

    def fields(self, spec: ExampleCrmObject) -> list[Record]:
        """The fields that an object has."""
        body = self._get(fields_path(spec.endpoint), OBJECTS["properties"], {})
        return list(body.get("items") or [])

    def account(self) -> Record:
        """What the account says of itself."""
        return self._get(ACCOUNT_PATH, OBJECTS["owners"], {})

    def place(self, spec: ExampleCrmObject) -> Place:
        """Where a list is read, for messages."""
        asked = f"GET {list_path(spec.endpoint)}"
        return Place(self._client.vendor.name, self._source_id, spec.name, asked)

    def _get(self, path: str, spec: ExampleCrmObject, params: Mapping[str, str]) -> Record:
        target = Target(spec.name, spec.scope, spec.is_optional)
        body: Record = self._client.ask("GET", path, target, params=dict(params)).body
        return body
