"""HubSpot's rate limits (page "Usage guidelines"): what is over them, and how it says so."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

from handoff.sandbox.server.options import RateLimits

Headers = list[tuple[bytes, bytes]]

_MESSAGES = {
    "DAILY": "You have reached your daily limit.",
    "TEN_SECONDLY_ROLLING": "You have reached your ten_secondly_rolling limit.",
    "SECONDLY": "You have reached your secondly limit.",
}


class RateGate:
    """Counts requests and tells which limit turns one down."""

    def __init__(self, limits: RateLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._last_ten: deque[float] = deque()
        self._searches: deque[float] = deque()
        self._today = 0

    def policy_against(self, *, is_search: bool) -> str | None:
        """Count a request; the name of the limit that it is over, or None."""
        limits, now = self._limits, self._clock()
        if limits.daily is not None and self._today >= limits.daily:
            return "DAILY"
        if is_search:
            # Searches have a limit of their own, which the account shares.
            if _full(self._searches, limits.search_per_second, now - 1.0):
                return "SECONDLY"
            self._searches.append(now)
        if _full(self._last_ten, limits.ten_secondly, now - 10.0):
            return "TEN_SECONDLY_ROLLING"
        self._last_ten.append(now)
        self._today += 1
        return None

    def headers(self, *, is_search: bool) -> Headers:
        """What is left. Answers to searches carry none of it, and no limit has no header."""
        limits = self._limits
        found: dict[str, int] = {}
        if limits.ten_secondly is not None:
            found["x-hubspot-ratelimit-max"] = limits.ten_secondly
            found["x-hubspot-ratelimit-remaining"] = limits.ten_secondly - len(self._last_ten)
            found["x-hubspot-ratelimit-interval-milliseconds"] = 10_000
        if limits.daily is not None:
            found["x-hubspot-ratelimit-daily"] = limits.daily
            found["x-hubspot-ratelimit-daily-remaining"] = limits.daily - self._today
        if is_search:
            return []
        return [(name.encode(), str(max(0, left)).encode()) for name, left in found.items()]

    def body(self, policy: str) -> dict[str, Any]:
        """The body of a 429."""
        return {
            "status": "error",
            "message": _MESSAGES[policy],
            "errorType": "RATE_LIMIT",
            "correlationId": str(uuid.uuid4()),
            "policyName": policy,
            "requestId": str(uuid.uuid4()),
        }


def _full(times: deque[float], most: int | None, since: float) -> bool:
    while times and times[0] <= since:
        times.popleft()
    return most is not None and len(times) >= most
