"""The life of a deal of the crowd: opened by an account executive, moved, won, lost or open."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.sandbox.generator import activities, vocabulary
from handoff.sandbox.generator.changes import DEAL_SYNC, STATUS_WORKFLOW, by_user
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Contact, Deal
from handoff.sandbox.generator.vocabulary import Owner


def open_deal(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    ae: Owner,
    at: datetime,
    must_close: bool,
) -> None:
    if at > portal.ends_at:
        return
    random, company = portal.random, contact.company
    deal = portal.new_deal(f"{company.name if company else contact.last_name} – new", at, company)
    deal.contact_ids = [contact.id]
    colleague_id = company.first_contact_id if company else None
    if colleague_id and colleague_id != contact.id and random.random() < 0.4:
        deal.contact_ids.append(colleague_id)
        deal.primary_contact_id = contact.id
        portal.truth.plant("deals_with_an_influenced_colleague", deal.id)
    deal.currency = "USD" if portal.random.random() < 0.3 else "EUR"
    amount = round(random.lognormvariate(9.6, 0.7) / 100) * 100
    contact.deal_ids.append(deal.id)
    handoff.deal_ids = (*handoff.deal_ids, deal.id)
    handoff.opportunity_at = at
    deal.set("dealstage", "appointmentscheduled", at, by_user(ae))
    deal.set("hubspot_owner_id", ae.id, at, by_user(ae))
    if random.random() < 0.88:
        deal.set("amount", str(amount), at + timedelta(days=random.randint(0, 3)), by_user(ae))
    contact.set("lifecyclestage", "opportunity", at + timedelta(seconds=2), DEAL_SYNC)
    contact.set("hs_lead_status", "OPEN_DEAL", at + timedelta(seconds=3), STATUS_WORKFLOW)
    _play_deal(portal, contact, handoff, deal, ae, at, must_close, amount)
    portal.write("deals", deal.as_record())


def _play_deal(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    deal: Deal,
    ae: Owner,
    opened_at: datetime,
    must_close: bool,
    amount: int,
) -> None:
    """Moves through the open stages, then won, lost, or still open."""
    random = portal.random
    closes_at = portal.days_later(ae, opened_at, 6, 34)
    steps = random.sample(range(1, len(vocabulary.OPEN_DEAL_STAGES)), k=random.randint(0, 4))
    span = closes_at - opened_at
    reached = opened_at
    for number, step in enumerate(sorted(steps), start=1):
        reached = (opened_at + span * (number / (len(steps) + 1))).replace(microsecond=0)
        deal.set("dealstage", vocabulary.OPEN_DEAL_STAGES[step], reached, by_user(ae))
    met_at = portal.days_later(ae, opened_at, 0.5, 4)
    if met_at <= portal.ends_at:
        portal.log(
            activities.meeting, opened_at, met_at, opened_at, ae, [contact.id], [deal.id],
            outcome="COMPLETED",
        )  # fmt: skip
    deal.closes_at = closes_at
    dice = random.random()
    if dice > 0.8 and not must_close:
        deal.closes_at = max(closes_at, portal.ends_at) + timedelta(days=20)
        return
    if closes_at > portal.ends_at:
        return
    if dice < 0.38:
        # What is won has an amount, known at the signature at the latest.
        deal.set("amount", str(amount), closes_at - timedelta(seconds=30), by_user(ae))
        deal.set("dealstage", "closedwon", closes_at, by_user(ae))
        told_at = closes_at + timedelta(seconds=4)
        contact.set("lifecyclestage", "customer", told_at, DEAL_SYNC)
        handoff.won_at, handoff.amount_won = closes_at, float(amount)
        if told_at <= portal.ends_at:
            portal.truth.plant("won_told_twice", contact.id)
    else:
        _lose(portal, handoff, deal, closes_at, ae)


def _lose(
    portal: PortalInProgress, handoff: HandoffTruth, deal: Deal, at: datetime, ae: Owner
) -> None:
    random = portal.random
    deal.set("dealstage", "closedlost", at, by_user(ae))
    handoff.lost_at = at
    dice = random.random()
    if dice < 0.12:
        handoff.reason = "missing"
        return
    if dice < 0.15:
        raw, handoff.reason = "Gut feeling", "unmapped"
    else:
        raw = random.choices(tuple(vocabulary.LOST_REASONS), (4, 3, 4, 2))[0]
        handoff.reason = vocabulary.LOST_REASONS[raw]
    handoff.reason_raw_value = raw
    deal.set("closed_lost_reason", raw, at, by_user(ae))
