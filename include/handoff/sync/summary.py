"""What a sync did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handoff.crm.protocol import Mode
from handoff.landing.erasing import ErasureSummary


@dataclass(frozen=True)
class ObjectSummary:
    """One object. rows: records landed in its run. note: why, where something was out of order."""

    object: str
    state: Literal["complete", "not_entitled"]
    mode: Mode | None
    run_id: str | None
    rows: int
    seconds: float
    is_resumed: bool = False
    note: str = ""


@dataclass(frozen=True)
class SourceSummary:
    """One source, its objects in their order. seconds: in all; objects are read side by side.

    sweeps: lists of ids, and what they led to read. erased: what was gone in the CRM. notes: what
    has changed in the account and stops nothing.
    """

    source_id: str
    objects: tuple[ObjectSummary, ...]
    seconds: float
    sweeps: tuple[ObjectSummary, ...] = ()
    erased: ErasureSummary | None = None
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.objects)

    def __str__(self) -> str:
        read = [one for one in self.objects if one.state == "complete"]
        text = f"{self.source_id}: {self.rows:,} records of {len(read)} objects"
        resumed = [one.object for one in read if one.is_resumed]
        if resumed:
            text += f", resumed {', '.join(resumed)}"
        missing = [one.object for one in self.objects if one.state == "not_entitled"]
        if missing:
            text += f", not covered by the account or token: {', '.join(missing)}"
        swept = [one.object for one in self.sweeps if one.mode == "sweep"]
        if swept:
            text += f", swept {len(swept)} objects"
        repaired = sum(one.rows for one in self.sweeps if one.mode == "repair")
        if repaired:
            text += f" and read {repaired:,} records that were missed"
        for told in filter(None, (str(self.erased or ""), *self.notes)):
            text += f", {told}"
        return f"{text}, in {self.seconds:.0f} s"


@dataclass(frozen=True)
class SyncSummary:
    """All sources."""

    sources: tuple[SourceSummary, ...]

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.sources)

    def __str__(self) -> str:
        return "; ".join(map(str, self.sources)) or "no sources"
