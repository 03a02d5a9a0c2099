"""Numbers are spelt the same way everywhere."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handoff.report import numbers

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, f"0{NARROW}min"),
        (59.4, f"59{NARROW}min"),
        (59.6, f"1{NARROW}h 00{NARROW}min"),
        (903, f"15{NARROW}h 03{NARROW}min"),
        (60 * 1234, f"1,234{NARROW}h"),
        (None, "–"),
    ],
)
def test_minutes_turn_into_hours_at_an_hour(value: float | None, words: str) -> None:
    assert numbers.minutes(value) == words


@pytest.mark.parametrize(
    ("now", "before", "words"), [(179, 126, "+53"), (4, 7, "−3"), (5, 5, "±0"), (5, None, "–")]
)
def test_a_change_has_a_sign(now: float, before: float | None, words: str) -> None:
    assert numbers.change(now, before) == words


def test_rates_change_in_points_not_in_percent() -> None:
    assert numbers.points(0.643, 0.746) == f"−10.3{NARROW}pp"
    assert numbers.points(0.5, None) == "–"


def test_a_hidden_interval_is_nothing() -> None:
    assert numbers.interval(None, None) == ""
    assert numbers.interval(0.186, 0.302) == f"18.6–30.2{NARROW}%"


def test_counts_have_their_thousands_parted() -> None:
    assert numbers.of(129, 1141) == "129 of 1,141"
    assert numbers.count(-1200) == "−1,200"
    assert numbers.plural(1, "lead") == "1 lead"
    assert numbers.plural(0, "bypass", "bypasses") == "0 bypasses"


def test_instants_of_the_database_are_utc() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert numbers.moment(datetime(2026, 10, 5, 6), berlin) == "5 Oct 2026, 08:00 CEST"
    assert numbers.moment(datetime(2026, 12, 31, 23, 30), berlin) == "1 Jan 2027, 00:30 CET"
