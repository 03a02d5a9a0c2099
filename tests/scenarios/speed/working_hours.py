"""Business time by walking over days, in Python: what the SQL is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

FIRST_DAY = date(2024, 12, 20)
LAST_DAY = date(2026, 9, 1)


@dataclass(frozen=True)
class Calendar:
    """hours: (ISO weekday, opens, closes) as minutes after local midnight, up to two days on."""

    name: str
    zone: str
    hours: tuple[tuple[int, int, int], ...]
    holidays: frozenset[date] = frozenset()

    @cache  # noqa: B019 -- a handful of calendars, alive as long as the tests
    def shifts(self) -> list[tuple[datetime, datetime]]:
        """Open time in UTC, without zone, in order."""
        days = (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days))
        return [
            (self._utc(day, opens), self._utc(day, closes))
            for day in days
            for weekday, opens, closes in self.hours
            if day.isoweekday() == weekday and day not in self.holidays
        ]

    def _utc(self, day: date, minute: int) -> datetime:
        local = datetime.combine(day, time()) + timedelta(minutes=minute)
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)


def open_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time between two UTC instants."""
    overlaps = (
        min(end, closes) - max(start, opens)
        for opens, closes in calendar.shifts()
        if opens < end and closes > start
    )
    return sum(overlaps, timedelta())


def used_up_at(calendar: Calendar, start: datetime, allowed: timedelta) -> datetime:
    """The earliest UTC instant at which so much open time has passed since the start."""
    left = allowed
    for opens, closes in calendar.shifts():
        begin = max(opens, start)
        if closes <= begin:
            continue
        if begin + left <= closes:
            return begin + left
        left -= closes - begin
    raise AssertionError("the calendar ends too early")
