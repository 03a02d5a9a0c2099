"""What reached sales past the handoff: METRICS, "Bypasses"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handoffs import Leftover, Walk
from timeline import Event

# "reached SQL, opportunity or won with no MQL before", "a new stage with no new MQL".
NEWS = ("sql", "opportunity", "won")


@dataclass(frozen=True)
class Bypass:
    """One bypass. record_key: the deal, or None for a stretch of a contact's stages."""

    kind: str
    record_key: str | None
    at: datetime


def bypasses_of_person(walk: Walk) -> list[Bypass]:
    """ "One row a deal, or a stretch of a contact's stages with no deal. Dated by their first
    event".
    """
    news = sorted(
        (leftover for leftover in walk.waiting if is_news(leftover.event)),
        key=lambda leftover: (leftover.event.at, leftover.event.rank),
    )
    found: list[Bypass] = []
    deals: set[str] = set()
    stretches_with_deal = {each.handoffs_before for each in news if each.event.is_deal}
    stretches: set[int] = set()
    for leftover in news:
        event = leftover.event
        if event.is_deal and event.record_key not in deals:
            deals.add(event.record_key)
            found.append(Bypass(kind_of(leftover), event.record_key, event.at))
        stretch = leftover.handoffs_before
        if not event.is_deal and stretch not in stretches | stretches_with_deal:
            stretches.add(stretch)
            found.append(Bypass(kind_of(leftover), None, event.at))
    return found


def bypass_without_person(events: list[Event]) -> list[Bypass]:
    """ "`no_person` (a deal with no person)"."""
    return [Bypass("no_person", event.record_key, event.at) for event in events[:1]]


def is_news(event: Event) -> bool:
    """Whether an event tells business. An acceptance does on a deal, which began or moved on."""
    return event.stage in NEWS or (event.is_deal and event.stage == "accepted")


def kind_of(leftover: Leftover) -> str:
    """`no_mql` before the first handoff, `after_close` later."""
    return "after_close" if leftover.handoffs_before else "no_mql"
