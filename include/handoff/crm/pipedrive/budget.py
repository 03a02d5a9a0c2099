"""Watch the day's tokens, which the whole company shares, against the playbook's share of them."""

from __future__ import annotations

import httpx

from handoff.crm.pipedrive.answers import daily_budget
from handoff.errors import DailyLimitError


class TokenBudget:
    """Stops a sync at a share of the day's tokens, those that others spent included."""

    def __init__(self, share: float, source_id: str) -> None:
        self._share = share
        self._source_id = source_id

    def watch(self, headers: httpx.Headers) -> None:
        """Look at an answer. Raises DailyLimitError."""
        budget = daily_budget(headers)
        if budget is None:
            return
        used, allowed = budget
        if used >= allowed * self._share and used < allowed:
            raise DailyLimitError(
                f"{used:,} of Pipedrive's {allowed:,} tokens of the day are spent, and a sync "
                f"stops at {self._share:.0%} of them (daily_call_budget); they start anew at "
                "midnight of Pipedrive's server",
                source=self._source_id,
                fix="wait, or raise daily_call_budget in sources.yml; then go on where this "
                f"stopped with: handoff sync --source {self._source_id}",
            )
