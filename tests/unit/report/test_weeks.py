"""Weeks are ISO weeks of the reporting zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from handoff.errors import ReportError
from handoff.report.weeks import Week, last_complete_week, parse_week


@pytest.mark.parametrize(
    ("instant", "zone", "label"),
    [
        ("2026-10-05T06:00:00", "Europe/Berlin", "2026-W40"),
        # Sunday 22:30 UTC is Monday in Berlin: the week has ended there, not yet in São Paulo.
        ("2026-10-04T22:30:00", "Europe/Berlin", "2026-W40"),
        ("2026-10-04T22:30:00", "America/Sao_Paulo", "2026-W39"),
        ("2027-01-06T00:00:00", "UTC", "2026-W53"),
    ],
)
def test_the_last_week_is_one_that_ended_in_the_reporting_zone(
    instant: str, zone: str, label: str
) -> None:
    as_of = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert last_complete_week(as_of, ZoneInfo(zone)).label == label


def test_a_week_is_read_as_it_is_written() -> None:
    assert parse_week("2026-W40") == Week(date(2026, 9, 28))
    assert parse_week(" 2026w01 ").label == "2026-W01"


@pytest.mark.parametrize("text", ["", "40", "2026-W54", "2026-40", "2026-W40; drop", "0001-W01"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="no ISO week"):
        parse_week(text)
