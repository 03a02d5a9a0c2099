"""Salesforce's endpoints as the readers use them: descriptions, queries, jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

import httpx

from handoff.crm.http.answer import Answer
from handoff.crm.http.client import AccountClient, RefusedError, Target
from handoff.crm.salesforce import soql
from handoff.crm.salesforce.account_watch import AccountWatch
from handoff.crm.salesforce.describe import Description, description
from handoff.crm.salesforce.objects import SalesforceObject
from handoff.crm.salesforce.paths import Paths, locator_of
from handoff.crm.salesforce.refusals import explained
from handoff.errors import CrmError, NotEntitledError, SyncInterruptedError

# As many records a page as there may be; Salesforce gives fewer where they are wide.
_PAGE_OPTIONS = {"Sforce-Query-Options": "batchSize=2000"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueryPage:
    """Records of one page. total: of the whole query. locator: of the next page, or None."""

    records: list[dict[str, Any]]
    total: int
    locator: str | None


class SalesforceApi:
    """The endpoints of one account in one API version. May be shared by threads.

    Methods raise CrmError and its kinds: RefusedError with Salesforce's code where a reader may act
    upon it, DailyLimitError where the next call would go beyond the budget.
    """

    def __init__(
        self, client: AccountClient, version: str, source_id: str, watch: AccountWatch
    ) -> None:
        self.version = version
        self.source_id = source_id
        self.watch = watch
        self.paths = Paths(version)
        self._client = client
        self._stopped = threading.Event()
        self._descriptions: dict[str, Description | NotEntitledError] = {}
        self._describing = threading.Lock()

    def ask(self, method: str, path: str, spec: SalesforceObject, **content: Any) -> Answer:
        """One call for an object."""
        self.watch.check_budget(spec.name)
        return self._client.ask(method, path, target(spec), **content)

    def ask_account(self, path: str) -> dict[str, Any]:
        """A call for the account itself, which its budget does not stop."""
        try:
            answer = self._client.ask("GET", path, Target("account", "API Enabled"))
        except RefusedError as error:
            raise explained(error, None, self.source_id) from None
        body: dict[str, Any] = answer.body
        return body

    def download(
        self,
        path: str,
        spec: SalesforceObject,
        file: BinaryIO,
        params: Mapping[str, str],
        is_whole: Callable[[Mapping[str, str], int], bool],
    ) -> httpx.Headers:
        """A file of results; the headers that came with it."""
        self.watch.check_budget(spec.name)
        return self._client.download(
            "GET", path, target(spec), file, accepts="text/csv", is_whole=is_whole, params=params
        )

    def describe(self, spec: SalesforceObject) -> Description:
        """The fields of an object as this account has them; asked for once."""
        with self._describing:
            found = self._descriptions.get(spec.sobject)
            if found is None:
                found = self._descriptions[spec.sobject] = self._describe(spec)
        if isinstance(found, NotEntitledError):
            raise found
        return found

    def query(self, query: str, spec: SalesforceObject) -> QueryPage:
        """The first page of a query, deleted records and archived activities included."""
        return self._page(spec, self.paths.query, params={"q": query}, headers=_PAGE_OPTIONS)

    def query_more(self, locator: str, spec: SalesforceObject) -> QueryPage:
        """The page at a locator."""
        return self._page(spec, self.paths.next_page(locator))

    def count(self, spec: SalesforceObject, conditions: Sequence[str] = ()) -> int:
        """How many records meet the conditions, deleted ones included."""
        return self.query(soql.count(spec.sobject, conditions), spec).total

    def wait(self, seconds: float) -> None:
        """Wait, unless the sync is stopped meanwhile. Raises SyncInterruptedError."""
        if self._stopped.wait(seconds):
            raise SyncInterruptedError("The sync was stopped", source=self.source_id)

    def odd_answer(self, spec: SalesforceObject, lacking: str) -> CrmError:
        """An answer that is well formed and yet not what was asked for."""
        return CrmError(
            f"An answer of Salesforce's lacks {lacking}",
            source=self.source_id,
            object=spec.name,
            fix=f"go on with: handoff sync --source {self.source_id}; if it stays, check that host "
            "is the account's My Domain address",
        )

    def circle(self, spec: SalesforceObject) -> CrmError:
        """Pages that lead back to one that came before."""
        return CrmError(
            f"Salesforce's pages of {spec.sobject} lead in a circle: the same place came twice",
            source=self.source_id,
            object=spec.name,
            fix=f"go on with: handoff sync --source {self.source_id}; if it stays, tell "
            "Salesforce's support",
        )

    @property
    def clock_behind(self) -> timedelta:
        """By how much the server's clock was behind this one at its last answer."""
        return self._client.clock_behind

    def interrupt(self) -> None:
        self._stopped.set()
        self._client.interrupt()

    def close(self) -> None:
        self._client.close()

    def _describe(self, spec: SalesforceObject) -> Description | NotEntitledError:
        try:
            answer = self.ask("GET", self.paths.describe(spec.sobject), spec)
        except RefusedError as error:
            named = explained(error, spec, self.source_id)
            if isinstance(named, NotEntitledError):
                return named
            raise named from None
        found = description(spec.sobject, answer.body)
        if found is None:
            raise self.odd_answer(spec, "fields")
        return found

    def _page(self, spec: SalesforceObject, path: str, **content: Any) -> QueryPage:
        try:
            body = self.ask("GET", path, spec, **content).body
        except RefusedError as error:
            if error.code == "INVALID_TYPE":
                raise explained(error, spec, self.source_id) from None
            raise
        if not isinstance(body, dict) or not isinstance(body.get("records"), list):
            raise self.odd_answer(spec, "records")
        total, following = body.get("totalSize"), body.get("nextRecordsUrl")
        locator = None
        if following and not body.get("done"):
            locator = locator_of(following)
            if locator is None:
                raise self.odd_answer(spec, "the place of the next page")
        return QueryPage(body["records"], total if isinstance(total, int) else 0, locator)


def target(spec: SalesforceObject) -> Target:
    return Target(spec.name, spec.permission, spec.is_optional)
