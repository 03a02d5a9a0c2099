"""Checks of what arrived and of what leaves: data in ``expectations/``, run by Great Expectations.

A blocking failure keeps the last published file. Results hold the keys of failing rows, never
their values.
"""

from handoff.checks.report import (
    CheckReport,
    CheckResult,
    clear_last_blocked,
    read_last_blocked,
    read_last_report,
)
from handoff.checks.run import run_checks

__all__ = [
    "CheckReport",
    "CheckResult",
    "clear_last_blocked",
    "read_last_blocked",
    "read_last_report",
    "run_checks",
]
