"""Everything a HubSpot account holds: records, links, owners, definitions, marketing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from handoff.errors import SandboxError
from handoff.sandbox.portal import read_records
from handoff.sandbox.server.hubspot.links import Link, Links
from handoff.sandbox.server.hubspot.object_types import OBJECT_TYPES, ObjectType, object_name
from handoff.sandbox.server.hubspot.record_store import RecordStore

Row = dict[str, Any]


class PortalState:
    """The account that a portal folder describes, and what was edited since.

    stores: records by object. definitions, pipelines: rows by object. submissions: rows by form,
    newest first. now: the instant an edit gets.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.links = Links()
        self.stores = {name: RecordStore(kind) for name, kind in OBJECT_TYPES.items()}
        self.definitions: dict[str, dict[str, Row]] = {name: {} for name in OBJECT_TYPES}
        self.pipelines: dict[str, list[Row]] = {name: [] for name in OBJECT_TYPES}
        self.owners: list[Row] = []
        self.campaigns: list[Row] = []
        self.forms: list[Row] = []
        self.submissions: dict[str, list[Row]] = {}
        # Where a merged-away contact's id leads: a read by it finds the survivor.
        self.survivors: dict[tuple[str, int], int] = {}
        self.load_seconds = 0.0

    @classmethod
    def from_folder(cls, folder: Path, now: Callable[[], datetime]) -> PortalState:
        """Read a portal's HubSpot folder. Raises SandboxError for a broken line."""
        started = time.perf_counter()
        state = cls(now)
        for name, store in state.stores.items():
            store.load(state._with_links(store.kind, read_records(folder, name)))
        state.links.finish()
        state._read_definitions(folder)
        state._read_marketing(folder)
        state.load_seconds = time.perf_counter() - started
        return state

    def _with_links(
        self, kind: ObjectType, records: Iterator[tuple[str, Row]]
    ) -> Iterator[tuple[str, Row]]:
        for place, raw in records:
            yield place, raw
            if raw.get("associations"):
                with _naming(place):
                    self.links.load(kind.name, int(raw["id"]), raw["associations"])

    def _read_definitions(self, folder: Path) -> None:
        for place, row in read_records(folder, "properties"):
            with _naming(place):
                name = object_name(row.pop("objectType")) or ""
                if name in self.definitions:
                    self.definitions[name][row["name"]] = row
                    if not row.get("archived"):
                        self.stores[name].known.add(row["name"])
        for place, row in read_records(folder, "pipelines"):
            with _naming(place):
                name = object_name(row.pop("objectType")) or ""
                if name in self.pipelines:
                    self.pipelines[name].append(row)
        owners: dict[int, Row] = {}
        for place, row in read_records(folder, "owners"):
            with _naming(place):
                owners[int(row["id"])] = row
        self.owners = [owners[owner_id] for owner_id in sorted(owners)]

    def _read_marketing(self, folder: Path) -> None:
        for rows, name in ((self.campaigns, "campaigns"), (self.forms, "forms")):
            for place, row in read_records(folder, name):
                with _naming(place):
                    row["id"] = str(row["id"])
                    rows.append(row)
        for place, row in read_records(folder, "form_submissions"):
            with _naming(place):
                row["submittedAt"] = int(row["submittedAt"])
                self.submissions.setdefault(row.pop("formGuid"), []).append(row)
        for rows in self.submissions.values():
            rows.sort(key=lambda row: -int(row["submittedAt"]))

    def linked(self, source: str, target: str, ids: Sequence[int]) -> list[list[Link]]:
        """Links of records, in their order, to records that are neither archived nor gone.

        A record that is not live itself has none.
        """
        live = self.stores[source].live(ids)
        found = self.links.of_many(source, target, ids)
        store = self.stores[target]
        return [
            [link for link in links if not store.is_hidden(link[0])] if is_live else []
            for is_live, links in zip(live, found, strict=True)
        ]

    def next_id(self, name: str) -> int:
        """An id that no record of the object has or had."""
        store = self.stores[name]
        known = [int(store.ids[-1]) if len(store.ids) else 0, *store.gone]
        return max(known) + 1 if max(known) else 1001


@contextlib.contextmanager
def _naming(place: str) -> Iterator[None]:
    """Name the line whose fields are missing or of the wrong kind."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        wrong = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise SandboxError(
            f"{place} is not a record as the API returns it: {wrong}",
            fix="compare it with HubSpot's answer for this object",
        ) from error
