"""HubSpot's instants: ISO 8601 text with milliseconds in records, epoch milliseconds in filters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(text: str) -> int:
    """Epoch milliseconds of an ISO instant or date (UTC when it names no zone). ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return (instant - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> str:
    """ISO instant such as ``2026-01-05T08:30:00.000Z``."""
    return iso(_EPOCH + ms * _MILLISECOND)


def iso(instant: datetime) -> str:
    """ISO instant with milliseconds and Z."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
