"""The truth of one handoff, and how its outcome follows from its instants."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from handoff.sandbox.generator.changes import iso

DEFAULT_ACCEPT_AFTER = timedelta(hours=24)
EXITS = ("won", "lost", "disqualified", "recycled", "expired")


@dataclass(slots=True)
class HandoffTruth:
    """One trip of one person from marketing to sales, as it was planted.

    ``contact_id`` is the record that tells the MQL, or the survivor it was merged into. ``reason``
    is canonical. Stage instants are strict (recorded); ``accepted_at`` is the accepting value or
    the first touch by a person of sales, whichever came first. ``stage_sources`` tells which CRM a
    stage was recorded in, where there are two.
    """

    contact_id: str
    number: int
    mql_at: datetime
    campaign: str | None = None
    offer: str | None = None
    accepted_at: datetime | None = None
    sql_at: datetime | None = None
    opportunity_at: datetime | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None
    disqualified_at: datetime | None = None
    recycled_at: datetime | None = None
    expired_at: datetime | None = None
    reason: str | None = None
    reason_raw_value: str | None = None
    assigned_at: datetime | None = None
    assigned_owner_id: str | None = None
    first_touch_at: datetime | None = None
    first_automated_touch_at: datetime | None = None
    sla_tier: str = "standard"
    sla_due_at: datetime | None = None
    sla_status: str | None = None
    closed_at: datetime | None = None
    status: str = "open"
    rejected_by: str | None = None
    missing_mql_fields: tuple[str, ...] = ()
    deal_ids: tuple[str, ...] = ()
    amount_won: float | None = None
    exclusion: str | None = None
    scenario: str | None = None
    is_stale: bool = False
    is_clamped: bool = False
    is_default_accepted: bool = False
    is_archived: bool = False
    stage_sources: dict[str, str] | None = None
    has_owner: bool | None = None
    has_next_step: bool | None = None

    def settle(self, as_of: datetime) -> None:
        """Derives exit, status and the side that rejected from the stage instants."""
        exits = [(at, name) for name in EXITS if (at := getattr(self, f"{name}_at")) is not None]
        if exits:
            self.closed_at, self.status = min(exits, key=lambda exit: exit[0])
        if self.status in ("disqualified", "recycled"):
            by_ae = self.sql_at is not None or self.opportunity_at is not None
            self.rejected_by = "ae" if by_ae else "sdr"
        if self.assigned_at and not self.filled("accepted"):
            limit = self.assigned_at + DEFAULT_ACCEPT_AFTER
            self.is_default_accepted = limit <= as_of and (
                self.closed_at is None or self.closed_at > limit
            )
        if self.is_stale and self.status == "open":
            self.status = "stale"

    def filled(self, stage: str) -> datetime | None:
        """The stage's instant, or that of the next stage that was reached."""
        order = ("accepted", "sql", "opportunity", "won")
        for name in order[order.index(stage) :]:
            at: datetime | None = getattr(self, f"{name}_at")
            if at is not None:
                return at
        return None

    def as_json(self) -> dict[str, Any]:
        return {
            item.name: iso(value) if isinstance(value, datetime) else value
            for item in fields(self)
            if (value := getattr(self, item.name)) is not None
        }
