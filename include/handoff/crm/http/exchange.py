"""One request and its answer: in turn, within the rate, before a deadline, with its faults named.

Who asks again, and when, is the client's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from handoff import clock
from handoff.crm.http.answer import Answer
from handoff.crm.http.auth import Credentials
from handoff.crm.http.bounded_body import ACCEPT_ENCODING, BodyTooLargeError
from handoff.crm.http.deadline import Deadlines, DeadlineTransport
from handoff.crm.http.limiter import RateLimiter
from handoff.crm.http.refusals import Account, setting_error
from handoff.crm.http.retry import TransientError
from handoff.crm.http.vendor import Target
from handoff.errors import CrmError, SyncInterruptedError

Data = TypeVar("Data")
# What is made of an answer whose head has come; an Answer is still to be judged by its meaning.
Take = Callable[[httpx.Response], Data | Answer]


@dataclass(frozen=True)
class Ask:
    """One request as it is made again and again: what httpx takes, and whose rates it counts in."""

    method: str
    path: str
    target: Target
    content: Mapping[str, Any]
    headers: Mapping[str, str]
    lanes: tuple[str, ...] = ("calls",)


class Exchange:
    """The connections to one account's server. May be shared by threads.

    has_answered: whether it ever did. clock_behind: by how much its clock was behind this one at
    its last answer.
    """

    def __init__(
        self,
        account: Account,
        limiter: RateLimiter,
        requests_at_a_time: int,
        watch: Callable[[httpx.Headers], None] | None,
    ) -> None:
        self.has_answered = False
        self.clock_behind = timedelta()
        self.stopped = threading.Event()
        self._account = account
        self._limiter = limiter
        self._watch = watch
        self._at_a_time = threading.BoundedSemaphore(requests_at_a_time)
        self._first = threading.Lock()
        self._rate_is_told = threading.Event()
        self._deadlines = Deadlines(self.stopped)
        # httpx tells every request's address, properties and all: a page of log for a page of data.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        is_encrypted = not account.host.startswith("http://")
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

    def once(
        self,
        ask: Ask,
        credentials: Credentials,
        take: Take[Data],
        ends_at: float,
    ) -> Data | Answer:
        """What `take` makes of the answer. ends_at: its last moment, by ``time.monotonic``.

        Raises TransientError for a fault that may pass, CrmError for one that does not.
        """
        self.raise_if_stopped()
        try:
            with (
                self._first_alone(),
                self._limiter.turn(ask.lanes, self.stopped),
                self._one_at_a_time(),
                self._deadlines.until(ends_at),
                self._http.stream(
                    ask.method,
                    f"{credentials.base_url or self._account.host}{ask.path}",
                    headers={**ask.headers, **credentials.headers},
                    **ask.content,
                ) as response,
            ):
                self.has_answered = True
                self._learn_rate(response.headers)
                self._compare_clocks(response.headers)
                if self._watch is not None:
                    self._watch(response.headers)
                taken = take(response)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError):
            raise setting_error(
                self._account, ask.target, f"{self._account.host} is no address of a server"
            ) from None
        except httpx.ConnectError:
            self.raise_if_stopped()
            raise TransientError(
                f"{self._account.host} cannot be reached", step="connect"
            ) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            self.raise_if_stopped()
            raise TransientError(f"connection fault ({type(error).__name__})") from None
        except BodyTooLargeError:
            vendor = self._account.vendor.name
            raise CrmError(
                f"The answer to {ask.method} {ask.path} is larger than any honest one",
                source=self._account.source_id,
                object=ask.target.object,
                fix=f"check that {self._account.host} is {vendor}, then go on with: "
                f"handoff sync --source {self._account.source_id}",
            ) from None
        return taken

    def raise_if_stopped(self) -> None:
        """Raises SyncInterruptedError after an interruption."""
        if self.stopped.is_set():
            raise SyncInterruptedError(
                "The sync was stopped", source=self._account.source_id
            ) from None

    def close(self) -> None:
        self._http.close()
        self._limiter.close()

    def _learn_rate(self, headers: httpx.Headers) -> None:
        told = self._account.vendor.allowance(headers) if self._account.vendor.allowance else None
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
            self.raise_if_stopped()
        yield

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        while not self._at_a_time.acquire(timeout=0.2):
            self.raise_if_stopped()
        try:
            yield
        finally:
            self._at_a_time.release()

    def _compare_clocks(self, headers: httpx.Headers) -> None:
        with suppress(KeyError, ValueError, TypeError):
            behind = clock.wall_now() - parsedate_to_datetime(headers["date"])
            self.clock_behind = max(behind, timedelta())
