"""What happened to a person, in order: METRICS, "Stages" and "Deals"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from records import Change, ContactRecord, DealRecord, Portal, Rules

# "At one instant the order is: mql, accepted, sql, opportunity, won, lost, disqualified, recycled."
# `new` and `engaged` come before them all.
ORDER = (
    "new",
    "engaged",
    "mql",
    "accepted",
    "sql",
    "opportunity",
    "won",
    "lost",
    "disqualified",
    "recycled",
)


@dataclass(frozen=True)
class Event:
    """One mapped value, or the creation of a deal.

    is_acceptance: "a person of a sales team sets an accepting value". clamped_from: when it
    happened, where it is told at the instant of its MQL instead.
    """

    at: datetime
    stage: str
    record_key: str
    is_deal: bool
    is_acceptance: bool = False
    clamped_from: datetime | None = None

    @property
    def rank(self) -> int:
        return ORDER.index(self.stage)


def folded(value: str) -> str:
    """ "Matching of values is trimmed and case-folded." """
    return value.strip().lower()


def is_acceptance(change: Change, stage: str, source_id: str, rules: Rules) -> bool:
    """ "Acceptance is a human act … Set by automation or by others it is no acceptance." """
    source = rules.sources[source_id]
    return (
        stage == "accepted"
        and change.source in source.human_sources
        and change.user_id in source.sales_users
    )


def contact_events(contact: ContactRecord, rules: Rules) -> list[Event]:
    """Mapped values of a contact. "A value with no mapping is … without effect"."""
    events: list[Event] = []
    for name, stages in rules.sources[contact.source_id].contact_stages.items():
        for change in in_order(contact.values.get(name, ()), rules):
            stage = stages.get(folded(change.value))
            if stage is None:
                continue
            accepts = is_acceptance(change, stage, contact.source_id, rules)
            events.append(Event(change.at, stage, contact.key, False, accepts))
    return events


def deal_events(deal: DealRecord, rules: Rules) -> list[Event]:
    """Creation and mapped stages of a deal, in order; none in a pipeline that does not count.

    "The creation of a deal … is an `opportunity` event unless its pipeline says otherwise".
    """
    source = rules.sources[deal.source_id]
    pipeline = source.pipelines.get(deal.pipeline)
    if pipeline is None or not pipeline.counts or deal.created_at > rules.as_of:
        return []
    events = [Event(deal.created_at, pipeline.creation_stage, deal.key, True)]
    for change in in_order(deal.stages, rules):
        stage = pipeline.stages.get(folded(change.value))
        if stage is None:
            continue
        accepts = is_acceptance(change, stage, deal.source_id, rules)
        events.append(Event(change.at, stage, deal.key, True, accepts))
    return sorted_events(events)


def in_order(changes: Iterable[Change], rules: Rules) -> list[Change]:
    """A history up to `as_of`: "histories and landing parts are cut at it"."""
    return sorted(
        (change for change in changes if change.at <= rules.as_of), key=lambda change: change.at
    )


def sorted_events(events: Iterable[Event]) -> list[Event]:
    """By instant, and in the order of stages at one instant.

    METRICS orders no more than that. One stage told twice at one instant: a deal before a contact,
    then what happened first.
    """
    return sorted(
        events,
        key=lambda event: (
            event.at,
            event.rank,
            not event.is_deal,
            event.clamped_from or event.at,
            event.record_key,
        ),
    )


def local_date(instant: datetime, rules: Rules) -> date:
    """The date of an instant in the reporting zone."""
    return instant.astimezone(rules.zone).date()


def person_of_deal(
    deal: DealRecord,
    portal: Portal,
    persons: dict[str, frozenset[str]],
    rules: Rules,
) -> frozenset[str] | None:
    """The person of a deal.

    "Its person is its primary contact (an association labelled so), else of the associated person
    with the latest MQL at or before the deal's creation, else of the first associated person".
    """
    contacts = {contact.key: contact for contact in portal.contacts}
    links = sorted(deal.links, key=lambda link: (not link.is_primary, link.contact_id))
    known = [
        (link, persons[key])
        for link in links
        if (key := f"{deal.source_id}/contacts/{link.contact_id}") in persons
    ]
    if not known:
        return None
    if known[0][0].is_primary:
        return known[0][1]
    best, best_at = known[0][1], None
    for _, person in known:
        for key in person:
            for event in contact_events(contacts[key], rules):
                is_before = event.stage == "mql" and event.at <= deal.created_at
                if is_before and (best_at is None or event.at > best_at):
                    best, best_at = person, event.at
    return best
