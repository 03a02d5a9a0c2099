"""The shortest history that still shows a difference, and how to print it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from random_histories import History, first_id
from records import Change, ContactRecord, DealRecord, Link

# Says which of the histories differ. One call may be one run of dbt, so candidates go together.
Differing = Callable[[Sequence[History]], list[History]]


def shrink(histories: Sequence[History], differing: Differing, rounds: int = 12) -> list[History]:
    """Take facts away from each history as long as it still differs, all of them side by side."""
    shortest = list(histories)
    for _ in range(rounds):
        candidates: list[History] = []
        origins: list[int] = []
        for place, history in enumerate(shortest):
            for shorter in _shorter(history):
                candidates.append(renumbered(shorter, len(candidates)))
                origins.append(place)
        found = {one.number for one in differing(candidates)} if candidates else set()
        taken: set[int] = set()
        for candidate, place in zip(candidates, origins, strict=True):
            if candidate.number in found and place not in taken:
                shortest[place] = candidate
                taken.add(place)
        if not taken:
            break
    return shortest


def _shorter(history: History) -> Iterator[History]:
    """Every history with one fact less, the largest facts first."""
    for place in range(len(history.deals)):
        yield replace(history, deals=_without(history.deals, place))
    linked = {link.contact_id for deal in history.deals for link in deal.links}
    for place, contact in enumerate(history.contacts):
        if len(history.contacts) > 1 and contact.record_id not in linked:
            yield replace(history, contacts=_without(history.contacts, place))
        for name, entries in contact.values.items():
            for entry in range(len(entries)):
                values = {**contact.values, name: _without(entries, entry)}
                changed = replace(contact, values=values)
                yield replace(history, contacts=_with(history.contacts, place, changed))
    for place, deal in enumerate(history.deals):
        for entry in range(len(deal.stages) if len(deal.stages) > 1 else 0):
            shorter = replace(deal, stages=_without(deal.stages, entry))
            yield replace(history, deals=_with(history.deals, place, shorter))
        if deal.named is not None:
            yield replace(history, deals=_with(history.deals, place, replace(deal, named=None)))
        for link in range(len(deal.links) if len(deal.links) > 1 else 0):
            shorter = replace(deal, links=_without(deal.links, link))
            yield replace(history, deals=_with(history.deals, place, shorter))


def _without(items: tuple, place: int) -> tuple:  # type: ignore[type-arg]
    return items[:place] + items[place + 1 :]


def _with(items: tuple, place: int, item: object) -> tuple:  # type: ignore[type-arg]
    return (*items[:place], item, *items[place + 1 :])


def renumbered(history: History, number: int) -> History:
    """The same history under other ids and addresses, to stand beside its siblings."""
    step = first_id(number) - history.first_id

    def contact(one: ContactRecord) -> ContactRecord:
        email = one.email and one.email.lower().replace(f"{history.number}@", f"{number}@").replace(
            f"firm{history.number}.", f"firm{number}."
        )
        return replace(
            one,
            record_id=one.record_id + step,
            email=email,
            merged_ids=tuple(other + step for other in one.merged_ids),
            named=tuple((name, other + step) for name, other in one.named),
            became=None if one.became is None else one.became + step,
        )

    def deal(one: DealRecord) -> DealRecord:
        links = tuple(Link(link.contact_id + step, link.is_primary) for link in one.links)
        named = None if one.named is None else one.named + step
        return replace(one, record_id=one.record_id + step, links=links, named=named)

    return History(
        history.seed,
        number,
        tuple(map(contact, history.contacts)),
        tuple(map(deal, history.deals)),
    )


def describe(history: History, zone: ZoneInfo) -> str:
    """Everything that a history holds, in the order in which it happened."""
    lines = []
    told: list[tuple[object, str]] = []
    for contact in history.contacts:
        kind = contact.name.removesuffix("s")
        me = f"{kind}{contact.record_id % 10}"
        merged = ", ".join(f"{kind}{one % 10}" for one in contact.merged_ids)
        named = ", ".join(f"{name}{one % 10}" for name, one in contact.named)
        made = f"{contact.created_at:%Y-%m-%d %H:%M:%S}"
        lines.append(
            f"{contact.source_id}:{me} {contact.email!r} made {made}"
            + (f" took in {merged}" if merged else "")
            + (f" holds the ids of {named}" if named else "")
            + (f" became contact{contact.became % 10}" if contact.became else "")
            + (f" archived {contact.archived_at:%Y-%m-%d %H:%M:%S}" if contact.archived_at else "")
        )
        for name, entries in contact.values.items():
            told += [(one.at, f"{me} {name} = {_change(one)}") for one in entries]
    for deal in history.deals:
        links = ", ".join(
            f"contact{link.contact_id % 10}" + (" (primary)" if link.is_primary else "")
            for link in deal.links
        )
        lines.append(
            f"{deal.source_id}:deal{deal.record_id % 10} in {deal.pipeline} of {links}"
            + (f" holds the id of deal{deal.named % 10}" if deal.named else "")
        )
        told.append((deal.created_at, f"deal{deal.record_id % 10} is created"))
        told += [
            (one.at, f"deal{deal.record_id % 10} dealstage = {_change(one)}") for one in deal.stages
        ]
    for at, what in sorted(told, key=lambda pair: pair[0]):  # type: ignore[arg-type,return-value]
        local = at.astimezone(zone)  # type: ignore[attr-defined]
        lines.append(f"{at:%Y-%m-%d %H:%M:%S} (local {local:%a %d %H:%M}) {what}")
    return "\n".join(lines)


def _change(change: Change) -> str:
    return f"{change.value!r} by {change.user_id or 'nobody'} ({change.source})"
