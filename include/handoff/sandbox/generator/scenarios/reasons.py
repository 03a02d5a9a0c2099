"""Rejections: with a reason, without one, with one that nobody mapped, and from another handoff."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator.changes import STATUS_WORKFLOW
from handoff.sandbox.generator.scenarios.scene import CLARA, JONAS, LENA, Scene
from handoff.sandbox.generator.vocabulary import DEMO, PARTNER


def place(scene: Scene) -> None:
    at = scene.at(1, 1, "10:00")
    cases = (
        ("rejected_with_a_reason", "student", "wrong_icp"),
        ("rejected_with_an_untidy_reason", " Not_ICP ", "wrong_icp"),
        ("rejected_with_no_reason", None, "missing"),
        ("rejected_with_an_unmapped_reason", "vibes", "unmapped"),
        ("rejected_with_a_hostile_reason", "=1+1<img src=x>", "unmapped"),
        ("rejected_as_duplicate", "duplicate", "duplicate"),
    )
    for name, raw, reason in cases:
        contact = scene.person(name, at)
        handoff = scene.mql(contact, at, DEMO, PARTNER)
        scene.own(contact, handoff, JONAS, at)
        scene.touch(contact, handoff, at + timedelta(minutes=45), JONAS)
        handoff.disqualified_at = at + timedelta(days=1)
        more = {} if raw is None else {"disqualification_reason": raw}
        scene.status(contact, "UNQUALIFIED", handoff.disqualified_at, JONAS, **more)
        handoff.reason, handoff.reason_raw_value = reason, raw
        scene.finish(name, contact, (handoff, DEMO))
    _rejected_by_the_account_executive(scene)
    _reason_of_the_handoff_before(scene)


def _rejected_by_the_account_executive(scene: Scene) -> None:
    name, at = "rejected_by_ae_after_sql", scene.at(3, 1, "10:00")
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=45), LENA)
    scene.sql(contact, handoff, at + timedelta(days=2), LENA)
    # The reason was written two days before the rejection; it still is this handoff's.
    scene.answer(contact, at + timedelta(days=3), CLARA, disqualification_reason="no_authority")
    handoff.disqualified_at = at + timedelta(days=6)
    scene.status(contact, "UNQUALIFIED", handoff.disqualified_at, CLARA)
    handoff.reason = handoff.reason_raw_value = "no_authority"
    scene.finish(name, contact, (handoff, DEMO))


def _reason_of_the_handoff_before(scene: Scene) -> None:
    name, at = "reason_of_the_handoff_before", scene.at(6, 1, "10:00")
    contact = scene.person(name, at)
    first = scene.mql(contact, at)
    scene.own(contact, first, LENA, at)
    scene.touch(contact, first, at + timedelta(minutes=45), LENA)
    first.recycled_at = at + timedelta(days=3)
    scene.status(
        contact, "BAD_TIMING", first.recycled_at, LENA, disqualification_reason="no_response"
    )
    first.reason, first.reason_raw_value = "unreachable", "no_response"
    contact.set("lifecyclestage", "lead", first.recycled_at + timedelta(minutes=1), STATUS_WORKFLOW)
    again_at = scene.at(2, 1, "10:00")
    second = scene.mql(contact, again_at)
    second.assigned_at, second.assigned_owner_id = again_at, LENA.id
    contact.set("hs_lead_status", "NEW", again_at + timedelta(seconds=2), STATUS_WORKFLOW)
    scene.touch(contact, second, again_at + timedelta(minutes=20), LENA)
    second.disqualified_at = again_at + timedelta(days=2)
    scene.status(contact, "UNQUALIFIED", second.disqualified_at, LENA)
    second.reason = "missing"
    scene.finish(name, contact, (first, DEMO), (second, DEMO))
