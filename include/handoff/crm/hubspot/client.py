"""HTTP to one HubSpot account: limits kept, faults waited out, refusals named.

It asks only for paths that it built itself; addresses that come in answers are never followed.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import httpx
import tenacity

from handoff.crm.hubspot.answers import Answer, judge
from handoff.errors import (
    AccountError,
    CrmError,
    DailyLimitError,
    NotEntitledError,
    SettingsError,
    SyncInterruptedError,
)
from handoff.settings import CrmConnection

DEFAULT_HOST = "https://api.hubapi.com"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RetryPolicy:
    """How long faults are waited out, in seconds, and how fast searches may follow each other.

    total_seconds, unreachable_seconds: a request in all. The waits are those before the second
    attempt. HubSpot allows 5 searches a second an account; one is left to others.
    """

    total_seconds: float = 300.0
    ten_secondly_wait: float = 10.0
    secondly_wait: float = 1.0
    fault_wait: float = 0.5
    longest_wait: float = 30.0
    unreachable_seconds: float = 10.0
    searches_a_second: int = 4


@dataclass(frozen=True)
class Target:
    """For whom a request is made: what its errors name. scope: what the token needs for it."""

    object: str
    scope: str
    is_optional: bool = False


class _TransientError(Exception):
    def __init__(self, problem: str, wait: float | None = None, step: str = "fault") -> None:
        super().__init__(problem)
        self.problem = problem
        self.wait = wait
        self.step = step


class RefusedError(CrmError):
    """The API refused the request as it stands (status 400, 404, 414 …)."""

    status = 0


class HubSpotClient:
    """One account over HTTP. May be shared by threads."""

    def __init__(
        self, connection: CrmConnection, source_id: str, retry: RetryPolicy | None = None
    ) -> None:
        self._source_id = source_id
        self._conn_id = connection.conn_id
        if not re.fullmatch(r"[\x21-\x7e]+", connection.token):
            raise SettingsError(
                f"The password (the token) in AIRFLOW_CONN_{connection.conn_id.upper()} holds a "
                "blank or another character that no token has",
                source=source_id,
                fix="copy the token anew from HubSpot's settings",
            )
        self._token = connection.token
        self._retry = retry or RetryPolicy()
        self._stopped = threading.Event()
        self._search_turn = threading.Lock()
        self._searches: deque[float] = deque(maxlen=self._retry.searches_a_second)
        self._has_answered = False
        self._host = connection.host or DEFAULT_HOST
        # httpx tells every request's address, properties and all: a page of log for a page of data.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = httpx.Client(
            base_url=self._host,
            headers={
                "Authorization": f"Bearer {connection.token}",
                "Accept": "application/json",
                "User-Agent": "handoff",
            },
            timeout=httpx.Timeout(60.0, connect=10.0),
            follow_redirects=False,
        )

    def get(self, path: str, params: dict[str, str], target: Target) -> dict[str, Any]:
        """One page. Raises CrmError or one of its kinds."""
        return self._ask("GET", path, target, params=params)

    def post(self, path: str, body: dict[str, Any], target: Target) -> dict[str, Any]:
        """One batch or search. Raises CrmError or one of its kinds."""
        return self._ask("POST", path, target, json=body)

    def search(self, path: str, body: dict[str, Any], target: Target) -> dict[str, Any]:
        """One search, kept below the account's limit, which search answers do not tell."""
        with self._search_turn:
            if len(self._searches) == self._searches.maxlen:
                self._stopped.wait(max(0.0, 1.0 - (time.monotonic() - self._searches[0])))
            self._searches.append(time.monotonic())
        return self.post(path, body, target)

    def interrupt(self) -> None:
        """Make the request under way the last one, without more retries."""
        self._stopped.set()

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, target: Target, **content: Any) -> dict[str, Any]:
        started = time.monotonic()
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TransientError),
            wait=self._wait,
            stop=self._gives_up,
            sleep=tenacity.sleep_using_event(self._stopped),
            before_sleep=lambda state: self._log_retry(state, path),
            reraise=True,
        )
        try:
            return attempts(self._ask_once, method, path, target, content)
        except _TransientError as fault:
            self._raise_if_stopped()
            seconds = time.monotonic() - started
            tries = attempts.statistics.get("attempt_number", 1)
            raise CrmError(
                f"HubSpot did not answer {method} {path} properly in {tries} attempts over "
                f"{seconds:.0f} s; the last: {fault.problem}",
                source=self._source_id,
                object=target.object,
                fix=f"look at {self._host} and at https://status.hubspot.com, then go on with: "
                f"handoff sync --source {self._source_id}",
            ) from None

    def _ask_once(
        self, method: str, path: str, target: Target, content: dict[str, Any]
    ) -> dict[str, Any]:
        self._raise_if_stopped()
        try:
            response = self._http.request(method, path, **content)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError):
            raise self._setting_error(target, f"{self._host} is no address of a server") from None
        except httpx.ConnectError:
            raise _TransientError(f"{self._host} cannot be reached", step="connect") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _TransientError(f"connection fault ({type(error).__name__})") from None
        self._has_answered = True
        answer = judge(response, self._token)
        if answer.meaning == "data":
            body: dict[str, Any] = answer.body
            return body
        if answer.meaning in {"retry", "ten_secondly", "secondly"}:
            step = "fault" if answer.meaning == "retry" else answer.meaning
            raise _TransientError(answer.problem, answer.retry_after_seconds, step)
        raise self._refusal(answer, f"{method} {path}", target)

    def _refusal(self, answer: Answer, asked: str, target: Target) -> CrmError:
        named = {"source": self._source_id, "object": target.object}
        if answer.meaning == "daily":
            return DailyLimitError(
                "HubSpot's limit of calls a day is used up; it starts anew at midnight of the "
                "account's time zone",
                fix="after that, go on where this stopped with: "
                f"handoff sync --source {self._source_id}",
                **named,
            )
        if answer.meaning == "token":
            return self._setting_error(target, f"HubSpot refused the token ({answer.problem})")
        if answer.meaning == "forbidden":
            scope = ", ".join(answer.scopes) or target.scope
            if target.is_optional:
                return NotEntitledError(
                    f"The token or the account's edition does not cover {target.object} "
                    f"(scope {scope})",
                    fix=f"grant the scope {scope} to read them",
                    **named,
                )
            return AccountError(
                f"The token lacks the scope {scope}, without which {target.object} cannot be read",
                fix=f"grant the scope {scope} to the token in HubSpot's settings, then run: "
                f"handoff sync --source {self._source_id}",
                **named,
            )
        refused = RefusedError(
            f"HubSpot refused {asked} ({answer.problem})",
            fix=f'check "host" and "api_version" of the connection {self._conn_id}',
            **named,
        )
        refused.status = answer.status
        return refused

    def _setting_error(self, target: Target, message: str) -> AccountError:
        return AccountError(
            message,
            source=self._source_id,
            object=target.object,
            fix=f"check host and password (the token) in AIRFLOW_CONN_{self._conn_id.upper()}",
        )

    def _wait(self, state: tenacity.RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        if isinstance(fault, _TransientError) and fault.wait is not None:
            return max(fault.wait, 0.05)
        step = fault.step if isinstance(fault, _TransientError) else "fault"
        if step == "ten_secondly":
            wait = self._retry.ten_secondly_wait * state.attempt_number
        elif step == "secondly":
            wait = self._retry.secondly_wait * state.attempt_number
        else:
            wait = self._retry.fault_wait * 2 ** min(state.attempt_number - 1, 10)
        return min(wait, self._retry.longest_wait)

    def _gives_up(self, state: tenacity.RetryCallState) -> bool:
        """Whether the next attempt would come too late.

        A server that never answered is given up early: more likely a wrong host than a fault.
        """
        fault = state.outcome.exception() if state.outcome else None
        is_connect = isinstance(fault, _TransientError) and fault.step == "connect"
        patience = self._retry.total_seconds
        if is_connect and not self._has_answered:
            patience = min(patience, self._retry.unreachable_seconds)
        waited = (state.seconds_since_start or 0.0) + state.upcoming_sleep
        return self._stopped.is_set() or waited > patience

    def _log_retry(self, state: tenacity.RetryCallState, path: str) -> None:
        fault = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        problem = getattr(fault, "problem", "fault")
        _log.warning("%s: %s, asking again in %.1f s", path, problem, wait)

    def _raise_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise SyncInterruptedError("The sync was stopped", source=self._source_id) from None
