"""Due instants and business minutes of the models are those of a plain walk over days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from working_hours import Calendar, open_time, used_up_at

from handoff.dbt_runner import run_dbt
from handoff.settings import Settings

AS_OF = datetime(2026, 4, 20, 6, 0)
WEEK = range(1, 6)
CALENDARS = (
    Calendar("americas", "America/New_York", tuple((d, 540, 1080) for d in WEEK),
        frozenset({date(2025, 7, 4), date(2025, 11, 27), date(2025, 12, 25)})),
    Calendar("europe", "Europe/Berlin", tuple((d, 540, 1050) for d in WEEK),
        frozenset({date(2025, 4, 18), date(2025, 4, 21), date(2026, 4, 3), date(2026, 4, 6)})),
    Calendar("with_lunch", "Asia/Kolkata",
        tuple(shift for d in WEEK for shift in ((d, 540, 720), (d, 780, 1110)))),
    Calendar("around_the_clock", "Europe/Berlin", tuple((d, 0, 1440) for d in range(1, 8))),
    Calendar("night", "Australia/Sydney", tuple((d, 1320, 1800) for d in WEEK),
        frozenset({date(2025, 4, 25)})),
)  # fmt: skip
MODELS = (
    "int_speed__open_intervals",
    "int_speed__open_time_buckets",
    "int_speed__assignments",
    "int_speed__first_touches",
    "int_speed__handoff_speed",
)


class Case:
    """A handoff: its MQL, assignment, first touch, and the minutes that its SLA allows."""

    def __init__(self, number: int, seeded: random.Random) -> None:
        self.key = f"h{number}"
        self.calendar = CALENDARS[number % len(CALENDARS)]
        self.minutes = seeded.choice((5, 60, 480, 2400))
        self.mql_at = datetime(2025, 1, 6) + timedelta(seconds=seeded.randrange(400 * 86_400))
        self.assigned_at = self.mql_at + _lag(seeded, hours=24)
        self.touched_at = self.assigned_at + _lag(seeded, hours=120)
        self.due_at = used_up_at(self.calendar, self.assigned_at, timedelta(minutes=self.minutes))
        # A third of the touches stands at the due instant or a microsecond beside it.
        if number % 3 == 0:
            beside = timedelta(microseconds=seeded.choice((-1, 0, 1)))
            self.touched_at = max(self.due_at + beside, self.assigned_at)


def _lag(seeded: random.Random, *, hours: int) -> timedelta:
    return timedelta(seconds=seeded.choice((0, 60, seeded.randrange(hours * 3600))))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    seeded = random.Random(7)  # noqa: S311 -- the same cases each time, nothing secret
    return [Case(number, seeded) for number in range(300)]


@pytest.fixture(scope="module")
def speed(
    cases: list[Case], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, object]]:
    """handoff_key -> the row that the models make of the cases."""
    settings = Settings(home=tmp_path_factory.mktemp("speed"), playbook_dir=Path(), as_of=None)
    with _open(settings.warehouse_path) as connection:
        _write_inputs(connection, cases)
    results = run_dbt(["run", "--select", *MODELS], settings)
    assert [(result.name, result.message) for result in results if result.failed] == []
    with _open(settings.warehouse_path) as connection:
        rows = connection.execute("select * from intermediate.int_speed__handoff_speed")
        names = [column[0] for column in rows.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}


def test_due_is_the_earliest_instant_at_which_the_minutes_are_used_up(
    cases: list[Case], speed: dict[str, dict[str, object]]
) -> None:
    assert {case.key: speed[case.key]["sla_due_at"] for case in cases} == {
        case.key: case.due_at for case in cases
    }


def test_business_minutes_are_the_open_minutes_between(
    cases: list[Case], speed: dict[str, dict[str, object]]
) -> None:
    for case in cases:
        row = speed[case.key]
        expected = {
            "system_delay_business_minutes": (case.mql_at, case.assigned_at),
            "human_delay_business_minutes": (case.assigned_at, case.touched_at),
            "speed_to_lead_business_minutes": (case.mql_at, case.touched_at),
        }
        for column, (start, end) in expected.items():
            minutes = open_time(case.calendar, start, end) / timedelta(minutes=1)
            assert row[column] == pytest.approx(minutes, abs=1e-9), (case.key, column)


def test_a_touch_at_due_is_in_time_and_one_a_microsecond_later_is_late(
    cases: list[Case], speed: dict[str, dict[str, object]]
) -> None:
    assert {case.key: speed[case.key]["sla_status"] for case in cases} == {
        case.key: "met" if case.touched_at <= case.due_at else "late" for case in cases
    }
    beside = {case.touched_at - case.due_at for case in cases}
    assert {timedelta(0), timedelta(microseconds=1)} <= beside


def test_minutes_late_are_the_open_minutes_after_due(
    cases: list[Case], speed: dict[str, dict[str, object]]
) -> None:
    for case in cases:
        late = speed[case.key]["minutes_late"]
        if case.touched_at <= case.due_at:
            assert late is None
        else:
            minutes = open_time(case.calendar, case.due_at, case.touched_at)
            assert late == pytest.approx(minutes / timedelta(minutes=1), abs=1e-9)


@contextmanager
def _open(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(path)) as connection:
        yield connection


def _write_inputs(connection: duckdb.DuckDBPyConnection, cases: list[Case]) -> None:
    """The tables that stand before the models, with the columns that they read."""
    tables: dict[str, tuple[str, list[tuple[object, ...]]]] = {
        "raw.run_context": ("as_of timestamp", [(AS_OF,)]),
        "playbook.versions": ("version_key text, is_current boolean", [("v", True)]),
        "playbook.parameters": ("version_key text, default_calendar text", [("v", "europe")]),
        "playbook.calendars": (
            "version_key text, calendar_id text, time_zone text",
            [("v", calendar.name, calendar.zone) for calendar in CALENDARS],
        ),
        "playbook.calendar_hours": (
            "version_key text, calendar_id text, weekday int, opens time, closes time",
            [
                ("v", calendar.name, weekday, _clock(opens), _clock(closes))
                for calendar in CALENDARS
                for weekday, opens, closes in calendar.hours
            ],
        ),
        "playbook.calendar_holidays": (
            "version_key text, calendar_id text, holiday_date date",
            [("v", calendar.name, day) for calendar in CALENDARS for day in calendar.holidays],
        ),
        "intermediate.int_handoffs__trips": (
            "handoff_key text, person_key text, mql_at timestamp, closed_at timestamp",
            [(case.key, case.key, case.mql_at, None) for case in cases],
        ),
        "intermediate.int_speed__owner_spells": (
            "person_key text, owner_key text, started_at timestamp, ended_at timestamp",
            [(case.key, case.calendar.name, case.assigned_at, None) for case in cases],
        ),
        "intermediate.int_owners__owner_roles": (
            "owner_key text, team_id text, calendar_id text",
            [(calendar.name, "team", calendar.name) for calendar in CALENDARS],
        ),
        "intermediate.int_speed__sla_tiers": (
            "handoff_key text, sla_tier text, sla_business_minutes int",
            [(case.key, "tier", case.minutes) for case in cases],
        ),
        "intermediate.int_speed__measured_handoffs": (
            "handoff_key text, is_measured boolean",
            [(case.key, True) for case in cases],
        ),
        "intermediate.int_speed__handoff_touches": (
            "handoff_key text, activity_key text, occurred_at timestamp, owner_key text,"
            " is_human boolean",
            [(case.key, "call", case.touched_at, case.calendar.name, True) for case in cases],
        ),
        "intermediate.int_next_step__handoff_next_steps": (
            "handoff_key text, current_owner_key text, has_owner boolean, has_next_step boolean",
            [(case.key, case.calendar.name, True, False) for case in cases],
        ),
    }
    for schema in ("raw", "playbook", "intermediate"):
        connection.execute(f"create schema {schema}")
    for table, (columns, rows) in tables.items():
        connection.execute(f"create table {table} ({columns})")
        marks = ", ".join("?" for _ in columns.split(", "))
        connection.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608


def _clock(minute: int) -> str:
    """A shift over midnight closes at a clock time of the next day; 24:00 is a time of its own."""
    hour = minute // 60 if minute <= 1440 else minute // 60 - 24
    return f"{hour:02}:{minute % 60:02}:00"
