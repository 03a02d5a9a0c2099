"""ISO weeks, cut in the reporting time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handoff.errors import ReportError

EARLIEST_YEAR = 1970


@dataclass(frozen=True, order=True)
class Week:
    """One ISO week by its Monday."""

    start: date

    @property
    def end(self) -> date:
        """The Monday after it."""
        return self.start + timedelta(days=7)

    @property
    def last_day(self) -> date:
        return self.start + timedelta(days=6)

    @property
    def label(self) -> str:
        """Such as ``2026-W40``."""
        year, number, _ = self.start.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def previous(self) -> Week:
        return Week(self.start - timedelta(days=7))


def parse_week(text: str) -> Week:
    """The week of ``2026-W40``. Raises ReportError when it is none."""
    found = re.fullmatch(r"(\d{4})-?W(\d{2})", text.strip(), flags=re.IGNORECASE)
    try:
        if found and int(found[1]) >= EARLIEST_YEAR:
            return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        pass
    raise ReportError(f"{text!r} is no ISO week", fix="name a week such as 2026-W40")


def last_complete_week(as_of: datetime, zone: ZoneInfo) -> Week:
    """The newest week that had ended at an instant, in the reporting zone."""
    today = as_of.astimezone(zone).date()
    return Week(today - timedelta(days=today.weekday() + 7))
