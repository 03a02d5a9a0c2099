"""What was erased of a source: ids, never more, as ``landing/<source>/erasures/`` keeps them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests, iter_records

OBJECT = "erasures"
# `person`: it went with a person. What a sweep misses and the CRM gives again is there after all.
FoundBy = Literal["sweep", "forget", "person"]
# A record goes as a whole, or stays without the texts in which people are written about.
Extent = Literal["record", "texts"]


@dataclass(frozen=True)
class Erased:
    """Ids by object: records without a trace, and records without texts; addresses, lower case."""

    records: Mapping[str, frozenset[str]] = field(default_factory=dict)
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any((*self.records.values(), *self.texts.values(), self.addresses))

    def has(self, object: str, id_: str) -> bool:
        return id_ in self.records.get(object, ())


def read_erased(landing_dir: Path, source_id: str) -> Erased:
    """What no read may land again, though the CRM gives it: all but what a sweep missed."""
    lines = [
        line
        for manifest in iter_manifests(landing_dir, source_id, OBJECT)
        for line in iter_records(landing_dir, manifest)
        if line["found_by"] != "sweep"
    ]
    return erased_of(lines)


def erased_of(lines: Iterable[Mapping[str, Any]], addresses: Iterable[str] = ()) -> Erased:
    """Lines of erasures as sets."""
    found: dict[str, dict[str, set[str]]] = {"record": {}, "texts": {}}
    for line in lines:
        found[line["extent"]].setdefault(line["object"], set()).add(line["id"])
    records, texts = (
        {name: frozenset(ids) for name, ids in found[extent].items()}
        for extent in ("record", "texts")
    )
    return Erased(records, texts, frozenset(addresses))


def lines_of(
    erased: Erased, asked: Mapping[str, Collection[str]], erased_at: str, found_by: FoundBy
) -> list[dict[str, Any]]:
    """The sets as lines of the landing. asked: those that were found, not what goes with them."""
    extents: tuple[tuple[Extent, Mapping[str, frozenset[str]]], ...]
    extents = (("record", erased.records), ("texts", erased.texts))
    return [
        {
            "object": name,
            "id": id_,
            "erased_at": erased_at,
            "found_by": found_by if id_ in asked.get(name, ()) else "person",
            "extent": extent,
        }
        for extent, by_object in extents
        for name, ids in sorted(by_object.items())
        for id_ in sorted(ids)
    ]


def unfinished(landing_dir: Path, source_id: str) -> list[Manifest]:
    """Erasures that were decided and not carried through."""
    return [
        manifest
        for manifest in iter_manifests(landing_dir, source_id, OBJECT)
        if manifest.status != "complete"
    ]
