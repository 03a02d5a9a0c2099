"""What has changed in an account's properties since they were last read.

A name that never was is a mistake in the playbook and stops the sync. One that was there before and
is gone, or of another type now, is the CRM's own doing: it is told, and stops nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from handoff.crm.protocol import TrackedProperties
from handoff.crm.registry import raw_tables
from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests, iter_records

_OBJECT = "properties"
Types = dict[str, dict[str, str]]


def known_before(
    landing_dir: Path, source_id: str, tracked: TrackedProperties
) -> dict[str, frozenset[str]]:
    """Tracked properties that were read before, by object, and so existed once."""
    found: dict[str, frozenset[str]] = {}
    for object_, names in tracked.items():
        asked = {
            name
            for run in iter_manifests(landing_dir, source_id, object_)
            if run.status == "complete"
            for listed in run.selection.values()
            for name in listed
        }
        found[object_] = frozenset(names) & asked
    return found


def drift_notes(
    landing_dir: Path, source_id: str, crm: str, tracked: TrackedProperties, run_id: str
) -> tuple[str, ...]:
    """What this sync found changed of the tracked properties; told by this one alone."""
    runs = [
        run for run in iter_manifests(landing_dir, source_id, _OBJECT) if run.status == "complete"
    ][-2:]
    if len(runs) < 2 or runs[-1].run_id < run_id:
        return ()
    before, now = (_types(landing_dir, crm, run) for run in runs)
    notes: list[str] = []
    for object_, names in sorted(tracked.items()):
        notes += _changes(object_, names, before.get(object_, {}), now.get(object_, {}))
    return tuple(notes)


def _changes(
    object_: str, names: Sequence[str], before: Mapping[str, str], now: Mapping[str, str]
) -> list[str]:
    notes = []
    for name in sorted(set(names) & set(before)):
        if name not in now:
            notes.append(f"{object_}.{name}, which the playbook names, is gone from the CRM")
        elif now[name] != before[name]:
            notes.append(f"{object_}.{name} is of type {now[name]} now, was {before[name]}")
    return notes


def _types(landing_dir: Path, crm: str, run: Manifest) -> Types:
    """Types of live properties, by object and name."""
    name_key, type_key = getattr(raw_tables(crm), "PROPERTY_KEYS", ("name", "type"))
    types: Types = defaultdict(dict)
    for line in iter_records(landing_dir, run, _OBJECT):
        if not line.get("archived"):
            types[line["objectType"]][line[name_key]] = str(line.get(type_key) or "")
    return types
