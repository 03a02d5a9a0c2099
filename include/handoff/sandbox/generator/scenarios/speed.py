"""Assignments, first touches and the SLA at its edges."""

from __future__ import annotations

from datetime import date, timedelta

from handoff.sandbox.generator import activities
from handoff.sandbox.generator.scenarios.scene import (
    CLARA,
    JONAS,
    LENA,
    MAYA,
    NEW_YORK,
    Scene,
)
from handoff.sandbox.generator.vocabulary import (
    DEMO,
    INTEGRATION_GUIDE,
    MARKETER,
    PRICING,
    SECURITY,
    SECURITY_GUIDE,
)


def place(scene: Scene) -> None:
    _touches_around_the_due_instant(scene)
    _arrivals_outside_working_hours(scene)
    _never_touched(scene)
    _without_an_owner_in_sales(scene)
    _unusual_first_touches(scene)
    _what_is_no_touch(scene)


def _touches_around_the_due_instant(scene: Scene) -> None:
    for name, seconds in (("touch_exactly_at_due", 0), ("touch_one_second_late", 1)):
        at = scene.at(0, 1, "10:00")
        contact = scene.person(name, at)
        handoff = scene.mql(contact, at)
        scene.own(contact, handoff, LENA, at + timedelta(seconds=30))
        due = at + timedelta(seconds=30, minutes=60)
        scene.touch(contact, handoff, due + timedelta(seconds=seconds), LENA)
        scene.finish(name, contact, (handoff, DEMO))


def _arrivals_outside_working_hours(scene: Scene) -> None:
    at = scene.at(1, 4, "17:45")
    contact = scene.person("friday_evening_arrival", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at + timedelta(minutes=1))
    scene.touch(contact, handoff, scene.at(0, 0, "09:40"), LENA)
    scene.finish("friday_evening_arrival", contact, (handoff, DEMO))

    at = scene.at(1, 5, "11:00", NEW_YORK)
    contact = scene.person("weekend_arrival_late", at)
    handoff = scene.mql(contact, at, PRICING)
    scene.own(contact, handoff, MAYA, at + timedelta(minutes=1))
    scene.touch(contact, handoff, scene.at(0, 0, "10:30", NEW_YORK), MAYA)
    scene.finish("weekend_arrival_late", contact, (handoff, PRICING))

    labor_day = _last_labor_day(scene.monday)
    at = scene.on(labor_day, "10:00", NEW_YORK)
    contact = scene.person("holiday_arrival", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, MAYA, at)
    scene.touch(contact, handoff, scene.on(labor_day + timedelta(days=1), "09:30", NEW_YORK), MAYA)
    scene.finish("holiday_arrival", contact, (handoff, DEMO))

    friday = _last_clock_change(scene.monday) - timedelta(days=2)
    at = scene.on(friday, "15:00")
    contact = scene.person("clock_change_weekend", at)
    handoff = scene.mql(contact, at, INTEGRATION_GUIDE)
    scene.own(contact, handoff, LENA, at)
    # 150 minutes on Friday and 330 on Monday, in summer time by then.
    scene.touch(contact, handoff, scene.on(friday + timedelta(days=3), "14:30"), LENA)
    closed_at = scene.on(friday + timedelta(days=5), "10:00")
    scene.status(contact, "BAD_TIMING", closed_at, LENA, disqualification_reason="not_now")
    handoff.recycled_at, handoff.reason = closed_at, "low_urgency"
    handoff.reason_raw_value = "not_now"
    scene.finish("clock_change_weekend", contact, (handoff, INTEGRATION_GUIDE))


