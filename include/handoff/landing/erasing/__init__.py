"""Take records out of everything that has landed, for good."""

from __future__ import annotations

from handoff.landing.erasing.erase import ErasureSummary, erase, finish_erasures, plan_erasure
from handoff.landing.erasing.erased import Erased, read_erased, unfinished
from handoff.landing.erasing.people import find_records

__all__ = [
    "Erased",
    "ErasureSummary",
    "erase",
    "find_records",
    "finish_erasures",
    "plan_erasure",
    "read_erased",
    "unfinished",
]
