"""Reads a generated portal back, knowing nothing of how it was made."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

Record = dict[str, Any]
ACTIVITIES = ("calls", "emails", "meetings", "tasks", "notes")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class GeneratedPortal:
    """The files below one folder."""

    folder: Path

    def records(self, name: str) -> list[Record]:
        return self._cache.setdefault(
            name, list(_lines(self.folder / "hubspot" / f"{name}.ndjson.gz"))
        )

    def by_id(self, name: str) -> dict[str, Record]:
        return {record["id"]: record for record in self.records(name)}

    @cached_property
    def _cache(self) -> dict[str, list[Record]]:
        return {}

    @cached_property
    def truth(self) -> Record:
        truth: Record = json.loads((self.folder / "truth.json").read_text("utf-8"))
        return truth

    @cached_property
    def handoffs(self) -> list[Record]:
        return list(_lines(self.folder / "truth_handoffs.ndjson.gz"))

    @cached_property
    def activities_of_contacts(self) -> dict[str, list[tuple[str, Record]]]:
        """Contact id → (object, record) of what is linked to it."""
        found: dict[str, list[tuple[str, Record]]] = {}
        for name in ACTIVITIES:
            for record in self.records(name):
                for link in linked(record, "contacts"):
                    found.setdefault(link["id"], []).append((name, record))
        return found


def linked(record: Record, target: str) -> list[dict[str, str]]:
    results: list[dict[str, str]] = (
        record.get("associations", {}).get(target, {}).get("results", [])
    )
    return results


def changes(record: Record, name: str) -> list[tuple[datetime, str, Record]]:
    """A property's history, oldest first."""
    entries = record["propertiesWithHistory"].get(name, [])
    return [(instant(entry["timestamp"]), entry["value"], entry) for entry in reversed(entries)]


def _lines(path: Path) -> Iterator[Record]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
