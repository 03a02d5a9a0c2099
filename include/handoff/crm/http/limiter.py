"""Keep below the rate that an account allows, together with all who use it on this machine.

Requests are counted in the window that the CRM counts them in. A request is counted from the moment
it is let go until a window after its answer has come: the server has counted it somewhere between,
so it never sees more than the limit, however long the way is. What others do with the account shows
in the headers of answers, and is counted too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from handoff.crm.http.shared_state import SharedState, Window

# How soon a limit that another process has learned is seen here.
_LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Allowance:
    """So many requests in any so many seconds. remaining: how many of them are left, if told."""

    requests: int
    seconds: float
    remaining: int | None = None


class RateLimiter:
    """The turns of one account. Lanes are limits of their own, such as that of searches."""

    def __init__(
        self,
        state: SharedState,
        allowances: dict[str, Allowance] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """allowances: limits by lane that are known beforehand, from the vendor or a setting."""
        self._state = state
        self._clock = clock
        # Lanes without a limit, and until when that is believed without another look at the state.
        self._unlimited_until: dict[str, float] = {}
        with state.changed() as windows:
            for lane, given in (allowances or {}).items():
                _set_limit(windows.setdefault(lane, Window()), given)

    @contextmanager
    def turn(self, lanes: tuple[str, ...], stopped: threading.Event) -> Iterator[None]:
        """Wait until a request may go, and count it; leave the block when its answer is there.

        Gives up waiting when stopped is set.
        """
        waited = [(lane, self._wait(lane, stopped)) for lane in lanes]
        counted = [(lane, at) for lane, at in waited if at is not None]
        try:
            yield
        finally:
            if counted:
                self._recount(counted)

    def learn(self, lane: str, told: Allowance) -> None:
        """Take over what an answer says of the limit and of what is left of it."""
        now = self._clock()
        self._unlimited_until.pop(lane, None)
        with self._state.changed() as windows:
            window = windows.setdefault(lane, Window())
            _set_limit(window, told)
            window.drop_before(now - window.seconds)
            if told.remaining is not None:
                others = told.requests - told.remaining - len(window.times)
                window.times += [now] * max(0, others)

    def pause(self, lane: str, seconds: float) -> None:
        """Let no request go for a while, since one was refused."""
        self._unlimited_until.pop(lane, None)
        with self._state.changed() as windows:
            window = windows.setdefault(lane, Window())
            window.closed_until = max(window.closed_until, self._clock() + seconds)

    def close(self) -> None:
        self._state.close()

    def _recount(self, counted: list[tuple[str, float]]) -> None:
        now = self._clock()
        with self._state.changed() as windows:
            for lane, at in counted:
                windows[lane].move(at, now)

    def _wait(self, lane: str, stopped: threading.Event) -> float | None:
        """The moment at which the request was counted, or None in a lane without a limit."""
        while not stopped.is_set():
            now = self._clock()
            if now < self._unlimited_until.get(lane, 0.0):
                return None
            with self._state.changed() as windows:
                window = windows.setdefault(lane, Window())
                window.drop_before(now - window.seconds)
                free_at = window.free_at()
                if free_at <= now:
                    if window.requests:
                        window.times.append(now)
                        return now
                    self._unlimited_until[lane] = now + _LOOK_SECONDS
                    return None
            stopped.wait(min(free_at - now, 5.0))
        return None


def _set_limit(window: Window, told: Allowance) -> None:
    window.requests = max(1, told.requests)
    window.seconds = max(0.001, told.seconds)
