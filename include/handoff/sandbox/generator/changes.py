"""Property values with their history, in the shape of HubSpot's ``propertiesWithHistory``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.sandbox.generator.vocabulary import Form, Owner


def iso(instant: datetime) -> str:
    """An instant as HubSpot writes it, such as ``2026-09-28T07:00:00.000Z``."""
    return f"{instant.isoformat(timespec='milliseconds')[:-6]}Z"


@dataclass(frozen=True, slots=True)
class Source:
    """Who or what changed a value (``sourceType``, ``sourceId``, ``updatedByUserId``)."""

    kind: str
    id: str | None = None
    user_id: int | None = None
    label: str | None = None


def by_user(owner: Owner, kind: str = "CRM_UI") -> Source:
    return Source(kind, f"userId:{owner.user_id}", owner.user_id)


def by_form(form: Form) -> Source:
    return Source("FORM", form.guid, None, form.name)


SCORING_WORKFLOW = Source("AUTOMATION_PLATFORM", "enrollmentId:41", None, "Score reaches 60")
ROUTING_WORKFLOW = Source("AUTOMATION_PLATFORM", "enrollmentId:42", None, "Lead routing")
STATUS_WORKFLOW = Source("AUTOMATION_PLATFORM", "enrollmentId:43", None, "Lead status")
DEAL_SYNC = Source("AUTOMATION_PLATFORM", "lifecycle-stage-sync", None, "Lifecycle stage sync")
ENRICHMENT = Source("INTEGRATION", "31337", None, "Company enrichment")
LIST_IMPORT = Source("IMPORT", "import-5501", None, "Attendee list")


class ChangedProperties:
    """Values of one record over time. Changes later than ``ends_at`` have not happened yet."""

    __slots__ = ("_changes", "ends_at", "last_changed_at")

    def __init__(self, created_at: datetime, ends_at: datetime) -> None:
        self._changes: dict[str, list[tuple[datetime, str, Source]]] = {}
        self.ends_at = ends_at
        self.last_changed_at = created_at

    def set(self, name: str, value: str, at: datetime, source: Source) -> None:
        if at > self.ends_at:
            return
        changes = self._changes.setdefault(name, [])
        changes.append((at, value, source))
        if len(changes) > 1 and changes[-2][0] > at:
            changes.sort(key=lambda change: change[0])
        if at > self.last_changed_at:
            self.last_changed_at = at

    def value_at(self, name: str, at: datetime) -> str | None:
        """The value in force at ``at``, which a change at that very instant has set."""
        found = None
        for changed_at, value, _ in self._changes.get(name, ()):
            if changed_at > at:
                break
            found = value
        return found

    def current(self, name: str) -> str | None:
        changes = self._changes.get(name)
        return changes[-1][1] if changes else None

    def current_values(self) -> dict[str, str | None]:
        return {name: changes[-1][1] for name, changes in self._changes.items()}

    def as_history(self) -> dict[str, list[dict[str, Any]]]:
        """HubSpot's shape: newest first."""
        return {
            name: [_history_entry(*change) for change in reversed(changes)]
            for name, changes in self._changes.items()
        }


def _history_entry(at: datetime, value: str, source: Source) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": value, "timestamp": iso(at), "sourceType": source.kind}
    if source.id is not None:
        entry["sourceId"] = source.id
    if source.label is not None:
        entry["sourceLabel"] = source.label
    if source.user_id is not None:
        entry["updatedByUserId"] = source.user_id
    return entry
