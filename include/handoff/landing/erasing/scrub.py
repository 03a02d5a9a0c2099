"""One landed record without what was erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff.crm.erasure_rules import ErasureRules, LinkPlaces
from handoff.landing.erasing.addresses import addresses_in, pattern_of, without
from handoff.landing.erasing.erased import Erased
from handoff.landing.erasing.places import emptied, texts_at

Record = dict[str, Any]


class Scrubber:
    """Takes what was erased out of the records of one source."""

    def __init__(self, rules: ErasureRules, erased: Erased) -> None:
        self._rules = rules
        self._erased = erased
        self._pattern = pattern_of(erased.addresses)

    def scrub(self, stream: str, record: Record) -> Record | None:
        """The record as it may stay: the same object, a changed copy, or None when it goes."""
        if self._goes(stream, record):
            return None
        if self._rules.links is not None and is_link(stream):
            return self._without_links(stream, record, self._rules.links)
        ids = self._erased.texts.get(stream)
        if ids and record_id(self._rules, stream, record) in ids:
            record = emptied(record, self._rules.texts.get(stream, ())) or record
        # Another person who has the same address, such as that of an office, keeps it.
        if self._pattern is not None and stream not in self._rules.people:
            record = without(record, self._pattern)
        return record

    def _goes(self, stream: str, record: Mapping[str, Any]) -> bool:
        rules, erased = self._rules, self._erased
        ids = erased.records.get(stream)
        if ids and record_id(rules, stream, record) in ids:
            return True
        for object_, place in rules.goes_with.get(stream, ()):
            if any(erased.has(object_, id_) for id_ in texts_at(record, place)):
                return True
        return bool(erased.addresses) and not erased.addresses.isdisjoint(
            address
            for place in rules.sent_with.get(stream, ())
            for text in texts_at(record, place)
            for address in addresses_in(text)
        )

    def _without_links(self, stream: str, record: Record, places: LinkPlaces) -> Record | None:
        from_object, to_object = ends_of(stream)
        if any(self._erased.has(from_object, id_) for id_ in texts_at(record, places.from_id)):
            return None
        gone = self._erased.records.get(to_object)
        links = record.get(places.links)
        if not gone or not isinstance(links, list):
            return record
        kept = [one for one in links if gone.isdisjoint(texts_at(one, places.to_id))]
        return record if len(kept) == len(links) else {**record, places.links: kept}


def record_id(rules: ErasureRules, stream: str, record: Mapping[str, Any]) -> str:
    """The id of a record; empty when it has none."""
    return next(texts_at(record, rules.ids.get(stream, "id")), "")


def is_link(stream: str) -> bool:
    """Whether a stream holds links, such as ``deals_to_contacts``."""
    return "_to_" in stream


def ends_of(stream: str) -> tuple[str, str]:
    """The objects that a stream of links lies between."""
    from_object, _, to_object = stream.partition("_to_")
    return from_object, to_object
