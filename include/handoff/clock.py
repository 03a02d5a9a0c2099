"""The only source of time: the wall clock, or the instant that HANDOFF_AS_OF names."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from handoff.settings import get_settings


def now() -> datetime:
    """The instant at which this run stands, in UTC: HANDOFF_AS_OF if it is set."""
    return get_settings().as_of or datetime.now(UTC)


def wall_now() -> datetime:
    """The real instant in UTC, for measuring and for naming runs, never for numbers."""
    return datetime.now(UTC)


def new_run_id() -> str:
    """A run id that sorts by the wall clock, such as ``20260105T083000Z-3fa91c``."""
    return f"{wall_now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
