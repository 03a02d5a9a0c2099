"""Whole journeys, skipped stages, moves back, values that nobody mapped, re-entry, staleness."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator.changes import STATUS_WORKFLOW, by_user
from handoff.sandbox.generator.scenarios.scene import CLARA, LENA, Scene
from handoff.sandbox.generator.vocabulary import (
    BRAND,
    DEMO,
    INTEGRATION,
    INTEGRATION_GUIDE,
    NEWSLETTER,
    SECURITY,
    SECURITY_GUIDE,
)


def place(scene: Scene) -> None:
    _demo_request_to_won(scene)
    _guide_to_nurture_and_back(scene)
    _skipped_and_moved_back(scene)
    _unmapped_values(scene)
    _won_and_back_again(scene)
    _stale(scene)
    _stale_with_an_open_deal(scene)


def _demo_request_to_won(scene: Scene) -> None:
    name, at = "demo_request_to_won", scene.at(8, 1, "10:00")
    contact = scene.person(name, at - timedelta(days=9))
    scene.portal.submit(contact, INTEGRATION_GUIDE, at - timedelta(days=9), INTEGRATION)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at + timedelta(minutes=1))
    scene.touch(contact, handoff, at + timedelta(minutes=20), LENA)
    scene.answer(contact, at + timedelta(minutes=20), LENA, use_case="Sync CRM and billing")
    sql_at = scene.at(8, 3, "15:00")
    scene.sql(contact, handoff, sql_at, LENA)
    scene.own(contact, handoff, CLARA, sql_at + timedelta(minutes=5), by_user(LENA))
    handoff.opportunity_at = scene.at(7, 0, "11:00")
    deal = scene.deal([contact], handoff.opportunity_at, amount=48_000)
    scene.sync_stage(contact, "opportunity", handoff.opportunity_at + timedelta(seconds=3))
    scene.move(deal, "presentationscheduled", scene.at(6, 1, "11:00"))
    scene.move(deal, "contractsent", scene.at(4, 1, "11:00"))
    handoff.won_at = scene.at(3, 2, "16:00")
    scene.move(deal, "closedwon", handoff.won_at)
    # The outcome is told twice: by the deal, and by the contact seconds later.
    scene.sync_stage(contact, "customer", handoff.won_at + timedelta(seconds=5))
    handoff.deal_ids, handoff.amount_won = (deal.id,), 48_000.0
    scene.finish_deal(deal)
    scene.finish(name, contact, (handoff, DEMO))


def _guide_to_nurture_and_back(scene: Scene) -> None:
    name, at = "guide_to_nurture_and_back", scene.at(9, 1, "09:30")
    contact = scene.person(name, at)
    first = scene.mql(contact, at, SECURITY_GUIDE, SECURITY)
    scene.own(contact, first, LENA, at + timedelta(minutes=2))
    scene.touch(contact, first, at + timedelta(hours=2), LENA)
    first.recycled_at = scene.at(8, 1, "10:00")
    scene.status(contact, "BAD_TIMING", first.recycled_at, LENA, disqualification_reason="not_now")
    first.reason, first.reason_raw_value = "low_urgency", "not_now"
    contact.set("lifecyclestage", "lead", first.recycled_at + timedelta(minutes=1), STATUS_WORKFLOW)
    # Nurtured within the same theme, until the demo request brings the second handoff.
    scene.portal.submit(contact, SECURITY_GUIDE, scene.at(5, 2, "12:00"), SECURITY)
    again_at = scene.at(4, 2, "10:00")
    second = scene.mql(contact, again_at, DEMO, SECURITY)
    second.assigned_at, second.assigned_owner_id = again_at, LENA.id
    scene.touch(contact, second, again_at + timedelta(minutes=30), LENA)
    scene.sql(contact, second, scene.at(4, 4, "11:00"), LENA)
    scene.finish(name, contact, (first, SECURITY_GUIDE), (second, DEMO))


def _skipped_and_moved_back(scene: Scene) -> None:
    name, at = "mql_straight_to_opportunity", scene.at(3, 1, "10:00")
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    handoff.opportunity_at = at + timedelta(hours=3)
    deal = scene.deal([contact], handoff.opportunity_at)
    scene.sync_stage(contact, "opportunity", handoff.opportunity_at + timedelta(seconds=2))
    handoff.deal_ids = (scene.finish_deal(deal).id,)
    scene.finish(name, contact, (handoff, DEMO))

    name = "moved_back_and_forth"
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    scene.sql(contact, handoff, at + timedelta(days=1), LENA)
    # A move back, which is also an MQL while the handoff is open, and forward again.
    contact.set("lifecyclestage", "marketingqualifiedlead", at + timedelta(days=2), by_user(LENA))
    scene.sql(contact, handoff, at + timedelta(days=3), LENA)
    scene.finish(name, contact, (handoff, DEMO))

    name = "mql_while_open"
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    contact.set("lifecyclestage", "lead", at + timedelta(days=4), STATUS_WORKFLOW)
    scene.mql(contact, at + timedelta(days=6), NEWSLETTER, BRAND)
    scene.finish(name, contact, (handoff, DEMO))


def _unmapped_values(scene: Scene) -> None:
    at = scene.at(2, 1, "10:00")
    for name, key, value in (
        ("unmapped_lead_status", "hs_lead_status", "PARKED"),
        ("unmapped_lifecycle_stage", "lifecyclestage", "other"),
        ("unmapped_hostile_status", "hs_lead_status", "<b>Parked</b>"),
    ):
        contact = scene.person(name, at)
        handoff = scene.mql(contact, at)
        scene.own(contact, handoff, LENA, at)
        scene.touch(contact, handoff, at + timedelta(minutes=50), LENA)
        contact.set(key, value, at + timedelta(days=1), by_user(LENA))
        scene.finish(name, contact, (handoff, DEMO))


def _won_and_back_again(scene: Scene) -> None:
    name, at = "mql_again_after_won", scene.at(11, 1, "10:00")
    contact = scene.person(name, at)
    first = scene.mql(contact, at)
    scene.own(contact, first, LENA, at)
    scene.touch(contact, first, at + timedelta(minutes=30), LENA)
    first.opportunity_at = at + timedelta(days=2)
    deal = scene.deal([contact], first.opportunity_at, amount=9_000)
    first.won_at = at + timedelta(days=10)
    scene.move(deal, "closedwon", first.won_at)
    scene.sync_stage(contact, "customer", first.won_at + timedelta(seconds=4))
    first.deal_ids, first.amount_won = (scene.finish_deal(deal).id,), 9_000.0
    again_at = scene.at(1, 2, "10:00")
    second = scene.mql(contact, again_at)
    second.assigned_at, second.assigned_owner_id = again_at, LENA.id
    scene.touch(contact, second, again_at + timedelta(minutes=30), LENA)
    scene.finish(name, contact, (first, DEMO), (second, DEMO))


def _stale(scene: Scene) -> None:
    at = scene.at(29, 1, "10:00")
    name = "stale_handoff"
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    handoff.accepted_at = at + timedelta(minutes=30)
    scene.status(contact, "OPEN", handoff.accepted_at, LENA)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    handoff.is_stale = True
    scene.finish(name, contact, (handoff, DEMO))

    name = "stale_then_progress"
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at)
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    scene.sql(contact, handoff, scene.at(0, 2, "15:00"), LENA)
    scene.finish(name, contact, (handoff, DEMO))

    name = "expired_by_a_new_mql"
    contact = scene.person(name, at)
    first = scene.mql(contact, at, SECURITY_GUIDE, SECURITY)
    scene.own(contact, first, LENA, at)
    scene.touch(contact, first, at + timedelta(minutes=30), LENA)
    first.expired_at = again_at = scene.at(0, 1, "10:00")
    # Moved back while still fresh: the days without a change are counted from here.
    contact.set("lifecyclestage", "lead", scene.at(28, 1, "10:00"), STATUS_WORKFLOW)
    second = scene.mql(contact, again_at)
    second.assigned_at, second.assigned_owner_id = again_at, LENA.id
    scene.touch(contact, second, again_at + timedelta(minutes=30), LENA)
    scene.finish(name, contact, (first, SECURITY_GUIDE), (second, DEMO))


def _stale_with_an_open_deal(scene: Scene) -> None:
    """The new handoff takes over the old one's open deal, which brings no stage until it moves."""
    name, at = "open_deal_taken_over", scene.at(32, 1, "10:00")
    contact = scene.person(name, at)
    first = scene.mql(contact, at)
    scene.own(contact, first, LENA, at)
    scene.touch(contact, first, at + timedelta(minutes=30), LENA)
    first.opportunity_at = at + timedelta(days=5)
    deal = scene.deal([contact], first.opportunity_at, amount=21_000)
    scene.sync_stage(contact, "opportunity", first.opportunity_at + timedelta(seconds=2))
    contact.set("lifecyclestage", "lead", scene.at(30, 1, "10:00"), STATUS_WORKFLOW)
    first.expired_at = again_at = scene.at(2, 1, "10:00")
    second = scene.mql(contact, again_at)
    second.assigned_at, second.assigned_owner_id = again_at, LENA.id
    scene.touch(contact, second, again_at + timedelta(minutes=30), LENA)
    second.won_at = scene.at(1, 3, "10:00")
    scene.move(deal, "closedwon", second.won_at)
    second.deal_ids, second.amount_won = (scene.finish_deal(deal).id,), 21_000.0
    scene.finish(name, contact, (first, DEMO), (second, DEMO))
