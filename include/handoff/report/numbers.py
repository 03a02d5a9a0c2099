"""How numbers, dates and durations are spelt on the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

NOT_MEASURED = "not measured"
MINUS = "−"
THIN_SPACE = "\u202f"


def count(value: float | None) -> str:
    """A count with its thousands parted; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{abs(value):,.0f}" if float(value).is_integer() else f"{abs(value):,.1f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.,") else text


def plural(value: float, one: str, many: str | None = None) -> str:
    """The count with its noun: ``1 lead``, ``2 leads``."""
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate * 100:.1f}{THIN_SPACE}%"


def interval(low: float | None, high: float | None) -> str:
    """``18.6–30.2 %``, or nothing where there is no interval."""
    if low is None or high is None:
        return ""
    return f"{low * 100:.1f}–{high * 100:.1f}{THIN_SPACE}%"


def of(numerator: float | None, denominator: float | None) -> str:
    """Both sides: ``27 of 200``."""
    return f"{count(numerator)} of {count(denominator)}"


def change(now: float | None, before: float | None) -> str:
    """The difference of two counts with its sign; ``±0`` when there is none."""
    if now is None or before is None:
        return "–"
    return _signed(now - before, "")


def points(now: float | None, before: float | None) -> str:
    """The difference of two rates in percentage points."""
    if now is None or before is None:
        return "–"
    return _signed(round((now - before) * 100, 1), f"{THIN_SPACE}pp", decimals=1)


def _signed(value: float, unit: str, decimals: int = 0) -> str:
    if value == 0:
        return f"±0{unit}"
    return f"{'+' if value > 0 else MINUS}{abs(value):,.{decimals}f}{unit}"


def minutes(value: float | None) -> str:
    """A duration in minutes, from an hour on with hours: ``27 min``, ``15 h 03 min``."""
    if value is None:
        return "–"
    whole = round(value)
    if whole < 60:
        return f"{whole}{THIN_SPACE}min"
    hours, rest = divmod(whole, 60)
    if hours >= 100:
        return f"{hours:,}{THIN_SPACE}h"
    return f"{hours}{THIN_SPACE}h {rest:02d}{THIN_SPACE}min"


def money(value: float | None, currency: str | None) -> str:
    if value is None:
        return "–"
    return f"{count(round(value))}{THIN_SPACE}{currency or ''}".rstrip(THIN_SPACE)


def day(value: date | None) -> str:
    """``28 Sep 2026``."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date | None) -> str:
    """``28 Sep``."""
    return "–" if value is None else f"{value.day} {value:%b}"


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """An aware or UTC instant in a zone."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(zone)


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """``5 Oct 2026, 08:00 CEST``."""
    if instant is None:
        return "–"
    there = local(instant, zone)
    return f"{day(there.date())}, {there:%H:%M} {there:%Z}"


def short_moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """``5 Oct, 08:00``."""
    if instant is None:
        return "–"
    there = local(instant, zone)
    return f"{short_day(there.date())}, {there:%H:%M}"
