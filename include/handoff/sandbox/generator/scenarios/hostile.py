"""Texts that attack pages, spreadsheets and terminals, wherever a CRM lets people write."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.sandbox.generator import activities
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.names import HOSTILE_TEXTS
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.scenarios.scene import GOOD_FIELDS, MAYA, NEW_YORK, Scene
from handoff.sandbox.generator.vocabulary import HOSTILE_CAMPAIGN, HOSTILE_FORM

# The rest came ten weeks ago, so that the last week's page still looks like one of a company.
_IN_THE_LAST_WEEK = ("script",)
_WITH_A_DEAL = ("script", "formula")


def place(scene: Scene) -> None:
    for name, text in HOSTILE_TEXTS.items():
        scenario = f"hostile_{name}"
        at = scene.at(0 if name in _IN_THE_LAST_WEEK else 10, 3, "10:00", NEW_YORK)
        company = scene.new_company(text, f"hostile-{name.replace('_', '-')}.example")
        contact = scene.person(scenario, at, first_name=text, last_name=text, company=company)
        fields = GOOD_FIELDS | {"jobtitle": text, "use_case": text}
        handoff = scene.mql(contact, at, HOSTILE_FORM, HOSTILE_CAMPAIGN, fields=fields)
        scene.own(contact, handoff, MAYA, at)
        touched_at = at + timedelta(minutes=25)
        scene.call(contact, touched_at, MAYA, minutes=3, body=text)
        handoff.first_touch_at = handoff.accepted_at = touched_at
        scene.portal.log(activities.note, touched_at, touched_at, MAYA, [contact.id], body=text)
        scene.email(contact, touched_at + timedelta(minutes=5), MAYA, subject=text)
        if name in _WITH_A_DEAL:
            _lose_a_deal(scene, contact, handoff, touched_at, text)
        scene.finish(scenario, contact, (handoff, HOSTILE_FORM))


def _lose_a_deal(
    scene: Scene, contact: Contact, handoff: HandoffTruth, touched_at: datetime, text: str
) -> None:
    """A deal named so, lost for a reason written so."""
    scene.sql(contact, handoff, touched_at + timedelta(minutes=30), MAYA)
    handoff.opportunity_at = touched_at + timedelta(hours=1)
    deal = scene.deal([contact], handoff.opportunity_at, name=text, amount=None)
    handoff.lost_at = deal.created_at + timedelta(hours=1)
    scene.move(deal, "closedlost", handoff.lost_at)
    scene.answer_deal(deal, handoff.lost_at, closed_lost_reason=text)
    handoff.reason, handoff.reason_raw_value = "unmapped", text
    handoff.deal_ids = (scene.finish_deal(deal).id,)
