"""The cursors of queries whose records take more than a page."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from handoff.sandbox.server.salesforce.answers import Refusal
from handoff.sandbox.server.salesforce.ids import make_id
from handoff.sandbox.server.salesforce.options import SalesforceOptions
from handoff.sandbox.server.salesforce.soql_query import BoundQuery

BATCH_LEAST, BATCH_MOST = 200, 2_000


@dataclass
class Locator:
    """An open cursor: ids are fixed, the records are read as they are when their page is asked."""

    bound: BoundQuery
    ids: list[str]
    size: int
    pages_left: int | None


class Locators:
    """Open cursors, of which a user has only so many: one more closes the oldest."""

    def __init__(self, options: SalesforceOptions) -> None:
        self._options = options
        self._open: OrderedDict[str, Locator] = OrderedDict()
        self._count = 0

    def page_size(self, header: str | None) -> int:
        """The records of a page, by the header Sforce-Query-Options."""
        for part in (header or "").split(","):
            name, _, size = part.strip().partition("=")
            if name.lower() == "batchsize" and size.strip().isdigit():
                return min(max(int(size), BATCH_LEAST), BATCH_MOST)
        return self._options.page_records

    def open(self, bound: BoundQuery, ids: list[str], size: int) -> str:
        """Keep a cursor; its name."""
        self._count += 1
        name = make_id("01g", self._count)
        self._open[name] = Locator(bound, ids, size, self._options.locator_requests)
        while len(self._open) > self._options.locators_most:
            self._open.popitem(last=False)
        return name

    def take(self, name: str) -> Locator:
        """An open cursor. Raises Refusal INVALID_QUERY_LOCATOR."""
        found = self._open.get(name)
        if found is not None and found.pages_left is not None:
            found.pages_left -= 1
            if found.pages_left < 0:
                del self._open[name]
                found = None
        if found is None:
            raise Refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return found

    def expire_all(self) -> None:
        """Close every cursor."""
        self._open.clear()
