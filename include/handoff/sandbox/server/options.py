"""How a sandbox behaves: its token, what it refuses, its limits, its faults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handoff import clock
from handoff.sandbox.server.faults import FaultPlan

DEFAULT_TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but a sandbox on loopback


@dataclass(frozen=True)
class RateLimits:
    """Requests that are let through; None is no limit.

    ten_secondly: in any ten seconds (190 for a private app of a Pro account). daily: since the
    start. search_per_second: searches in any second (5 an account). retry_after: text of the
    Retry-After header of a 429, which HubSpot does not always send.
    """

    ten_secondly: int | None = None
    daily: int | None = None
    search_per_second: int | None = None
    retry_after: str | None = None


@dataclass(frozen=True)
class SandboxOptions:
    """Everything that can be chosen about a sandbox.

    token: the bearer token it takes. missing_scopes: scopes that were not granted, by scope
    (`crm.objects.deals.read`) or object (`deals`). merge_makes_new_id: objects whose merges give
    the survivor a new id. search_lag_seconds: how far the search index is behind. now: the instant
    of edits; None is the clock's. portal_id, time_zone: the account's. for_crm: what one CRM alone
    has, by CRM, as its folder's own options name it.
    """

    token: str = DEFAULT_TOKEN
    missing_scopes: Collection[str] = ()
    limits: RateLimits = field(default_factory=RateLimits)
    faults: FaultPlan = field(default_factory=FaultPlan)
    merge_makes_new_id: Collection[str] = ()
    search_lag_seconds: float = 0.0
    now: datetime | None = None
    portal_id: int = 4242
    time_zone: str = "Europe/Berlin"
    for_crm: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def clock(self) -> Callable[[], datetime]:
        """What tells the instant of edits."""
        fixed = self.now
        return clock.now if fixed is None else lambda: fixed
