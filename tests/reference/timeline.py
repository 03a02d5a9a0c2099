"""What happened to a person, in order: METRICS, "Stages" and "Deals"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from deals import ToldDeal
from records import Change, ContactRecord, Portal, Rules, key_of

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
    happened, where it is told at the instant of its MQL instead. record_key: of a deal that stands
    in several CRMs, the record that leads; told_by: the record that told the event.
    """

    at: datetime
    stage: str
    record_key: str
    is_deal: bool
    is_acceptance: bool = False
    clamped_from: datetime | None = None
    told_by: str = ""
    is_creation: bool = False

    @property
    def source_id(self) -> str:
        return self.told_by.split("/")[0]

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
            told_by = contact.key
            events.append(Event(change.at, stage, told_by, False, accepts, told_by=told_by))
    return events


def deal_events(deal: ToldDeal, rules: Rules) -> list[Event]:
    """Creations and mapped stages of a deal, in order; none in a pipeline that does not count.

    "The creation of a deal … is an `opportunity` event unless its pipeline says otherwise". Every
    record of the deal tells, the one that leads says whether it counts.
    """
    leading = deal.leading
    if not rules.sources[leading.source_id].pipelines[leading.pipeline].counts:
        return []
    events: list[Event] = []
    for record in deal.records:
        pipeline = rules.sources[record.source_id].pipelines[record.pipeline]
        made = Event(record.created_at, pipeline.creation_stage, deal.key, True)
        events.append(replace(made, told_by=record.key, is_creation=True))
        for change in in_order(record.stages, rules):
            stage = pipeline.stages.get(folded(change.value))
            if stage is None:
                continue
            accepts = is_acceptance(change, stage, record.source_id, rules)
            event = Event(change.at, stage, deal.key, True, accepts)
            events.append(replace(event, told_by=record.key))
    return sorted_events(events)


def in_order(changes: Iterable[Change], rules: Rules) -> list[Change]:
    """A history up to `as_of`: "histories and landing parts are cut at it"."""
    return sorted(
        (change for change in changes if change.at <= rules.as_of), key=lambda change: change.at
    )


def sorted_events(events: Iterable[Event]) -> list[Event]:
    """By instant, and in the order of stages at one instant.

    METRICS orders no more than that. One stage told twice at one instant: a deal before a contact,
    then what happened first, then what was landed as a change before a creation.
    """
    return sorted(
        events,
        key=lambda event: (
            event.at,
            event.rank,
            not event.is_deal,
            event.clamped_from or event.at,
            event.is_creation,
            event.told_by,
        ),
    )


def local_date(instant: datetime, rules: Rules) -> date:
    """The date of an instant in the reporting zone."""
    return instant.astimezone(rules.zone).date()


def is_overruled(
    event: Event, person: frozenset[str], contacts: Mapping[str, ContactRecord], rules: Rules
) -> bool:
    """Whether a source that is believed more about the stage had a record of the person then."""
    order = rules.precedence.get(event.stage, ())
    if event.source_id not in order:
        return False
    believed = order[: order.index(event.source_id)]
    return any(
        record.source_id in believed
        and record.created_at <= event.at
        and (record.archived_at is None or event.at < record.archived_at)
        for record in (contacts[key] for key in person)
    )


def person_of_deal(
    deal: ToldDeal,
    portal: Portal,
    persons: dict[str, frozenset[str]],
    rules: Rules,
) -> frozenset[str] | None:
    """The person of a deal.

    "Its person is its primary contact (an association labelled so), else of the associated person
    with the latest MQL at or before the deal's creation, else of the first associated person". The
    record that leads is asked before the others.
    """
    contacts = {contact.key: contact for contact in portal.contacts}
    known = [
        (link.is_primary, persons[key])
        for record in deal.records
        for link in sorted(record.links, key=lambda link: link.contact_id)
        if (key := key_of(record.source_id, "contacts", link.contact_id)) in persons
    ]
    if not known:
        return None
    for is_primary, person in known:
        if is_primary:
            return person
    best, best_at = known[0][1], None
    for _, person in known:
        for key in person:
            for event in contact_events(contacts[key], rules):
                is_before = event.stage == "mql" and event.at <= deal.created_at
                if not is_before or is_overruled(event, person, contacts, rules):
                    continue
                if best_at is None or event.at > best_at:
                    best, best_at = person, event.at
    return best
