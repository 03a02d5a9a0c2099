"""The records of one CRM object, kept small: serialised in a mapped file, ordered by id.

A record is three JSON texts: its head (id, createdAt, updatedAt, archived, archivedAt, without
braces), its properties and its history. Columns of ids, instants and archived marks stand beside,
so that pages and searches by id or instant never read the records themselves. Edited records live
in a dictionary laid over the file.
"""

from __future__ import annotations

import mmap
import tempfile
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from handoff.errors import SandboxError
from handoff.sandbox.server.hubspot.instants import to_ms
from handoff.sandbox.server.hubspot.object_types import ObjectType
from handoff.sandbox.server.hubspot.record import Record, Selection, as_text

Ids = npt.NDArray[np.int64]

_TEXT_OR_NONE = frozenset((str, type(None)))


class RecordStore:
    """The records of one object. `version` moves with each edit; `known` are its properties."""

    def __init__(self, kind: ObjectType) -> None:
        self.kind = kind
        self.known: set[str] = {*kind.always, *kind.defaults}
        self.version = 0
        self.gone: set[int] = set()
        self.ids: Ids = np.empty(0, np.int64)
        self.created: Ids = np.empty(0, np.int64)
        self.modified: Ids = np.empty(0, np.int64)
        self.archived: npt.NDArray[np.bool_] = np.empty(0, np.bool_)
        self._rows: Ids = np.empty(0, np.int64)
        self._bounds = array("Q")
        self._texts: mmap.mmap | bytes = b""
        self._edited: dict[int, tuple[bytes, bytes, bytes]] = {}
        self._views: dict[bool, Ids] = {}

    # Loading

    def load(self, records: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Take in the records of a file. Raises SandboxError, naming the line, for a bad one."""
        ids, created, modified, archived = array("q"), array("q"), array("q"), bytearray()
        bounds, end = array("Q", [0]), 0
        with tempfile.TemporaryFile() as file:
            for place, raw in records:
                record = self._from_file(place, raw)
                self.known.update(record.properties)
                self.known.update(record.history)
                ids.append(record.id)
                created.append(self._instant(place, record.created_at))
                modified.append(self._instant(place, record.properties[self.kind.modified] or ""))
                archived.append(record.archived)
                for text in record.texts():
                    file.write(text)
                    end += len(text)
                    bounds.append(end)
            file.flush()
            if end:
                self._texts = mmap.mmap(file.fileno(), end, access=mmap.ACCESS_READ)
        self._bounds = bounds
        order = np.argsort(np.array(ids, np.int64), kind="stable")
        self.ids = np.array(ids, np.int64)[order]
        self.created = np.array(created, np.int64)[order]
        self.modified = np.array(modified, np.int64)[order]
        self.archived = np.frombuffer(bytes(archived), np.bool_)[order].copy()
        self._rows = order.astype(np.int64)
        twice = self.ids[1:][self.ids[1:] == self.ids[:-1]]
        if len(twice):
            raise SandboxError(
                f"{self.kind.name} has the id {twice[0]} twice",
                object=self.kind.name,
                fix=f"remove one of them from {self.kind.name}.ndjson",
            )

    def _from_file(self, place: str, raw: dict[str, Any]) -> Record:
        kind = self.kind
        properties = raw.get("properties") or {}
        history = raw.get("propertiesWithHistory") or {}
        if not isinstance(properties, dict) or not isinstance(history, dict):
            raise SandboxError(
                f"{place}: properties and propertiesWithHistory must be objects", object=kind.name
            )
        if not _TEXT_OR_NONE.issuperset(map(type, properties.values())):
            properties = {name: as_text(value) for name, value in properties.items()}
        try:
            record_id = int(raw["id"])
        except (KeyError, TypeError, ValueError):
            raise SandboxError(
                f"{place} has no numeric id", object=kind.name, fix="give it an id like HubSpot's"
            ) from None
        created_at = raw.get("createdAt") or properties.get(kind.created)
        if not created_at:
            raise SandboxError(
                f"{place} has neither createdAt nor {kind.created}",
                object=kind.name,
                fix="give it createdAt, an ISO instant",
            )
        updated_at: str = raw.get("updatedAt") or properties.get(kind.modified) or created_at
        # HubSpot fills these on every record, so a search by them finds each record.
        for name, value in zip(kind.always, (created_at, updated_at, str(record_id)), strict=True):
            if properties.get(name) is None:
                properties[name] = value
        return Record(
            id=record_id,
            properties=properties,
            history=history,
            created_at=created_at,
            updated_at=updated_at,
            archived=bool(raw.get("archived", False)),
            archived_at=raw.get("archivedAt"),
        )

    def _instant(self, place: str, text: str) -> int:
        try:
            return to_ms(text)
        except (TypeError, ValueError):
            raise SandboxError(
                f"{place}: not an ISO instant: {text!r}",
                object=self.kind.name,
                fix="write instants like 2026-01-05T08:30:00.000Z",
            ) from None

    # Reading

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, record_id: int) -> int | None:
        """Where a record stands in the columns, or None."""
        at = int(np.searchsorted(self.ids, record_id))
        return at if at < len(self.ids) and self.ids[at] == record_id else None

    def has(self, record_id: int, *, archived: bool = False) -> bool:
        """Whether there is such a record among the live (or the archived) ones."""
        at = self.position(record_id)
        return at is not None and bool(self.archived[at]) is archived

    def live(self, ids: Sequence[int]) -> list[bool]:
        """Whether each id is a live record's."""
        view, wanted = self.view(archived=False), np.array(ids, np.int64)
        if not len(view):
            return [False] * len(ids)
        at = np.minimum(np.searchsorted(view, wanted), len(view) - 1)
        found: list[bool] = (view[at] == wanted).tolist()
        return found

    def is_hidden(self, record_id: int) -> bool:
        """Whether a record is archived or was removed, so that no link to it is shown."""
        if record_id in self.gone:
            return True
        return len(self.view(archived=True)) > 0 and self.has(record_id, archived=True)

    def view(self, *, archived: bool) -> Ids:
        """Ids of the live or of the archived records, ascending."""
        if archived not in self._views:
            self._views[archived] = self.ids[self.archived == archived]
        return self._views[archived]

    def page(self, *, after: int, limit: int, archived: bool) -> tuple[list[int], bool]:
        """The next ids after an id, and whether more follow."""
        ids = self.view(archived=archived)
        start = int(np.searchsorted(ids, after, side="right"))
        return ids[start : start + limit].tolist(), start + limit < len(ids)

    def texts(self, record_id: int) -> tuple[bytes, bytes, bytes]:
        """Head, properties and history of an existing record as JSON."""
        if record_id in self._edited:
            return self._edited[record_id]
        at = int(np.searchsorted(self.ids, record_id))
        row = 3 * int(self._rows[at])
        head, properties, history, end = self._bounds[row : row + 4]
        texts = self._texts
        return texts[head:properties], texts[properties:history], texts[history:end]

    def properties(self, record_id: int) -> dict[str, str | None]:
        """All properties of an existing record."""
        properties: dict[str, str | None] = orjson.loads(self.texts(record_id)[1])
        return properties

    def selection(
        self, names: Sequence[str], history: Sequence[str], *, minimal: bool = False
    ) -> Selection:
        """The properties to answer with: unknown ones are ignored without a word, as HubSpot does.

        Without names, and unless `minimal`, the object's defaults.
        """
        with_history = tuple(name for name in dict.fromkeys(history) if name in self.known)
        asked = [name for name in names if name in self.known]
        if not names and not history and not minimal:
            asked = list(self.kind.defaults)
        wanted = dict.fromkeys((*asked, *with_history, *self.kind.always))
        return Selection(tuple(sorted(wanted)), with_history)

    def answer(self, record_id: int, selection: Selection, associations: bytes = b"") -> bytes:
        """One existing record as JSON, with the selected properties."""
        head, properties_text, history_text = self.texts(record_id)
        properties = orjson.loads(properties_text)
        chosen = orjson.dumps({name: properties.get(name) for name in selection.properties})
        more = b""
        if selection.history:
            history = orjson.loads(history_text)
            kept = {name: history.get(name, []) for name in selection.history}
            more = b',"propertiesWithHistory":' + orjson.dumps(kept)
        if associations:
            more += b',"associations":' + associations
        return b"{" + head + b',"properties":' + chosen + more + b"}"

    # Editing

    def take(self, record_id: int) -> Record:
        """An existing record to change and `put` back."""
        head_text, properties_text, history_text = self.texts(record_id)
        head = orjson.loads(b"{" + head_text + b"}")
        del head["id"]
        return Record(
            id=record_id,
            properties=orjson.loads(properties_text),
            history=orjson.loads(history_text),
            created_at=head.pop("createdAt"),
            updated_at=head.pop("updatedAt"),
            archived=head.pop("archived"),
            archived_at=head.pop("archivedAt", None),
            more=head,
        )

    def put(self, record: Record) -> None:
        """Store a new or a changed record."""
        at = self.position(record.id)
        if at is None:
            at = int(np.searchsorted(self.ids, record.id))
            self.ids = np.insert(self.ids, at, record.id)
            self.created = np.insert(self.created, at, 0)
            self.modified = np.insert(self.modified, at, 0)
            self.archived = np.insert(self.archived, at, False)
            self._rows = np.insert(self._rows, at, -1)
        self.created[at] = to_ms(record.created_at)
        self.modified[at] = to_ms(record.properties[self.kind.modified] or record.updated_at)
        self.archived[at] = record.archived
        self._edited[record.id] = record.texts()
        self.known.update(record.properties)
        self._changed()

    def remove(self, record_id: int) -> None:
        """Forget a record without a trace, as a merge or an erasure does."""
        at = self.position(record_id)
        if at is None:
            return
        self.ids = np.delete(self.ids, at)
        self.created = np.delete(self.created, at)
        self.modified = np.delete(self.modified, at)
        self.archived = np.delete(self.archived, at)
        self._rows = np.delete(self._rows, at)
        self._edited.pop(record_id, None)
        self.gone.add(record_id)
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        self._views.clear()
