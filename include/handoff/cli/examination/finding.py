"""One thing that the doctor looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handoff.errors import HandoffError

State = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. name: what it is about, a source for what is an account's."""

    name: str
    state: State
    text: str
    fix: str | None = None


def guarded(name: str, look: Callable[[], Finding]) -> Finding:
    """What was found, or what kept it from being found."""
    try:
        return look()
    except HandoffError as error:
        return Finding(name, "bad", error.message, error.fix)
