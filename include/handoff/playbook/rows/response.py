"""Rows of sla.yml: tiers, rules, and calendars with their holidays spelt out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count
from typing import get_args

import holidays

from handoff.playbook.playbook import Playbook
from handoff.playbook.rows.company import Row
from handoff.playbook.topics.response import Calendar
from handoff.playbook.topics.words import opening_minutes
from handoff.playbook.vocabulary import Weekday

_MICROSECONDS_A_MINUTE = 60_000_000


def sla_tiers(playbook: Playbook) -> Iterator[Row]:
    for tier, content in sorted(playbook.sla.tiers.items()):
        yield {
            "tier": tier,
            "label": content.label,
            "business_minutes": content.business_minutes,
        }


def sla_rules(playbook: Playbook) -> Iterator[Row]:
    """One row a pair of offer type and form, in the order of the rules."""
    priorities = count(1)
    for rule in playbook.sla.rules:
        for offer_type in rule.offer_types or (None,):
            for form_id in rule.form_ids or (None,):
                yield {
                    "priority": next(priorities),
                    "tier": rule.tier,
                    "offer_type": offer_type,
                    "form_id": form_id,
                }


def calendars(playbook: Playbook) -> Iterator[Row]:
    for calendar_id, calendar in sorted(playbook.sla.calendars.items()):
        yield {
            "calendar_id": calendar_id,
            "label": calendar.label,
            "time_zone": calendar.time_zone or playbook.playbook.reporting_time_zone,
        }


def calendar_hours(playbook: Playbook) -> Iterator[Row]:
    """``opens`` and ``closes`` in microseconds after midnight, since a day ends at 24:00."""
    for calendar_id, calendar in sorted(playbook.sla.calendars.items()):
        for number, weekday in enumerate(get_args(Weekday), start=1):
            if weekday in calendar.hours:
                opens, closes = opening_minutes(calendar.hours[weekday])
                yield {
                    "calendar_id": calendar_id,
                    "weekday": number,
                    "opens": opens * _MICROSECONDS_A_MINUTE,
                    "closes": closes * _MICROSECONDS_A_MINUTE,
                }


def calendar_holidays(playbook: Playbook, years: Iterable[int]) -> Iterator[Row]:
    listed = list(years)
    for calendar_id, calendar in sorted(playbook.sla.calendars.items()):
        for day, name in sorted(_days_off(calendar, listed).items()):
            yield {"calendar_id": calendar_id, "holiday_date": day, "name": name}


def _days_off(calendar: Calendar, years: list[int]) -> dict[date, str]:
    days: dict[date, str] = {}
    if calendar.public_holidays is not None and years:
        public = holidays.country_holidays(
            calendar.public_holidays.country,
            subdiv=calendar.public_holidays.subdivision,
            years=years,
            language="en_US",
        )
        days.update((day, str(name)) for day, name in public.items())
    days |= calendar.also_closed
    return {day: name for day, name in days.items() if day not in calendar.open_anyway}
