"""Calls of the day: how many of them are used, and when they start anew."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx

from handoff import clock
from handoff.errors import DailyLimitError

# From this share of the budget on it is worth a call to know when the day ends.
_NEAR = 0.8


class DailyCalls:
    """What answers told last. budget: the share of the calls, of all users, at which a sync stops.

    Answers to OAuth apps tell nothing of it (page "Usage guidelines").
    """

    def __init__(self, source_id: str, budget: float) -> None:
        self._source_id = source_id
        self._budget = budget
        self._zone: ZoneInfo | None = None
        self._was_asked_for_zone = False
        self._calls: tuple[int, int] | None = None

    def see(self, headers: httpx.Headers) -> None:
        """Take over what the headers of an answer tell."""
        try:
            allowed = int(headers["x-hubspot-ratelimit-daily"])
            remaining = int(headers["x-hubspot-ratelimit-daily-remaining"])
        except (KeyError, ValueError):
            return
        self._calls = max(0, allowed - remaining), allowed

    def wants_zone(self) -> bool:
        """Once, when the day's calls come to their end: when the day ends has to be told then."""
        if self._was_asked_for_zone or self._calls is None:
            return False
        used, allowed = self._calls
        self._was_asked_for_zone = used >= allowed * self._budget * _NEAR
        return self._was_asked_for_zone

    def learn_zone(self, name: str) -> None:
        """Take over the account's time zone, in whose midnight the day ends."""
        try:
            self._zone = ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            self._zone = None

    def check(self, object: str) -> None:
        """Raises DailyLimitError where the next call would go beyond the budget.

        Of the limit itself HubSpot tells in its own words.
        """
        if self._calls is None:
            return
        used, allowed = self._calls
        if allowed * self._budget <= used < allowed:
            raise DailyLimitError(
                f"{used:,} of the {allowed:,} calls that HubSpot allows in a day are used, by all "
                f"who use the token, and a sync may go up to {self._budget:.0%} of them "
                f"(daily_call_budget); {self.ends()}",
                source=self._source_id,
                object=object,
                fix="wait, or raise daily_call_budget in sources.yml; then go on where this "
                f"stopped with: handoff sync --source {self._source_id}",
            )

    def ends(self) -> str:
        """When calls start anew, as the end of a sentence."""
        words = "it starts anew at midnight of the account's time zone"
        if self._zone is None:
            return words
        today = clock.wall_now().astimezone(self._zone).date()
        midnight = datetime.combine(today + timedelta(days=1), time(), self._zone).astimezone(UTC)
        return f"{words} ({self._zone.key}), at {midnight:%Y-%m-%d %H:%M} UTC"
