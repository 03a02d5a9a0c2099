"""What changes records: creating, updating, archiving, merging, erasing.

An edit writes a history entry for each property that changes, and moves the last-modified instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handoff.sandbox.server.hubspot.instants import from_ms, iso, to_ms
from handoff.sandbox.server.hubspot.portal_state import PortalState
from handoff.sandbox.server.hubspot.record import Record, as_text
from handoff.sandbox.server.hubspot.record_store import RecordStore


@dataclass(frozen=True)
class Author:
    """Who edits, and when: goes into the history. at: ISO instant, or None for now."""

    source: str = "INTEGRATION"
    source_id: str | None = None
    user_id: int | None = None
    at: str | None = None


class Edits:
    """Changes to the records of a portal."""

    def __init__(self, portal: PortalState, *, new_id_on_merge: frozenset[str]) -> None:
        self._portal = portal
        self._new_id_on_merge = new_id_on_merge

    def create(self, store: RecordStore, properties: dict[str, Any], author: Author) -> int:
        """Add a record; its id."""
        record_id = self._portal.next_id(store.kind.name)
        at = author.at or iso(self._portal.now())
        record = Record(record_id, {}, {}, created_at=at, updated_at=at)
        record.properties = dict(zip(store.kind.always, (at, at, str(record_id)), strict=True))
        self._write(record, _texts(properties), author, at)
        store.put(record)
        return record_id

    def update(
        self, store: RecordStore, record_id: int, properties: dict[str, Any], author: Author
    ) -> None:
        """Set properties of an existing record; an empty text clears one."""
        record = store.take(record_id)
        at = self._after(record, author)
        self._write(record, _texts(properties), author, at)
        self._touch(store, record, at)
        store.put(record)

    def archive(self, store: RecordStore, record_id: int, author: Author) -> None:
        """Move a record to the recycle bin."""
        record = store.take(record_id)
        record.archived, record.archived_at = True, self._after(record, author)
        self._touch(store, record, record.archived_at)
        store.put(record)

    def erase(self, store: RecordStore, record_id: int) -> None:
        """Forget a record for good, archived or not, leaving no trace."""
        self._portal.links.drop(store.kind.name, record_id)
        store.remove(record_id)

    def merge(self, store: RecordStore, primary_id: int, loser_id: int, author: Author) -> int:
        """Merge a record into another; the survivor's id, which is new for some objects.

        The survivor keeps its own values, takes the loser's where it has none, and holds both
        histories; the loser disappears without going to the recycle bin.
        """
        name = store.kind.name
        record, loser = store.take(primary_id), store.take(loser_id)
        at = max(self._after(record, author), self._after(loser, author))
        merged = [*_merged_ids(record), str(loser.id), *_merged_ids(loser)]
        for prop, value in loser.properties.items():
            if value and not record.properties.get(prop) and not prop.startswith("hs_merged"):
                record.properties[prop] = value
        for prop, entries in loser.history.items():
            both = [*record.history.get(prop, []), *entries]
            record.history[prop] = _newest_first(both)
        if name in self._new_id_on_merge:
            merged = [str(record.id), *merged]
            record.id = self._portal.next_id(name)
            record.properties["hs_object_id"] = str(record.id)
            self._leave(store, primary_id, record.id)
        if name == "contacts":
            vids = [record.properties.get("hs_calculated_merged_vids"), f"{loser.id}:{to_ms(at)}"]
            record.properties["hs_calculated_merged_vids"] = ";".join(v for v in vids if v)
            mails = [
                record.properties.get("hs_additional_emails"),
                loser.properties.get("email"),
                loser.properties.get("hs_additional_emails"),
            ]
            known = (record.properties.get("email") or "").lower()
            more = dict.fromkeys(
                one for mail in mails if mail for one in mail.split(";") if one.lower() != known
            )
            record.properties["hs_additional_emails"] = ";".join(more) or None
        record.properties["hs_merged_object_ids"] = ";".join(dict.fromkeys(merged))
        self._touch(store, record, at)
        store.put(record)
        self._leave(store, loser.id, record.id)
        return record.id

    def _leave(self, store: RecordStore, loser_id: int, survivor_id: int) -> None:
        name = store.kind.name
        self._portal.links.move(name, loser_id, survivor_id)
        store.remove(loser_id)
        if name == "contacts":
            survivors = self._portal.survivors
            survivors[(name, loser_id)] = survivor_id
            for key, led_to in survivors.items():
                if led_to == loser_id:
                    survivors[key] = survivor_id

    def _write(
        self, record: Record, properties: dict[str, str | None], author: Author, at: str
    ) -> None:
        for name, value in properties.items():
            if (record.properties.get(name) or None) == value:
                continue
            record.properties[name] = value
            entry: dict[str, Any] = {
                "value": value or "",
                "timestamp": at,
                "sourceType": author.source,
            }
            if author.source_id:
                entry["sourceId"] = author.source_id
            if author.user_id is not None:
                entry["updatedByUserId"] = author.user_id
            record.history[name] = _newest_first([entry, *record.history.get(name, [])])

    def _touch(self, store: RecordStore, record: Record, at: str) -> None:
        record.updated_at = max(at, record.updated_at)
        record.properties[store.kind.modified] = record.updated_at

    def _after(self, record: Record, author: Author) -> str:
        """The edit's instant: the given one, or now, which never stands before the last change."""
        if author.at:
            return author.at
        now = to_ms(iso(self._portal.now()))
        return from_ms(max(now, to_ms(record.updated_at) + 1))


def _merged_ids(record: Record) -> list[str]:
    return [i for i in (record.properties.get("hs_merged_object_ids") or "").split(";") if i]


def _newest_first(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(entries, key=lambda entry: to_ms(entry["timestamp"]), reverse=True)


def _texts(properties: dict[str, Any]) -> dict[str, str | None]:
    """Values as HubSpot keeps them: text, and nothing for empty text."""
    return {name: as_text(value) or None for name, value in properties.items()}