def _last_labor_day(before: date) -> date:
    """The first Monday of the last September that was a week old by ``before``."""
    year = before.year if before > date(before.year, 9, 14) else before.year - 1
    first = date(year, 9, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_clock_change(before: date) -> date:
    """The last Sunday of the last March that was a month old by ``before``."""
    year = before.year if before > date(before.year, 4, 30) else before.year - 1
    last = date(year, 3, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _never_touched(scene: Scene) -> None:
    at = scene.at(0, 0, "11:00")
    contact = scene.person("missed_sla", at)
    handoff = scene.mql(contact, at, PRICING, SECURITY)
    scene.own(contact, handoff, JONAS, at + timedelta(minutes=2))
    scene.finish("missed_sla", contact, (handoff, PRICING))

    at = scene.at(0, 6, "20:00")
    contact = scene.person("pending_over_the_weekend", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at + timedelta(minutes=1))
    scene.finish("pending_over_the_weekend", contact, (handoff, DEMO))

    at = scene.at(0, 2, "10:00")
    contact = scene.person("closed_untouched", at)
    handoff = scene.mql(contact, at, SECURITY_GUIDE, SECURITY)
    scene.own(contact, handoff, JONAS, at)
    closed_at = scene.at(0, 2, "12:00")
    scene.status(contact, "UNQUALIFIED", closed_at, JONAS, disqualification_reason="student")
    handoff.disqualified_at, handoff.reason = closed_at, "wrong_icp"
    handoff.reason_raw_value = "student"
    scene.finish("closed_untouched", contact, (handoff, SECURITY_GUIDE))


def _without_an_owner_in_sales(scene: Scene) -> None:
    at = scene.at(0, 1, "14:00")
    contact = scene.person("unowned_lead", at)
    handoff = scene.mql(contact, at)
    scene.finish("unowned_lead", contact, (handoff, DEMO))

    contact = scene.person("default_queue_lead", at)
    handoff = scene.mql(contact, at)
    scene.queue(contact, at + timedelta(seconds=20))
    scene.finish("default_queue_lead", contact, (handoff, DEMO))

    contact = scene.person("owned_by_a_marketer", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, MARKETER, at + timedelta(seconds=20))
    scene.finish("owned_by_a_marketer", contact, (handoff, DEMO))


def _unusual_first_touches(scene: Scene) -> None:
    portal = scene.portal
    at = scene.at(0, 2, "13:00")
    contact = scene.person("reassigned_before_due", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, JONAS, at)
    scene.own(contact, handoff, LENA, at + timedelta(minutes=20))
    scene.touch(contact, handoff, at + timedelta(minutes=50), LENA)
    scene.finish("reassigned_before_due", contact, (handoff, DEMO))

    contact = scene.person("touched_before_assignment", at)
    handoff = scene.mql(contact, at)
    scene.touch(contact, handoff, at + timedelta(minutes=5), CLARA)
    scene.own(contact, handoff, LENA, at + timedelta(hours=3))
    scene.finish("touched_before_assignment", contact, (handoff, DEMO))

    contact = scene.person("owned_before_mql", at - timedelta(days=3))
    scene.own(contact, None, LENA, at - timedelta(days=3))
    handoff = scene.mql(contact, at)
    handoff.assigned_at, handoff.assigned_owner_id = at, LENA.id
    scene.touch(contact, handoff, at + timedelta(minutes=61), LENA)
    scene.finish("owned_before_mql", contact, (handoff, DEMO))

    contact = scene.person("first_touch_is_a_meeting", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    starts_at = at + timedelta(minutes=45)
    portal.log(activities.meeting, at, starts_at, at, LENA, [contact.id], outcome="COMPLETED")
    handoff.first_touch_at = handoff.accepted_at = starts_at
    scene.finish("first_touch_is_a_meeting", contact, (handoff, DEMO))

    contact = scene.person("first_touch_is_a_task", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    done_at = at + timedelta(minutes=90)
    portal.log(
        activities.task, done_at, at + timedelta(minutes=30), at, LENA, [contact.id],
        completed_at=done_at,
    )  # fmt: skip
    handoff.first_touch_at = handoff.accepted_at = done_at
    scene.finish("first_touch_is_a_task", contact, (handoff, DEMO))


def _what_is_no_touch(scene: Scene) -> None:
    portal = scene.portal
    at = scene.at(0, 3, "10:00")
    contact = scene.person("only_look_alike_touches", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    early = at + timedelta(minutes=5)
    scene.email(contact, early, LENA, direction="FORWARDED_EMAIL", subject="Fwd: request")
    scene.call(contact, early, LENA, direction="INBOUND", minutes=2)
    scene.call(contact, early, MARKETER, minutes=4)
    portal.log(activities.note, early, early, LENA, [contact.id], body="Looks promising.")
    portal.log(
        activities.meeting, early, at + timedelta(minutes=30), early, LENA, [contact.id],
        outcome="CANCELED",
    )  # fmt: skip
    portal.log(activities.task, early, at + timedelta(hours=1), early, LENA, [contact.id])
    scene.touch(contact, handoff, at + timedelta(hours=4), LENA)
    scene.finish("only_look_alike_touches", contact, (handoff, DEMO))

    contact = scene.person("only_a_sequence_mail", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    scene.email(contact, early, LENA, sequence_id="88002", subject="Thanks")
    handoff.first_automated_touch_at = early
    scene.finish("only_a_sequence_mail", contact, (handoff, DEMO))
