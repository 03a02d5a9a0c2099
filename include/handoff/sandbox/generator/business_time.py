"""Opening hours of the demo's sales teams, as the playbook has them.

The generator needs them to let people answer in working time, and to know the SLA of what it
plants without asking the models that are tested with it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

# calendar → time zone, opens, closes, country of the public holidays; Monday to Friday
HOURS = {
    "americas": ("America/New_York", time(9), time(18), "US"),
    "europe": ("Europe/Berlin", time(9), time(17, 30), "DE"),
}


class BusinessTime:
    """The open stretches of one calendar between two dates, in UTC."""

    def __init__(self, calendar: str, first: date, last: date) -> None:
        zone_name, opens, closes, country = HOURS[calendar]
        zone = ZoneInfo(zone_name)
        closed = holidays.country_holidays(country, years=range(first.year, last.year + 1))
        self._opens: list[datetime] = []
        self._seconds_before: list[float] = []
        self._seconds_after: list[float] = []
        total = 0.0
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if day.weekday() >= 5 or day in closed:
                continue
            start = datetime.combine(day, opens, zone).astimezone(UTC)
            end = datetime.combine(day, closes, zone).astimezone(UTC)
            self._opens.append(start)
            self._seconds_before.append(total)
            total += (end - start).total_seconds()
            self._seconds_after.append(total)

    def _open_seconds_until(self, instant: datetime) -> float:
        index = bisect_right(self._opens, instant) - 1
        if index < 0:
            return 0.0
        open_for = (instant - self._opens[index]).total_seconds()
        return min(self._seconds_before[index] + open_for, self._seconds_after[index])

    def add(self, start: datetime, minutes: float) -> datetime:
        """The earliest instant at which ``minutes`` open minutes after ``start`` are used up."""
        if minutes <= 0:
            return start
        target = self._open_seconds_until(start) + minutes * 60
        index = bisect_left(self._seconds_after, target)
        if index == len(self._opens):
            return start + timedelta(days=3650)
        return self._opens[index] + timedelta(seconds=target - self._seconds_before[index])
