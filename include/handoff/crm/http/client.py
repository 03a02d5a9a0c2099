"""HTTP to one account: limits kept, faults waited out, refusals named.

It asks only for paths that its connector built; addresses that come in answers are never followed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO, TypeVar, cast

import httpx
import tenacity

from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.auth import Auth
from handoff.crm.http.bounded_body import iter_body
from handoff.crm.http.exchange import Ask, Exchange, Take
from handoff.crm.http.limiter import RateLimiter
from handoff.crm.http.refusals import Account, RefusedError, refusal
from handoff.crm.http.retry import RetryPolicy, TransientError, transient, wait_before_next
from handoff.crm.http.shared_state import SharedState
from handoff.crm.http.vendor import Target, Vendor
from handoff.errors import CrmError

MOST_BODY_BYTES = 64 * 1024 * 1024
MOST_DOWNLOAD_BYTES = 4 * 1024 * 1024 * 1024
_DATA_STATUSES = frozenset({200, 201, 204, 207})
_log = logging.getLogger(__name__)

Data = TypeVar("Data")

__all__ = ["AccountClient", "RefusedError", "RetryPolicy", "Target", "Vendor"]


class AccountClient:
    """One account over HTTP. May be shared by threads."""

    def __init__(
        self,
        vendor: Vendor,
        host: str,
        auth: Auth,
        *,
        source_id: str,
        conn_id: str,
        retry: RetryPolicy | None = None,
        limiter: RateLimiter | None = None,
        requests_at_a_time: int = 4,
        watch: Callable[[httpx.Headers], None] | None = None,
        daily_limit_ends: Callable[[], str] | None = None,
    ) -> None:
        """watch: sees the headers of every answer; an error that it raises ends the request.

        daily_limit_ends: when calls of the day start anew, where more is known than the vendor's.
        """
        self.vendor = vendor
        self.host = host
        self.auth = auth
        ends = daily_limit_ends or (lambda: vendor.daily_limit_ends)
        self._account = Account(vendor, host, source_id, conn_id, ends)
        self._retry = retry or RetryPolicy()
        self._limiter = limiter or RateLimiter(SharedState())
        self._exchange = Exchange(self._account, self._limiter, requests_at_a_time, watch)
        self._requests_at_a_time = requests_at_a_time
        self._helpers = ThreadPoolExecutor(requests_at_a_time, thread_name_prefix="requests")
        self._day_is_over: Answer | None = None

    @property
    def clock_behind(self) -> timedelta:
        """By how much the server's clock was behind this one at its last answer."""
        return self._exchange.clock_behind

    def ask(
        self,
        method: str,
        path: str,
        target: Target,
        *,
        headers: Mapping[str, str] | None = None,
        lanes: tuple[str, ...] = ("calls",),
        **content: Any,
    ) -> Answer:
        """The answer with its data. Raises CrmError or one of its kinds.

        content: httpx's ``params``, ``json``, ``data`` or ``content``.
        """
        return self._until_answered(
            Ask(method, path, target, content, headers or {}, lanes), self._answer
        )

    def download(
        self,
        method: str,
        path: str,
        target: Target,
        file: BinaryIO,
        *,
        accepts: str,
        is_whole: Callable[[Mapping[str, str], int], bool] | None = None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx.Headers:
        """Stream a body of any size into a file, unpacked; the headers of the answer.

        The file, which is emptied first, holds a whole body afterwards: a connection that breaks, a
        token that ends in the middle or a body that is not whole are asked for again from its
        beginning. accepts: its content type. is_whole: by headers and bytes.
        """
        ask = Ask(method, path, target, content, {"Accept": accepts, **(headers or {})})

        def into_file(response: httpx.Response) -> httpx.Headers | Answer:
            if response.status_code not in _DATA_STATUSES:
                return self._answer(response)
            head = Received(response.status_code, response.headers, b"", self.auth.secrets)
            if head.content_type != accepts:
                told = head.told(head.content_type, 60) or "no content type"
                raise TransientError(f"{told} instead of {accepts}")
            file.seek(0)
            file.truncate()
            size = 0
            for piece in iter_body(response, MOST_DOWNLOAD_BYTES):
                self._exchange.raise_if_stopped()
                file.write(piece)
                size += len(piece)
            if is_whole is not None and not is_whole(response.headers, size):
                raise TransientError("a body that is not whole")
            file.seek(0)
            return response.headers

        return self._until_answered(ask, into_file)

    def together(self, calls: Sequence[Callable[[], Data]]) -> list[Data]:
        """What the calls give, in their order, several at a time. They may not call this again.

        Raises what the first of them that failed has raised.
        """
        if len(calls) < 2 or self._requests_at_a_time < 2:
            return [call() for call in calls]
        asked = [self._helpers.submit(call) for call in calls]
        wait(asked)
        return [one.result() for one in asked]

    def interrupt(self) -> None:
        """End waiting, reading and retrying in all threads."""
        self._exchange.stopped.set()
        self.auth.interrupt()

    def close(self) -> None:
        self._helpers.shutdown(wait=False, cancel_futures=True)
        self._exchange.close()
        self.auth.close()

    def _until_answered(self, ask: Ask, take: Take[Data]) -> Data:
        started = time.monotonic()
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=lambda state: wait_before_next(
                self._retry, transient(state), state.attempt_number
            ),
            stop=self._gives_up,
            sleep=tenacity.sleep_using_event(self._exchange.stopped),
            before_sleep=lambda state: self._before_sleep(state, ask),
            reraise=True,
        )
        try:
            ends_at = started + self._retry.total_seconds
            return cast(Data, attempts(self._attempt, ask, take, ends_at))
        except TransientError as fault:
            self._exchange.raise_if_stopped()
            seconds = time.monotonic() - started
            tries = attempts.statistics.get("attempt_number", 1)
            raise CrmError(
                f"{self.vendor.name} did not answer {ask.method} {ask.path} properly in {tries} "
                f"attempts over {seconds:.0f} s; the last: {fault.problem}",
                source=self._account.source_id,
                object=ask.target.object,
                fix=f"look at {self.host} and at {self.vendor.status_page}, then go on with: "
                f"handoff sync --source {self._account.source_id}",
            ) from None

    def _attempt(self, ask: Ask, take: Take[Data], ends_at: float) -> Data | Answer:
        """One attempt; a second one at once where a token has ended and a new one is got."""
        if self._day_is_over is not None:
            raise self._refusal(self._day_is_over, ask)
        credentials = self.auth.credentials()
        taken = self._exchange.once(ask, credentials, take, ends_at)
        if _is_refused_token(taken) and self.auth.refresh(credentials):
            taken = self._exchange.once(ask, self.auth.credentials(), take, ends_at)
        if not isinstance(taken, Answer) or taken.meaning == "data":
            return taken
        if taken.meaning in {"retry", "over_rate"}:
            lane = taken.lane if taken.meaning == "over_rate" else None
            raise TransientError(taken.problem, taken.wait_seconds, taken.wait_step, lane)
        if taken.meaning == "daily":
            # Other threads need not be told so by the server too.
            self._day_is_over = taken
        raise self._refusal(taken, ask)

    def _refusal(self, answer: Answer, ask: Ask) -> CrmError:
        return refusal(self._account, answer, f"{ask.method} {ask.path}", ask.target)

    def _answer(self, response: httpx.Response) -> Answer:
        body = bytearray()
        for piece in iter_body(response, MOST_BODY_BYTES):
            body += piece
        received = Received(response.status_code, response.headers, bytes(body), self.auth.secrets)
        return replace(self.vendor.judge(received), headers=response.headers)

    def _gives_up(self, state: tenacity.RetryCallState) -> bool:
        """Whether the next attempt would come too late.

        A server that never answered is given up early: more likely a wrong host than a fault.
        """
        patience = self._retry.total_seconds
        if transient(state).step == "connect" and not self._exchange.has_answered:
            patience = min(patience, self._retry.unreachable_seconds)
        waited = (state.seconds_since_start or 0.0) + state.upcoming_sleep
        return self._exchange.stopped.is_set() or waited > patience

    def _before_sleep(self, state: tenacity.RetryCallState, ask: Ask) -> None:
        fault = transient(state)
        seconds = state.next_action.sleep if state.next_action else 0.0
        if fault.lane is not None:
            self._limiter.pause(fault.lane, seconds)
        _log.warning("%s: %s, asking again in %.1f s", ask.path, fault.problem, seconds)


def _is_refused_token(taken: Any) -> bool:
    return isinstance(taken, Answer) and taken.meaning == "token"
