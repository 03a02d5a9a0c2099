"""How handoffs of the crowd go on: answers, SQL, deal, won or lost, rejected, or simply open."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.sandbox.generator import names, vocabulary
from handoff.sandbox.generator.changes import STATUS_WORKFLOW, Source, by_user
from handoff.sandbox.generator.deal_life import open_deal
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.vocabulary import AES, OWNER, Campaign, Owner


def reach_outcome(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    campaign: Campaign,
    is_poor_fit: bool,
    must_close: bool,
) -> None:
    """Plays the handoff from its acceptance to its end, or to the end of time."""
    random = portal.random
    if handoff.accepted_at is None or handoff.assigned_owner_id is None:
        if must_close or random.random() < 0.12:
            _give_up_untouched(portal, contact, handoff)
        return
    owner = OWNER[handoff.assigned_owner_id]
    _answer_on_acceptance(portal, contact, handoff.accepted_at, owner)
    start = max(handoff.accepted_at, handoff.first_touch_at or handoff.accepted_at)
    sql_share = campaign.sql_share * (0.25 if is_poor_fit else 1.1)
    dice = random.random()
    if dice < sql_share:
        _qualify_by_sales(portal, contact, handoff, owner, start, must_close)
    elif dice < sql_share + (1 - sql_share) * 0.5:
        at = portal.days_later(owner, start, 0.3, 9)
        _disqualify(portal, contact, handoff, at, owner, is_poor_fit)
    elif dice < sql_share + (1 - sql_share) * 0.8 or must_close:
        at = portal.days_later(owner, start, 2, 14)
        _recycle(portal, contact, handoff, at, owner)


def _answer_on_acceptance(
    portal: PortalInProgress, contact: Contact, at: datetime, owner: Owner
) -> None:
    """The use case is asked on the first call; some write it down later, some never."""
    random = portal.random
    if contact.values.current("use_case"):
        return
    is_forgetful = owner.id == vocabulary.FORGETFUL_OWNER_ID
    dice = random.random() * (2.4 if is_forgetful else 1.0)
    value = random.choice(names.USE_CASES)
    if dice < 0.88:
        contact.set("use_case", value, at, by_user(owner))
    elif dice < 0.94:
        contact.set("use_case", value, at + timedelta(hours=random.randint(2, 90)), by_user(owner))
    else:
        portal.truth.plant("missing_use_case", contact.id, owner=owner.id)


def _qualify_by_sales(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    owner: Owner,
    start: datetime,
    must_close: bool,
) -> None:
    random = portal.random
    sql_at = portal.days_later(owner, start, 0.5, 12)
    if sql_at > portal.ends_at:
        return
    is_skipped = random.random() < 0.08
    if is_skipped:
        portal.truth.plant("skipped_sql", contact.id)
    else:
        _answer_checklist(portal, contact, sql_at, owner)
        contact.set("lifecyclestage", "salesqualifiedlead", sql_at, by_user(owner))
        handoff.sql_at = sql_at
    ae = random.choice(AES)
    if random.random() < 0.6:
        handed_at = sql_at + timedelta(minutes=10)
        contact.set("hubspot_owner_id", ae.id, handed_at, by_user(owner))
    dice = random.random()
    if is_skipped or dice < 0.72:
        open_deal(portal, contact, handoff, ae, portal.days_later(ae, sql_at, 0.1, 5), must_close)
    elif dice < 0.82 or must_close:
        at = portal.days_later(ae, sql_at, 1, 8)
        if random.random() < 0.5:
            _disqualify(portal, contact, handoff, at, ae, False)
        else:
            _recycle(portal, contact, handoff, at, ae)


def _answer_checklist(
    portal: PortalInProgress, contact: Contact, sql_at: datetime, owner: Owner
) -> None:
    random = portal.random
    is_forgetful = owner.id == vocabulary.FORGETFUL_OWNER_ID
    choices = {
        "current_tools": names.TOOLS,
        "decision_owner": names.DECISION_OWNERS,
        "timeframe": names.TIMEFRAMES,
        "need": names.NEEDS,
        "authority": names.AUTHORITIES,
        "budget_range": names.BUDGETS,
    }
    asked_at = sql_at - timedelta(minutes=3)
    for name, values in choices.items():
        dice = random.random() * (2.2 if is_forgetful else 1.0)
        if dice < 0.9:
            contact.set(name, random.choice(values), asked_at, by_user(owner))
        elif dice < 0.95:
            later = sql_at + timedelta(days=random.randint(1, 5))
            contact.set(name, random.choice(values), later, by_user(owner))


def _disqualify(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    at: datetime,
    owner: Owner,
    is_poor_fit: bool,
) -> None:
    if at > portal.ends_at:
        return
    contact.set("hs_lead_status", "UNQUALIFIED", at, by_user(owner))
    handoff.disqualified_at = at
    good = (3, 1, 1, 4, 3, 1, 4, 3, 2, 1, 2, 1)
    poor = (12, 8, 5, 2, 1, 0, 2, 0, 1, 1, 1, 1)
    reasons = tuple(vocabulary.DISQUALIFICATION_REASONS)
    raw = portal.random.choices(reasons, poor if is_poor_fit else good)[0]
    _give_reason(portal, contact, handoff, at, by_user(owner), raw, owner)


def _recycle(
    portal: PortalInProgress, contact: Contact, handoff: HandoffTruth, at: datetime, owner: Owner
) -> None:
    if at > portal.ends_at:
        return
    contact.set("hs_lead_status", "BAD_TIMING", at, by_user(owner))
    contact.set("lifecyclestage", "lead", at + timedelta(minutes=1), STATUS_WORKFLOW)
    handoff.recycled_at = at
    raw = portal.random.choices(("not_now", "no_budget", "no_response"), (6, 2, 3))[0]
    _give_reason(portal, contact, handoff, at, by_user(owner), raw, owner)


def _give_reason(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    at: datetime,
    source: Source,
    raw: str,
    owner: Owner,
) -> None:
    """Writes the reason with the rejection; Jonas and others leave it out, few write nonsense."""
    dice = portal.random.random()
    if dice < (0.5 if owner.id == vocabulary.FORGETFUL_OWNER_ID else 0.07):
        handoff.reason = "missing"
        return
    if dice > 0.98:
        raw = vocabulary.UNMAPPED_REASON
    contact.set("disqualification_reason", raw, at, source)
    handoff.reason_raw_value = raw
    handoff.reason = vocabulary.DISQUALIFICATION_REASONS.get(raw, "unmapped")


def _give_up_untouched(portal: PortalInProgress, contact: Contact, handoff: HandoffTruth) -> None:
    """A workflow closes what nobody touched for weeks."""
    at = handoff.mql_at + timedelta(days=21)
    if at > portal.ends_at:
        return
    contact.set("hs_lead_status", "UNQUALIFIED", at, STATUS_WORKFLOW)
    contact.set("disqualification_reason", "no_response", at, STATUS_WORKFLOW)
    handoff.disqualified_at = at
    handoff.reason, handoff.reason_raw_value = "unreachable", "no_response"
