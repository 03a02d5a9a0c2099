"""One CRM record, taken out of the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson


def as_text(value: Any) -> str | None:
    """A property value as the API gives it: text, whatever its type."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass
class Record:
    """A record taken out of the store, to be read or changed. Instants are ISO text."""

    id: int
    properties: dict[str, str | None]
    history: dict[str, list[dict[str, Any]]]
    created_at: str
    updated_at: str
    archived: bool = False
    archived_at: str | None = None
    more: dict[str, Any] = field(default_factory=dict)

    def texts(self) -> tuple[bytes, bytes, bytes]:
        """Head, properties and history as JSON; the head without its braces."""
        head: dict[str, Any] = {
            "id": str(self.id),
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "archived": self.archived,
            **self.more,
        }
        if self.archived_at:
            head["archivedAt"] = self.archived_at
        return (
            orjson.dumps(head)[1:-1],
            orjson.dumps(self.properties),
            orjson.dumps(self.history) if self.history else b"{}",
        )


@dataclass(frozen=True)
class Selection:
    """Which properties of a record an answer carries."""

    properties: tuple[str, ...]
    history: tuple[str, ...] = ()
