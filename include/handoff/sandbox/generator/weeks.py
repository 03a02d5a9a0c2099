"""ISO weeks of the demo's reporting zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

REPORTING_ZONE = ZoneInfo("Europe/Berlin")


def week_of(instant: datetime) -> str:
    """The ISO week of the reporting zone, such as ``2026-W40``."""
    return iso_week(instant.astimezone(REPORTING_ZONE).date())


def iso_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def last_full_week(ends_at: datetime) -> date:
    """The Monday of the last ISO week that had ended by ``ends_at`` in the reporting zone."""
    today = ends_at.astimezone(REPORTING_ZONE).date()
    return today - timedelta(days=today.weekday() + 7)
