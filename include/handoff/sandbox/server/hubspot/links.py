"""The associations of an account: sorted columns for what the files gave, edits laid over them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from handoff.sandbox.server.hubspot.association_types import AssociationTypes
from handoff.sandbox.server.hubspot.object_types import object_name

# One link seen from a record: (id of the other record, code of the type).
Link = tuple[int, int]


class _Columns:
    """The links of one direction (say deals to contacts), ordered by the first id."""

    def __init__(self, source: array[int], target: array[int], code: array[int]) -> None:
        sources, targets = np.array(source, np.int64), np.array(target, np.int64)
        codes = np.array(code, np.int32)
        order = np.lexsort((codes, targets, sources))
        sources, targets, codes = sources[order], targets[order], codes[order]
        # A file may name a link on both its sides: once is enough. The order in which a record
        # names its links is not kept; HubSpot promises none.
        again = (
            (sources[1:] == sources[:-1])
            & (targets[1:] == targets[:-1])
            & (codes[1:] == codes[:-1])
        )
        first = np.concatenate(([True], ~again)) if len(order) else np.empty(0, np.bool_)
        self.source, self.target, self.code = sources[first], targets[first], codes[first]

    def of_many(self, ids: Sequence[int]) -> list[list[Link]]:
        wanted = np.array(ids, np.int64)
        starts = np.searchsorted(self.source, wanted, side="left").tolist()
        ends = np.searchsorted(self.source, wanted, side="right").tolist()
        return [
            list(zip(self.target[start:end].tolist(), self.code[start:end].tolist(), strict=True))
            for start, end in zip(starts, ends, strict=True)
        ]


class Links:
    """All associations, readable from either side."""

    def __init__(self) -> None:
        self.types = AssociationTypes()
        self._loading: dict[tuple[str, str], tuple[array[int], array[int], array[int]]] = {}
        self._columns: dict[tuple[str, str], _Columns] = {}
        self._edited: dict[tuple[str, str], dict[int, list[Link]]] = {}

    def load(self, source: str, record_id: int, associations: dict[str, Any]) -> None:
        """Take in the `associations` of one record of a portal file, before `finish`."""
        for target_text, block in associations.items():
            target = object_name(target_text)
            if target is None:
                continue
            has_primary = False
            for entry in block.get("results", ()):
                for there, back in self.types.named(source, target, entry.get("type", "")):
                    if self.types[there].label == "Primary":
                        # A record has one primary record of an object; the first named is taken.
                        if has_primary:
                            continue
                        has_primary = True
                    self._append(source, target, record_id, int(entry["id"]), there)
                    self._append(target, source, int(entry["id"]), record_id, back)

    def _append(self, source: str, target: str, from_id: int, to_id: int, code: int) -> None:
        columns = self._loading.get((source, target))
        if columns is None:
            columns = self._loading[(source, target)] = (array("q"), array("q"), array("q"))
        for column, value in zip(columns, (from_id, to_id, code), strict=True):
            column.append(value)

    def finish(self) -> None:
        """Order what was loaded."""
        for pair, columns in self._loading.items():
            self._columns[pair] = _Columns(*columns)
        self._loading.clear()

    def of(self, source: str, target: str, record_id: int) -> list[Link]:
        """The links of a record to the records of an object."""
        return self.of_many(source, target, [record_id])[0]

    def of_many(self, source: str, target: str, ids: Sequence[int]) -> list[list[Link]]:
        """The links of many records, in their order."""
        columns = self._columns.get((source, target))
        found: list[list[Link]] = columns.of_many(ids) if columns is not None else [[] for _ in ids]
        edited = self._edited.get((source, target))
        if edited:
            found = [edited.get(i, links) for i, links in zip(ids, found, strict=True)]
        return found

    def targets(self, source: str) -> list[str]:
        """The objects that an object has links to."""
        pairs = {*self._columns, *self._edited}
        return sorted(target for from_name, target in pairs if from_name == source)

    def add(self, source: str, from_id: int, target: str, to_id: int, codes: list[Link]) -> None:
        """Link two records with types given as (there, back)."""
        for there, back in codes:
            for link, pair, own in (
                ((to_id, there), (source, target), from_id),
                ((from_id, back), (target, source), to_id),
            ):
                links = self._own(pair, own)
                if link not in links:
                    links.append(link)

    def remove(self, source: str, from_id: int, target: str, to_id: int) -> None:
        """Unlink two records, whatever the types."""
        for pair, own, other in (
            ((source, target), from_id, to_id),
            ((target, source), to_id, from_id),
        ):
            links = self._own(pair, own)
            links[:] = [link for link in links if link[0] != other]

    def move(self, source: str, from_id: int, to_id: int) -> None:
        """Give one record's links to another record of the same object."""
        links = list(self._all(source, from_id))
        self.drop(source, from_id)
        for target, linked_id, code in links:
            if (target, linked_id) == (source, to_id):
                continue
            if self.types[code].label == "Primary" and any(
                kept == code for _, kept in self.of(source, target, to_id)
            ):
                continue
            self.add(source, to_id, target, linked_id, [(code, self.types.back(code))])

    def drop(self, source: str, record_id: int) -> None:
        """Unlink a record from everything."""
        for target, linked_id, _ in list(self._all(source, record_id)):
            self.remove(source, record_id, target, linked_id)

    def _all(self, source: str, record_id: int) -> Iterator[tuple[str, int, int]]:
        for target in self.targets(source):
            for linked_id, code in self.of(source, target, record_id):
                yield target, linked_id, code

    def _own(self, pair: tuple[str, str], record_id: int) -> list[Link]:
        edited = self._edited.setdefault(pair, {})
        if record_id not in edited:
            edited[record_id] = list(self.of(*pair, record_id))
        return edited[record_id]
