"""HubSpot's three kinds of request: pages, batches, searches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from handoff.crm.http.answer import Answer
from handoff.crm.http.client import AccountClient, RefusedError, RetryPolicy, Target
from handoff.crm.http.limits import account_limiter
from handoff.crm.hubspot.answers import HUBSPOT
from handoff.crm.hubspot.auth import account_auth
from handoff.crm.hubspot.daily_calls import DailyCalls
from handoff.crm.hubspot.paths import DEFAULT_VERSION, build_path
from handoff.errors import CrmError
from handoff.settings import CrmConnection

_log = logging.getLogger(__name__)

DEFAULT_HOST = "https://api.hubapi.com"
# An account's limit, whoever searches (page "Search the CRM"); their answers do not tell it.
SEARCHES_A_SECOND = 5

Given = TypeVar("Given")

__all__ = ["HubSpotClient", "RefusedError", "RetryPolicy", "Target"]


class HubSpotClient:
    """One account over HTTP. May be shared by threads. Methods raise CrmError and its kinds."""

    def __init__(
        self,
        connection: CrmConnection,
        source_id: str,
        retry: RetryPolicy | None = None,
        requests_at_a_time: int = 4,
        version: str = DEFAULT_VERSION,
        daily_call_budget: float = 1.0,
    ) -> None:
        """version: of the API, for the paths of what the client itself asks for.

        Raises SettingsError.
        """
        self._version = version
        self._daily = DailyCalls(source_id, daily_call_budget)
        host = connection.host or DEFAULT_HOST
        auth = account_auth(connection, source_id, host, version, retry)
        self._account = AccountClient(
            HUBSPOT,
            host,
            auth,
            source_id=source_id,
            conn_id=connection.conn_id,
            retry=retry,
            limiter=account_limiter(
                host,
                auth,
                connection,
                source_id,
                {
                    "requests_per_10_seconds": ("calls", None, 10.0),
                    "searches_per_second": ("searches", SEARCHES_A_SECOND, 1.0),
                },
            ),
            requests_at_a_time=requests_at_a_time,
            watch=self._daily.see,
            daily_limit_ends=self._daily.ends,
        )

    @property
    def clock_behind(self) -> timedelta:
        """By how much the server's clock was behind this one at its last answer."""
        return self._account.clock_behind

    def get(self, path: str, params: dict[str, str], target: Target) -> dict[str, Any]:
        """One page."""
        self._keep_to_budget(target)
        body: dict[str, Any] = self._account.ask("GET", path, target, params=params).body
        return body

    def post(self, path: str, body: dict[str, Any], target: Target) -> dict[str, Any]:
        """One batch."""
        self._keep_to_budget(target)
        answer: dict[str, Any] = self._account.ask("POST", path, target, json=body).body
        return answer

    def ask(self, method: str, path: str, target: Target, **content: Any) -> Answer:
        """One answer with its headers. content: httpx's ``params``, ``json`` or ``data``."""
        return self._account.ask(method, path, target, **content)

    def bearer(self) -> str:
        """The token that requests carry now."""
        return self._account.auth.credentials().headers["Authorization"].removeprefix("Bearer ")

    def search(self, path: str, body: dict[str, Any], target: Target) -> dict[str, Any]:
        """One search, which counts as a call too."""
        self._keep_to_budget(target)
        lanes = ("searches", "calls")
        answer = self._account.ask("POST", path, target, lanes=lanes, json=body)
        found: dict[str, Any] = answer.body
        return found

    def together(self, calls: Sequence[Callable[[], Given]]) -> list[Given]:
        """What several requests give, side by side; their calls may not call this again."""
        return self._account.together(calls)

    def interrupt(self) -> None:
        """End waiting and retrying, from another thread."""
        self._account.interrupt()

    def _keep_to_budget(self, target: Target) -> None:
        if self._daily.wants_zone():
            path = build_path(self._version, "account")
            try:
                details = self._account.ask("GET", path, target).body
            except CrmError as error:
                _log.info("HubSpot does not tell the account's time zone: %s", error.message)
            else:
                self._daily.learn_zone(str(details.get("timeZone") or ""))
        self._daily.check(target.object)

    def close(self) -> None:
        self._account.close()
