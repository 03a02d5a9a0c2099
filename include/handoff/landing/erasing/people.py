"""Whose records they are: addresses of records, records of an address, and what goes with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from handoff.crm.erasure_rules import ErasureRules
from handoff.landing.erasing.addresses import addresses_in, as_written
from handoff.landing.erasing.erased import Erased
from handoff.landing.erasing.part_lines import Words, records_with
from handoff.landing.erasing.places import texts_at
from handoff.landing.erasing.scrub import ends_of, is_link, record_id
from handoff.landing.manifest import Manifest

_IDS = re.compile(r"\w+")

Ids = Mapping[str, Collection[str]]


def find_records(
    landing_dir: Path, manifests: Sequence[Manifest], rules: ErasureRules, address: str
) -> dict[str, set[str]]:
    """Records that have, or once had, an address, by object: people, and what they sent in."""
    found: dict[str, set[str]] = defaultdict(set)
    wanted = address.strip().lower()
    places = {**rules.addresses, **rules.sent_with}
    words = Words(as_written({wanted}))
    for stream, record in records_with(landing_dir, manifests, places, words):
        if wanted in _addresses(record, places[stream]):
            found[stream].add(record_id(rules, stream, record))
    return dict(found)


def with_merged(
    landing_dir: Path, manifests: Sequence[Manifest], rules: ErasureRules, ids: Ids
) -> dict[str, set[str]]:
    """The ids, and those of the records that were merged into them, chains followed."""
    found = {name: set(listed) for name, listed in ids.items()}
    new = {name: set(found.get(name, ())) for name in rules.merged}
    while any(new.values()):
        words = Words(id_ for listed in new.values() for id_ in listed)
        taken_in: dict[str, set[str]] = defaultdict(set)
        for stream, record in records_with(landing_dir, manifests, rules.merged, words):
            if record_id(rules, stream, record) in new[stream]:
                for place in rules.merged[stream]:
                    for text in texts_at(record, place):
                        taken_in[stream] |= set(_IDS.findall(text))
        new = {name: taken_in[name] - found[name] for name in taken_in}
        for name, listed in new.items():
            found[name] |= listed
    return found


def find_addresses(
    landing_dir: Path, manifests: Sequence[Manifest], rules: ErasureRules, ids: Ids
) -> frozenset[str]:
    """The addresses of these people that no other record has."""
    people = {name: set(ids.get(name, ())) for name in rules.people}
    words = Words(id_ for listed in people.values() for id_ in listed)
    own: set[str] = set()
    for stream, record in records_with(landing_dir, manifests, rules.people, words):
        if record_id(rules, stream, record) in people[stream]:
            own |= _addresses(record, rules.addresses[stream])
    if not own:
        return frozenset()
    shared: set[str] = set()
    words = Words(as_written(own))
    for stream, record in records_with(landing_dir, manifests, rules.people, words):
        if record_id(rules, stream, record) not in people[stream]:
            shared |= own & _addresses(record, rules.addresses[stream])
    return frozenset(own - shared)


def with_what_goes_along(
    landing_dir: Path,
    manifests: Sequence[Manifest],
    rules: ErasureRules,
    ids: Ids,
    addresses: frozenset[str],
) -> Erased:
    """The records, those that go with them, and those that lose their texts."""
    records: dict[str, set[str]] = {name: set(listed) for name, listed in ids.items()}
    texts: dict[str, set[str]] = defaultdict(set)
    erased = Erased({name: frozenset(listed) for name, listed in ids.items()}, {}, addresses)
    all_ids = {id_ for listed in ids.values() for id_ in listed}
    words = Words({*all_ids, *as_written(addresses)})
    streams = {*rules.sent_with, *rules.goes_with, *rules.mentions}
    streams |= {
        part.stream
        for manifest in manifests
        for part in manifest.parts
        if rules.links is not None and is_link(part.stream)
    }
    for stream, record in records_with(landing_dir, manifests, streams, words):
        if is_link(stream):
            from_object, to_object = ends_of(stream)
            if from_object in rules.texts and rules.links is not None:
                place = f"{rules.links.links}[].{rules.links.to_id}"
                if any(erased.has(to_object, id_) for id_ in texts_at(record, place)):
                    texts[from_object] |= set(texts_at(record, rules.links.from_id))
            continue
        id_ = record_id(rules, stream, record)
        if _is_named(erased, record, rules.goes_with.get(stream, ())) or addresses & _addresses(
            record, rules.sent_with.get(stream, ())
        ):
            records.setdefault(stream, set()).add(id_)
        elif _is_named(erased, record, rules.mentions.get(stream, ())):
            texts[stream].add(id_)
    for name in texts:
        texts[name] -= records.get(name, set())
    return Erased(
        {name: frozenset(listed) for name, listed in records.items()},
        {name: frozenset(listed) for name, listed in texts.items() if listed},
        addresses,
    )


def _is_named(
    erased: Erased, record: Mapping[str, object], places: Iterable[tuple[str, str]]
) -> bool:
    return any(
        erased.has(object_, id_) for object_, place in places for id_ in texts_at(record, place)
    )


def _addresses(record: Mapping[str, object], places: Iterable[str]) -> set[str]:
    return {
        address
        for place in places
        for text in texts_at(record, place)
        for address in addresses_in(text)
    }
