"""Required fields: filled in time, later, with a placeholder, never; and next steps."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator import activities
from handoff.sandbox.generator.changes import ENRICHMENT
from handoff.sandbox.generator.scenarios.scene import GOOD_FIELDS, JONAS, LENA, Scene
from handoff.sandbox.generator.vocabulary import DEMO, REVOPS, WEBINAR


def place(scene: Scene) -> None:
    at = scene.at(0, 0, "10:00")
    for name, fields in (
        ("all_fields_missing", {}),
        (
            "fields_with_placeholders",
            {
                "jobtitle": "n/a",
                "country": "-",
                "industry": " UNKNOWN ",
                "numberofemployees": "100",
            },
        ),
        ("all_fields_filled", GOOD_FIELDS),
    ):
        contact = scene.person(name, at)
        handoff = scene.mql(contact, at, WEBINAR, REVOPS, fields=fields)
        scene.own(contact, handoff, LENA, at)
        scene.touch(contact, handoff, at + timedelta(minutes=40), LENA)
        scene.finish(name, contact, (handoff, WEBINAR))

    name = "field_filled_later"
    contact = scene.person(name, at)
    without_title = {key: value for key, value in GOOD_FIELDS.items() if key != "jobtitle"}
    handoff = scene.mql(contact, at, WEBINAR, REVOPS, fields=without_title)
    scene.own(contact, handoff, LENA, at)
    contact.set("jobtitle", "VP Sales", at + timedelta(days=2), ENRICHMENT)
    scene.touch(contact, handoff, at + timedelta(minutes=40), LENA)
    scene.finish(name, contact, (handoff, WEBINAR))

    name = "checklist_never_answered"
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, JONAS, at)
    scene.touch(contact, handoff, at + timedelta(minutes=40), JONAS)
    scene.sql(contact, handoff, at + timedelta(days=2), JONAS, answers={})
    scene.finish(name, contact, (handoff, DEMO))

    name = "field_emptied_before_the_handoff"
    contact = scene.person(name, at - timedelta(days=3))
    scene.fill_in(contact, WEBINAR, at - timedelta(days=3), **GOOD_FIELDS)
    scene.fill_in(contact, WEBINAR, at - timedelta(days=1), jobtitle="")
    handoff = scene.mql(contact, at, WEBINAR, REVOPS, fields={})
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=40), LENA)
    scene.finish(name, contact, (handoff, WEBINAR))
    _next_steps(scene)


def _next_steps(scene: Scene) -> None:
    """Open handoffs with an owner: with a task, a meeting to come, a sequence, or nothing."""
    portal = scene.portal
    at = scene.at(0, 2, "11:00")
    for name in (
        "next_step_open_task",
        "next_step_overdue_task",
        "next_step_future_meeting",
        "next_step_sequence",
        "no_next_step",
        "no_next_step_all_done",
    ):
        contact = scene.person(name, at)
        handoff = scene.mql(contact, at)
        scene.own(contact, handoff, LENA, at)
        touched_at = at + timedelta(minutes=30)
        scene.touch(contact, handoff, touched_at, LENA)
        match name:
            case "next_step_open_task":
                due_at = portal.ends_at + timedelta(days=2)
                portal.log(activities.task, touched_at, due_at, touched_at, LENA, [contact.id])
            case "next_step_overdue_task":
                due_at = touched_at + timedelta(days=1)
                portal.log(activities.task, touched_at, due_at, touched_at, LENA, [contact.id])
            case "next_step_future_meeting":
                starts_at = portal.ends_at + timedelta(days=1, hours=3)
                portal.log(
                    activities.meeting, touched_at, starts_at, touched_at, LENA, [contact.id],
                    outcome="SCHEDULED",
                )  # fmt: skip
            case "next_step_sequence":
                contact.is_in_sequence = True
                scene.email(contact, touched_at, LENA, sequence_id="88003", subject="Step 1")
                handoff.first_automated_touch_at = touched_at
            case "no_next_step_all_done":
                portal.log(
                    activities.task, touched_at, touched_at, touched_at, LENA, [contact.id],
                    completed_at=touched_at,
                )  # fmt: skip
                starts_at = portal.ends_at + timedelta(days=1)
                portal.log(
                    activities.meeting, touched_at, starts_at, touched_at, LENA, [contact.id],
                    outcome="CANCELED",
                )  # fmt: skip
        handoff.has_owner, handoff.has_next_step = True, name.startswith("next_step")
        scene.finish(name, contact, (handoff, DEMO))
