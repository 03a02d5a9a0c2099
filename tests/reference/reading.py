"""The reference's whole reading of a portal: people, their handoffs, their bypasses."""

from __future__ import annotations

from dataclasses import dataclass

from bypasses import Bypass, bypass_without_person, bypasses_of_person
from deals import deals_of
from handoffs import Handoff, walk_person
from people import people_of, person_by_record
from records import Portal, Rules
from timeline import Event, contact_events, deal_events, is_overruled, person_of_deal

Person = frozenset[str]


@dataclass(frozen=True)
class Reading:
    """People as sets of record keys; handoffs and bypasses by person, None for nobody."""

    people: list[Person]
    handoffs: dict[Person, list[Handoff]]
    bypasses: dict[Person | None, list[Bypass]]


def read_portal(portal: Portal, rules: Rules) -> Reading:
    """Read a portal by METRICS."""
    people = people_of(portal.contacts, rules)
    persons = person_by_record(people)
    events: dict[Person, list[Event]] = {person: [] for person in people}
    bypasses: dict[Person | None, list[Bypass]] = {None: []}
    for contact in portal.contacts:
        events[persons[contact.key]] += contact_events(contact, rules)
    for deal in deals_of(portal.deals, rules):
        told = deal_events(deal, rules)
        person = person_of_deal(deal, portal, persons, rules)
        if person is None:
            bypasses[None] += bypass_without_person(told)
        else:
            events[person] += told
    contacts = {contact.key: contact for contact in portal.contacts}
    walks = {
        person: walk_person(
            [event for event in told if not is_overruled(event, person, contacts, rules)], rules
        )
        for person, told in events.items()
    }
    return Reading(
        people,
        {person: walk.handoffs for person, walk in walks.items()},
        bypasses | {person: bypasses_of_person(walk) for person, walk in walks.items()},
    )
