"""What is an acceptance, and what only looks like one."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator.changes import STATUS_WORKFLOW, by_user
from handoff.sandbox.generator.scenarios.scene import JONAS, LENA, Scene
from handoff.sandbox.generator.vocabulary import DEMO, MARKETER, SECURITY, SECURITY_GUIDE


def place(scene: Scene) -> None:
    at = scene.at(1, 0, "10:00")

    contact = scene.person("accepted_by_automation_only", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, JONAS, at)
    contact.set("hs_lead_status", "OPEN", at + timedelta(minutes=3), STATUS_WORKFLOW)
    scene.finish("accepted_by_automation_only", contact, (handoff, DEMO))

    contact = scene.person("accepted_by_a_marketer_only", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, JONAS, at)
    said_at = at + timedelta(minutes=30)
    contact.set("hs_lead_status", "IN_PROGRESS", said_at, by_user(MARKETER))
    scene.finish("accepted_by_a_marketer_only", contact, (handoff, DEMO))

    contact = scene.person("accepted_by_value_before_touch", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    handoff.accepted_at = at + timedelta(minutes=10)
    scene.status(contact, " Connected ", handoff.accepted_at, LENA)
    scene.touch(contact, handoff, at + timedelta(minutes=40), LENA)
    scene.finish("accepted_by_value_before_touch", contact, (handoff, DEMO))

    contact = scene.person("accepted_on_the_phone", at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    handoff.accepted_at = at + timedelta(minutes=15)
    source = by_user(LENA, "MOBILE_IOS")
    contact.set("hs_lead_status", "ATTEMPTED_TO_CONTACT", handoff.accepted_at, source)
    scene.finish("accepted_on_the_phone", contact, (handoff, DEMO))

    contact = scene.person("default_accepted_handoff", at)
    handoff = scene.mql(contact, at, SECURITY_GUIDE, SECURITY)
    scene.own(contact, handoff, JONAS, at)
    scene.finish("default_accepted_handoff", contact, (handoff, SECURITY_GUIDE))

    contact = scene.person("accepted_after_the_default", at)
    handoff = scene.mql(contact, at, SECURITY_GUIDE, SECURITY)
    scene.own(contact, handoff, JONAS, at)
    scene.touch(contact, handoff, at + timedelta(hours=48), JONAS)
    scene.finish("accepted_after_the_default", contact, (handoff, SECURITY_GUIDE))
