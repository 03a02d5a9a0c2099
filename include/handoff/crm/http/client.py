"""HTTP to one account: limits kept, faults waited out, refusals named.

It asks only for paths that its connector built; addresses that come in answers are never followed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO, TypeVar, cast

import httpx
import tenacity

from handoff import clock
from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.auth import Auth, Credentials
from handoff.crm.http.bounded_body import ACCEPT_ENCODING, BodyTooLargeError, iter_body
from handoff.crm.http.deadline import Deadlines, DeadlineTransport
from handoff.crm.http.limiter import RateLimiter
from handoff.crm.http.refusals import Account, RefusedError, refusal, setting_error
from handoff.crm.http.retry import RetryPolicy, TransientError, transient, wait_before_next
from handoff.crm.http.shared_state import SharedState
from handoff.crm.http.vendor import Target, Vendor
from handoff.errors import CrmError, SyncInterruptedError

MOST_BODY_BYTES = 64 * 1024 * 1024
MOST_DOWNLOAD_BYTES = 4 * 1024 * 1024 * 1024
_DATA_STATUSES = frozenset({200, 201, 204, 207})
_log = logging.getLogger(__name__)

Data = TypeVar("Data")
# What is made of an answer whose head has come; an Answer is still to be judged by its meaning.
Take = Callable[[httpx.Response], Data | Answer]

__all__ = ["AccountClient", "RefusedError", "RetryPolicy", "Target", "Vendor"]


@dataclass(frozen=True)
class Ask:
    """One request as it is made again and again: what httpx takes, and whose rates it counts in."""

    method: str
    path: str
    target: Target
    content: Mapping[str, Any]
    headers: Mapping[str, str]
    lanes: tuple[str, ...] = ("calls",)


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
        clock_behind: by how much the server's clock was behind this one at its last answer.
        """
        self.vendor = vendor
        self.host = host
        self.auth = auth
        ends = daily_limit_ends or (lambda: vendor.daily_limit_ends)
        self._account = Account(vendor, host, source_id, conn_id, ends)
        self._retry = retry or RetryPolicy()
        self._limiter = limiter or RateLimiter(SharedState())
        self._watch = watch
        self._stopped = threading.Event()
        self._requests_at_a_time = requests_at_a_time
        self._helpers = ThreadPoolExecutor(requests_at_a_time, thread_name_prefix="requests")
        self._at_a_time = threading.BoundedSemaphore(requests_at_a_time)
        self._has_answered = False
        self._first = threading.Lock()
        self._rate_is_told = threading.Event()
        self.clock_behind = timedelta()
        self._day_is_over: Answer | None = None
        # httpx tells every request's address, properties and all: a page of log for a page of data.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._deadlines = Deadlines(self._stopped)
        is_encrypted = not host.startswith("http://")
        self._http = httpx.Client(
            headers={
                "Accept": "application/json",
                "Accept-Encoding": ACCEPT_ENCODING,
                "User-Agent": "handoff",
            },
            transport=DeadlineTransport(
                self._deadlines,
                is_encrypted=is_encrypted,
                connections=requests_at_a_time + 1,
            ),
            verify=is_encrypted,
            timeout=httpx.Timeout(60.0, connect=10.0),
            follow_redirects=False,
        )

    def _compare_clocks(self, headers: httpx.Headers) -> None:
        with suppress(KeyError, ValueError, TypeError):
            behind = clock.wall_now() - parsedate_to_datetime(headers["date"])
            self.clock_behind = max(behind, timedelta())

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
                self._raise_if_stopped()
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
        self._stopped.set()
        self.auth.interrupt()

    def close(self) -> None:
        self._helpers.shutdown(wait=False, cancel_futures=True)
        self._http.close()
        self.auth.close()
        self._limiter.close()

    def _until_answered(self, ask: Ask, take: Take[Data]) -> Data:
        started = time.monotonic()
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=lambda state: wait_before_next(
                self._retry, transient(state), state.attempt_number
            ),
            stop=self._gives_up,
            sleep=tenacity.sleep_using_event(self._stopped),
            before_sleep=lambda state: self._before_sleep(state, ask),
            reraise=True,
        )
        try:
            ends_at = started + self._retry.total_seconds
            return cast(Data, attempts(self._attempt, ask, take, ends_at))
        except TransientError as fault:
            self._raise_if_stopped()
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
        taken = self._once(ask, credentials, take, ends_at)
        if _is_refused_token(taken) and self.auth.refresh(credentials):
            taken = self._once(ask, self.auth.credentials(), take, ends_at)
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

    def _once(
        self,
        ask: Ask,
        credentials: Credentials,
        take: Take[Data],
        ends_at: float,
    ) -> Data | Answer:
        self._raise_if_stopped()
        try:
            with (
                self._first_alone(),
                self._limiter.turn(ask.lanes, self._stopped),
                self._one_at_a_time(),
                self._deadlines.until(ends_at),
                self._http.stream(
                    ask.method,
                    f"{credentials.base_url or self.host}{ask.path}",
                    headers={**ask.headers, **credentials.headers},
                    **ask.content,
                ) as response,
            ):
                self._has_answered = True
                self._learn_rate(response.headers)
                self._compare_clocks(response.headers)
                if self._watch is not None:
                    self._watch(response.headers)
                taken = take(response)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError):
            raise setting_error(
                self._account, ask.target, f"{self.host} is no address of a server"
            ) from None
        except httpx.ConnectError:
            self._raise_if_stopped()
            raise TransientError(f"{self.host} cannot be reached", step="connect") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            self._raise_if_stopped()
            raise TransientError(f"connection fault ({type(error).__name__})") from None
        except BodyTooLargeError:
            raise CrmError(
                f"The answer to {ask.method} {ask.path} is larger than any honest one",
                source=self._account.source_id,
                object=ask.target.object,
                fix=f"check that {self.host} is {self.vendor.name}, then go on with: "
                f"handoff sync --source {self._account.source_id}",
            ) from None
        return taken

    def _learn_rate(self, headers: httpx.Headers) -> None:
        told = self.vendor.allowance(headers) if self.vendor.allowance else None
        if told is not None:
            self._limiter.learn("calls", told)
        self._rate_is_told.set()

    @contextmanager
    def _first_alone(self) -> Iterator[None]:
        """The first request goes before all others, since its answer tells the rate to keep to."""
        while not self._rate_is_told.is_set():
            if self._first.acquire(timeout=0.2):
                try:
                    if not self._rate_is_told.is_set():
                        yield
                        return
                finally:
                    self._first.release()
            self._raise_if_stopped()
        yield

    def _answer(self, response: httpx.Response) -> Answer:
        body = bytearray()
        for piece in iter_body(response, MOST_BODY_BYTES):
            body += piece
        received = Received(response.status_code, response.headers, bytes(body), self.auth.secrets)
        return replace(self.vendor.judge(received), headers=response.headers)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        while not self._at_a_time.acquire(timeout=0.2):
            self._raise_if_stopped()
        try:
            yield
        finally:
            self._at_a_time.release()

    def _gives_up(self, state: tenacity.RetryCallState) -> bool:
        """Whether the next attempt would come too late.

        A server that never answered is given up early: more likely a wrong host than a fault.
        """
        patience = self._retry.total_seconds
        if transient(state).step == "connect" and not self._has_answered:
            patience = min(patience, self._retry.unreachable_seconds)
        waited = (state.seconds_since_start or 0.0) + state.upcoming_sleep
        return self._stopped.is_set() or waited > patience

    def _before_sleep(self, state: tenacity.RetryCallState, ask: Ask) -> None:
        fault = transient(state)
        wait = state.next_action.sleep if state.next_action else 0.0
        if fault.lane is not None:
            self._limiter.pause(fault.lane, wait)
        _log.warning("%s: %s, asking again in %.1f s", ask.path, fault.problem, wait)

    def _raise_if_stopped(self) -> None:
        if self._stopped.is_set():
            raise SyncInterruptedError(
                "The sync was stopped", source=self._account.source_id
            ) from None


def _is_refused_token(taken: Any) -> bool:
    return isinstance(taken, Answer) and taken.meaning == "token"
