"""The handoffs of one person: METRICS, "The unit: one handoff", by a walk over the events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from records import Rules
from timeline import Event, local_date, sorted_events

FORWARD = ("mql", "accepted", "sql", "opportunity", "won")
EXITS = ("won", "lost", "disqualified", "recycled")


@dataclass
class Deal:
    """A deal of a person: where it belongs, and whether it is open.

    handoff: the one it belongs to. is_outside: it began while none was open, and none took it in.
    """

    key: str
    began_at: datetime
    is_open: bool = True
    handoff: Handoff | None = None
    is_outside: bool = False


@dataclass
class Handoff:
    """One trip. reached: strict dates by stage; told_by: the sources that told them. stage: the
    one told last, by whichever record.

    won_deal: the deal that told the win.
    """

    number: int
    mql_at: datetime
    last_change_at: datetime
    stage: str = "mql"
    reached: dict[str, datetime] = field(default_factory=dict)
    told_by: dict[str, str] = field(default_factory=dict)
    exit_source: str | None = None
    closed_at: datetime | None = None
    exit_stage: str | None = None
    is_clamped: bool = False
    won_deal: str | None = None
    deals: list[Deal] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def furthest(self) -> int:
        return max(FORWARD.index(stage) for stage in self.reached if stage in FORWARD)

    def is_stale_at(self, instant: datetime, rules: Rules) -> bool:
        """ "open, and no change of the mapped stage … for at least `stale_after_days`"."""
        return self.is_open and instant - self.last_change_at >= rules.stale_after


@dataclass(frozen=True)
class Leftover:
    """An event that no handoff took, with the number of handoffs that there were by then."""

    event: Event
    handoffs_before: int


@dataclass
class Walk:
    """What the walk over one person's events knows.

    waiting: events of no handoff, until an MQL of the same day or the end takes them.
    """

    rules: Rules
    handoffs: list[Handoff] = field(default_factory=list)
    deals: dict[str, Deal] = field(default_factory=dict)
    waiting: list[Leftover] = field(default_factory=list)

    @property
    def latest(self) -> Handoff | None:
        return self.handoffs[-1] if self.handoffs else None


def walk_person(events: list[Event], rules: Rules) -> Walk:
    """The handoffs of a person, and the events that none of them took."""
    walk = Walk(rules)
    to_come = sorted_events(events)
    while to_come:
        event = to_come.pop(0)
        if take(walk, event):
            to_come = sorted_events([*to_come, *take_clamped(walk, event.at)])
    return walk


def take(walk: Walk, event: Event) -> bool:
    """Let one event do what it does; whether it opened a handoff."""
    latest = walk.latest
    if event.stage == "mql" and (latest is None or not latest.is_open):
        open_handoff(walk, event)
        return True
    if event.stage == "mql" and latest and latest.is_stale_at(event.at, walk.rules):
        expire(latest, event.at)
        open_handoff(walk, event, taken_over=latest)
        return True
    if event.is_deal:
        take_deal_event(walk, event)
    elif latest and latest.is_open:
        apply(latest, event)
    elif not is_told_already(latest, event, walk.rules):
        leave(walk, event)
    return False


def open_handoff(walk: Walk, event: Event, taken_over: Handoff | None = None) -> None:
    """ "It opens when the person becomes an MQL while no handoff of that person is open"."""
    reached = {"mql": event.at}
    opened = Handoff(len(walk.handoffs) + 1, event.at, event.at, reached=reached)
    walk.handoffs.append(opened)
    if taken_over:
        take_over_open_deals(taken_over, opened)
    if event.is_deal:
        adopt(walk, event, opened)


def take_over_open_deals(closed: Handoff, opened: Handoff) -> None:
    """ "opens the next, which takes over its open deals; they bring no stage until they move"."""
    for deal in [deal for deal in closed.deals if deal.is_open]:
        closed.deals.remove(deal)
        opened.deals.append(deal)
        deal.handoff = opened


def expire(handoff: Handoff, at: datetime) -> None:
    """ "Only an MQL that arrives while the handoff is stale closes it (`expired`…)"."""
    handoff.closed_at = at
    handoff.exit_stage = "expired"


def take_clamped(walk: Walk, mql_at: datetime) -> list[Event]:
    """What was dated before the MQL that opened a handoff, on its day: to be told at its instant.

    "A stage dated before the MQL but on the same local date (reporting zone) counts as reached at
    `mql_at` (`is_clamped`; a deal's exit with its deal)". A contact's exit is no stage, nor is an
    acceptance that is none; a deal that began on an earlier day stays outside.
    """
    today = local_date(mql_at, walk.rules)
    clamped: list[Event] = []
    waiting, walk.waiting = walk.waiting, []
    begun_today = {
        key
        for key, deal in walk.deals.items()
        if deal.is_outside and local_date(deal.began_at, walk.rules) == today
    }
    for leftover in waiting:
        event = leftover.event
        if event.is_deal:
            joins = event.record_key in begun_today
        else:
            joins = local_date(event.at, walk.rules) == today and is_stage(event)
        if joins:
            clamped.append(replace(event, at=mql_at, clamped_from=event.at))
        else:
            walk.waiting.append(leftover)
    for key in begun_today:
        del walk.deals[key]
    return clamped


def is_stage(event: Event) -> bool:
    """Whether an event reaches a stage; an acceptance that is none reaches nothing."""
    return event.stage in FORWARD and (event.stage != "accepted" or event.is_acceptance)


def adopt(walk: Walk, event: Event, handoff: Handoff) -> None:
    """Make a deal one of the handoff's."""
    deal = walk.deals.setdefault(event.record_key, Deal(event.record_key, event.at))
    deal.handoff = handoff
    deal.is_outside = False
    if deal not in handoff.deals:
        handoff.deals.append(deal)


def take_deal_event(walk: Walk, event: Event) -> None:
    """ "A deal belongs to one handoff, the one that was open when it began, and all its later
    events go there."
    """
    latest = walk.latest
    deal = walk.deals.get(event.record_key)
    if deal is None:
        deal = walk.deals[event.record_key] = Deal(event.record_key, event.at)
        if (latest and latest.is_open) or is_made_after_win_of_contact(latest, event, walk.rules):
            adopt(walk, event, latest)
        else:
            deal.is_outside = True
    if deal.handoff is None:
        leave(walk, event)
    elif deal.handoff.is_open:
        apply(deal.handoff, event)
    else:
        after_close(walk, deal.handoff, event)
    if event.stage in EXITS:
        deal.is_open = False
    elif event.stage in FORWARD:
        deal.is_open = True


def apply(handoff: Handoff, event: Event) -> None:
    """What an event does to its open handoff."""
    restart_clock(handoff, event)
    handoff.is_clamped = handoff.is_clamped or event.clamped_from is not None
    if is_stage(event):
        reach(handoff, event)
    if closes(handoff, event):
        handoff.closed_at = event.at
        handoff.exit_stage = event.stage
        handoff.exit_source = event.source_id
        handoff.reached.setdefault(event.stage, event.at)
        handoff.won_deal = event.record_key if event.stage == "won" and event.is_deal else None


def restart_clock(handoff: Handoff, event: Event) -> None:
    """ "no change of the mapped stage (forwards or backwards; an MQL of a handoff that is further
    on is a move back that restarts nothing)"; "An MQL while a handoff is open and not stale changes
    nothing".
    """
    if event.stage not in ("mql", handoff.stage):
        handoff.last_change_at = event.at
    # One deal of several that is lost is a change, and leaves the handoff where it is.
    if event.stage != "lost":
        handoff.stage = event.stage


def reach(handoff: Handoff, event: Event) -> None:
    """ "Stages only move forward inside one handoff; a move back … changes no first-reached
    date."
    """
    if FORWARD.index(event.stage) > handoff.furthest:
        handoff.reached[event.stage] = event.at
        handoff.told_by[event.stage] = event.source_id


def closes(handoff: Handoff, event: Event) -> bool:
    """Whether an event is the exit of its open handoff.

    "A handoff with several deals is won at the first win, and lost only when its last open deal is
    lost; `disqualified` or `recycled` on a deal closes at once. A contact's own `lost` … does
    nothing while several deals are open."
    """
    if event.stage != "lost":
        return event.stage in EXITS
    still_open = [deal for deal in handoff.deals if deal.is_open]
    if event.is_deal:
        return all(deal.key == event.record_key for deal in still_open)
    return len(still_open) <= 1


def is_told_already(latest: Handoff | None, event: Event, rules: Rules) -> bool:
    """Whether a contact's event after a win tells the same outcome.

    "So a contact's `won` after a won trip is no news at any lag; `sql` or `opportunity` of the
    contact after a win … is none on the same local day."
    """
    if latest is None or latest.exit_stage != "won":
        return False
    if event.stage == "won":
        return True
    return event.stage in ("sql", "opportunity") and is_same_day(latest, event, rules)


def is_made_after_win_of_contact(latest: Handoff | None, event: Event, rules: Rules) -> bool:
    """ "a deal made after the contact was won, is none on the same local day"."""
    return (
        latest is not None
        and latest.exit_stage == "won"
        and latest.won_deal is None
        and is_same_day(latest, event, rules)
    )


def is_same_day(closed: Handoff, event: Event, rules: Rules) -> bool:
    """Whether an event is of the local day on which the handoff closed."""
    return local_date(closed.closed_at or event.at, rules) == local_date(event.at, rules)


def after_close(walk: Walk, closed: Handoff, event: Event) -> None:
    """A deal's event after the close of its handoff: the same outcome, or follow-on business.

    "One outcome told by several records (deal `closedwon`, contact `customer`) is one event": the
    deal that told the win has no other one to tell; where the contact told it first, that deal is
    the first one to be won. This ends with the next MQL, which asks for an outcome of its own.
    """
    is_told = closed.exit_stage == "won" and closed.won_deal in (None, event.record_key)
    if is_told and closed is walk.latest:
        if event.stage == "won":
            closed.won_deal = event.record_key
        return
    leave(walk, event)


def leave(walk: Walk, event: Event) -> None:
    """Set an event aside, with how many handoffs there were."""
    walk.waiting.append(Leftover(event, len(walk.handoffs)))
