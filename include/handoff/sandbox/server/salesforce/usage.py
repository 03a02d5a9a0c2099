"""What of the day's limits is used."""

from __future__ import annotations

from typing import Any

from handoff.sandbox.server.salesforce.options import SalesforceOptions


class Usage:
    """Calls, bulk jobs and bytes of a day. requests may be set, for a day that others used."""

    def __init__(self, options: SalesforceOptions) -> None:
        self._options = options
        self.requests = options.daily_used
        self.bulk_jobs = 0
        self.result_bytes = 0

    def count_request(self) -> bool:
        """Count a request; whether it is within the day's limit."""
        if self.requests >= self._options.daily_requests:
            return False
        self.requests += 1
        return True

    @property
    def header(self) -> str:
        """Sforce-Limit-Info."""
        return f"api-usage={self.requests}/{self._options.daily_requests}"

    def limits(self) -> dict[str, Any]:
        """The answer of /limits."""
        used = {
            "DailyApiRequests": (self._options.daily_requests, self.requests),
            "DailyBulkV2QueryJobs": (self._options.bulk_jobs_most, self.bulk_jobs),
            "DailyBulkV2QueryFileStorageMB": (976_562, self.result_bytes // 2**20),
            "DailyBulkApiBatches": (15_000, 0),
            "DataStorageMB": (1_073, 0),
        }
        return {
            name: {"Max": most, "Remaining": max(0, most - gone)}
            for name, (most, gone) in used.items()
        }
