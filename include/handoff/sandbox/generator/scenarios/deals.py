"""Deals: several contacts, several deals, lost and clamped ones, and those past marketing."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator.changes import STATUS_WORKFLOW, by_user
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.scenarios.scene import CLARA, LENA, MARCUS, Scene
from handoff.sandbox.generator.vocabulary import DEMO


def place(scene: Scene) -> None:
    _several_contacts(scene)
    _several_deals(scene)
    _lost_at_birth_and_clamped(scene)
    _bypasses_with_no_mql(scene)
    _bypasses_after_close(scene)
    _renewals(scene)


def _touched(
    scene: Scene, name: str, weeks_ago: int, clock: str = "10:00"
) -> tuple[Contact, HandoffTruth]:
    """A person with an MQL, an owner and a first touch: where the deals begin."""
    at = scene.at(weeks_ago, 1, clock)
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    return contact, handoff


def _several_contacts(scene: Scene) -> None:
    name = "deal_of_the_primary_contact"
    contact, handoff = _touched(scene, name, 5)
    later, later_handoff = _touched(scene, "influenced_contact", 4)
    at = scene.at(3, 1, "12:00")
    deal = scene.deal([later, contact], at)
    deal.primary_contact_id = contact.id
    handoff.opportunity_at, handoff.deal_ids = at, (deal.id,)
    scene.finish_deal(deal)
    scene.finish(name, contact, (handoff, DEMO))
    scene.finish("influenced_contact", later, (later_handoff, DEMO))

    name = "deal_of_the_latest_mql"
    contact, handoff = _touched(scene, name, 4)
    earlier, earlier_handoff = _touched(scene, "contact_with_the_earlier_mql", 6)
    too_late = scene.person("contact_with_an_mql_after_the_deal", at)
    deal = scene.deal([earlier, too_late, contact], at)
    late_handoff = scene.mql(too_late, at + timedelta(days=2))
    handoff.opportunity_at, handoff.deal_ids = at, (deal.id,)
    scene.finish_deal(deal)
    scene.finish(name, contact, (handoff, DEMO))
    scene.finish("contact_with_the_earlier_mql", earlier, (earlier_handoff, DEMO))
    scene.finish("contact_with_an_mql_after_the_deal", too_late, (late_handoff, DEMO))


def _several_deals(scene: Scene) -> None:
    name = "won_at_the_first_win"
    contact, handoff = _touched(scene, name, 7)
    first = scene.deal([contact], scene.at(6, 1, "10:00"), amount=5_000)
    second = scene.deal([contact], scene.at(6, 3, "10:00"), amount=7_000)
    scene.move(first, "closedlost", scene.at(5, 1, "10:00"))
    first.set("closed_lost_reason", "Price", scene.at(5, 1, "10:00"), by_user(CLARA))
    scene.move(second, "closedwon", scene.at(4, 1, "10:00"))
    handoff.opportunity_at, handoff.won_at = first.created_at, scene.at(4, 1, "10:00")
    handoff.deal_ids, handoff.amount_won = (first.id, second.id), 7_000.0
    scene.finish_deal(first)
    scene.finish_deal(second)
    scene.finish(name, contact, (handoff, DEMO))

    name = "lost_with_the_last_deal"
    contact, handoff = _touched(scene, name, 7)
    first = scene.deal([contact], scene.at(6, 1, "10:00"))
    second = scene.deal([contact], scene.at(6, 3, "10:00"))
    scene.move(first, "closedlost", scene.at(5, 1, "10:00"))
    first.set("closed_lost_reason", "Price", scene.at(5, 1, "10:00"), by_user(CLARA))
    handoff.lost_at = scene.at(3, 2, "10:00")
    scene.move(second, "closedlost", handoff.lost_at)
    second.set("closed_lost_reason", " lost to COMPETITOR ", handoff.lost_at, by_user(CLARA))
    handoff.opportunity_at, handoff.deal_ids = first.created_at, (first.id, second.id)
    handoff.reason, handoff.reason_raw_value = "competitor", " lost to COMPETITOR "
    scene.finish_deal(first)
    scene.finish_deal(second)
    scene.finish(name, contact, (handoff, DEMO))


def _lost_at_birth_and_clamped(scene: Scene) -> None:
    name = "deal_created_as_lost"
    contact, handoff = _touched(scene, name, 3)
    at = scene.at(2, 2, "10:00")
    deal = scene.deal([contact], at, stage="closedlost", owner=MARCUS)
    deal.closes_at = handoff.opportunity_at = handoff.lost_at = at
    handoff.deal_ids, handoff.reason = (scene.finish_deal(deal).id,), "missing"
    scene.finish(name, contact, (handoff, DEMO))

    name, at = "deal_earlier_on_the_day_of_the_mql", scene.at(2, 2, "15:00")
    contact = scene.person(name, at - timedelta(hours=5))
    deal = scene.deal([contact], at - timedelta(hours=4))
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    handoff.opportunity_at, handoff.deal_ids = at, (scene.finish_deal(deal).id,)
    handoff.is_clamped = True
    scene.finish(name, contact, (handoff, DEMO))


def _bypasses_with_no_mql(scene: Scene) -> None:
    truth = scene.portal.truth
    at = scene.at(2, 3, "10:00")
    contact = scene.person("bypass_deal_without_mql", at - timedelta(days=9))
    contact.set("lifecyclestage", "lead", at - timedelta(days=9), STATUS_WORKFLOW)
    deal = scene.finish_deal(scene.deal([contact], at, amount=15_000, owner=MARCUS))
    truth.bypass("no_mql", deal.id, at, 15_000.0)
    scene.finish("bypass_deal_without_mql", contact)

    contact = scene.person("bypass_stage_without_mql", at - timedelta(days=1))
    contact.set("lifecyclestage", "salesqualifiedlead", at, by_user(MARCUS))
    truth.bypass("no_mql", contact.id, at, None, "contacts")
    scene.finish("bypass_stage_without_mql", contact)

    for amount in (31_000.0, 4_500.0):
        deal = scene.finish_deal(scene.deal([], at, amount=amount, owner=MARCUS))
        truth.bypass("no_person", deal.id, at, amount)
        truth.plant("bypass_deal_without_person", deal.id)


def _bypasses_after_close(scene: Scene) -> None:
    truth = scene.portal.truth
    name = "bypass_upsell_after_won"
    contact, handoff = _touched(scene, name, 9)
    deal = scene.deal([contact], scene.at(8, 1, "10:00"), amount=10_000)
    scene.move(deal, "closedwon", scene.at(6, 1, "10:00"))
    scene.sync_stage(contact, "customer", scene.at(6, 1, "10:00:06"))
    handoff.opportunity_at, handoff.won_at = deal.created_at, scene.at(6, 1, "10:00")
    handoff.deal_ids, handoff.amount_won = (deal.id,), 10_000.0
    upsell = scene.deal([contact], scene.at(2, 1, "10:00"), amount=6_000)
    scene.move(upsell, "closedwon", scene.at(1, 1, "10:00"))
    scene.finish_deal(deal)
    truth.bypass("after_close", scene.finish_deal(upsell).id, upsell.created_at, 6_000.0)
    scene.finish(name, contact, (handoff, DEMO))

    name = "bypass_stage_after_disqualified"
    contact, handoff = _touched(scene, name, 5)
    handoff.disqualified_at = scene.at(4, 1, "10:00")
    scene.status(
        contact, "UNQUALIFIED", handoff.disqualified_at, LENA, disqualification_reason="no_budget"
    )
    handoff.reason, handoff.reason_raw_value = "no_budget", "no_budget"
    back_at = scene.at(2, 1, "10:00")
    contact.set("lifecyclestage", "salesqualifiedlead", back_at, by_user(LENA))
    truth.bypass("after_close", contact.id, back_at, None, "contacts")
    scene.finish(name, contact, (handoff, DEMO))


def _renewals(scene: Scene) -> None:
    """A pipeline that does not count: neither opportunity nor win nor bypass."""
    name = "renewal_is_no_handoff"
    contact, handoff = _touched(scene, name, 10)
    deal = scene.deal([contact], scene.at(9, 1, "10:00"), amount=18_000)
    handoff.opportunity_at, handoff.won_at = deal.created_at, scene.at(8, 1, "10:00")
    scene.move(deal, "closedwon", handoff.won_at)
    scene.sync_stage(contact, "customer", handoff.won_at + timedelta(seconds=7))
    handoff.deal_ids, handoff.amount_won = (scene.finish_deal(deal).id,), 18_000.0
    for weeks_ago, last_stage in ((6, "renewal_won"), (5, "renewal_lost"), (1, "renewal_due")):
        at = scene.at(weeks_ago, 2, "10:00")
        renewal = scene.deal(
            [contact] if weeks_ago > 1 else [], at, stage="renewal_due", pipeline="renewals"
        )
        if last_stage != "renewal_due":
            scene.move(renewal, last_stage, at + timedelta(days=2))
        scene.portal.truth.plant("renewal_deals", scene.finish_deal(renewal).id)
    scene.finish(name, contact, (handoff, DEMO))
