"""What a sync tells while it runs: counts and times, never a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["reading", "complete", "not_entitled", "failed"]


@dataclass(frozen=True)
class SyncProgress:
    """Where the read of one object stands.

    rows: records of the object so far, those of an interrupted run that is being resumed included.
    total: how many there will be, when the CRM said so. read_rows: rows read in this process.
    """

    source_id: str
    object: str
    state: State
    rows: int
    total: int | None
    read_rows: int
    seconds: float
    note: str = ""

    @property
    def rows_per_second(self) -> float:
        return self.read_rows / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time left at the rate so far, or None where it cannot be told."""
        if self.state != "reading":
            return 0.0
        if self.total is None or self.rows_per_second == 0:
            return None
        return max(0, self.total - self.rows) / self.rows_per_second


ProgressCallback = Callable[[SyncProgress], None]


def silent(progress: SyncProgress) -> None:
    """Nobody listens."""
