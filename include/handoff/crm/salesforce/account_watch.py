"""What answers tell beside their data: the calls of the last 24 hours, and the server's clock."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from handoff.errors import DailyLimitError

# Such as ``api-usage=18/5000; per-app-api-usage=17/250(appName=sample-connected-app)``.
_USAGE = re.compile(r"(?:^|[;,\s])api-usage=(\d+)/(\d+)")


class AccountWatch:
    """The newest of what answers told. budget: the share of the calls at which a sync stops.

    Calls of all who use the account count, so that a sync leaves some to them. May be shared by
    threads.
    """

    def __init__(self, source_id: str, budget: float) -> None:
        self._source_id = source_id
        self._budget = budget
        self._lock = threading.Lock()
        self.calls: tuple[int, int] | None = None
        self.answered_at: datetime | None = None

    def see(self, headers: httpx.Headers) -> None:
        """Take over what the headers of an answer tell."""
        usage = _USAGE.search(headers.get("sforce-limit-info", ""))
        date = _instant(headers.get("date"))
        with self._lock:
            if usage is not None:
                self.calls = int(usage[1]), int(usage[2])
            if date is not None:
                self.answered_at = date

    def check_budget(self, object: str) -> None:
        """Raises DailyLimitError where the next call would go beyond the budget."""
        # With all of them to use, Salesforce itself says when they are used up.
        if self.calls is None or self._budget >= 1:
            return
        used, allowed = self.calls
        if not allowed or used < allowed * self._budget:
            return
        raise DailyLimitError(
            f"{used:,} of the {allowed:,} calls that Salesforce allows in 24 hours are used, by "
            f"all who use the account, and a sync may go up to {self._budget:.0%} of them "
            "(daily_call_budget); calls come free as older ones pass out of the 24 hours",
            source=self._source_id,
            object=object,
            fix="wait, or raise daily_call_budget in sources.yml; then go on where this stopped "
            f"with: handoff sync --source {self._source_id}",
        )


def _instant(text: str | None) -> datetime | None:
    try:
        given = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return given.replace(tzinfo=given.tzinfo or UTC).astimezone(UTC)
