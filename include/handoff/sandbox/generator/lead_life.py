"""The life of one person of the crowd: touches, perhaps an MQL, what sales does, how it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handoff.sandbox.generator import names, vocabulary
from handoff.sandbox.generator.changes import (
    ENRICHMENT,
    LIST_IMPORT,
    ROUTING_WORKFLOW,
    SCORING_WORKFLOW,
    by_form,
)
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.outcomes import reach_outcome
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.sales_work import assign, touch_and_accept
from handoff.sandbox.generator.vocabulary import Campaign, Form

_RE_ENTRY_SHARE = 0.3
# An open lead of the crowd that is older than this gets an exit, so that staleness is planted by
# hand alone, well away from its limit.
_MUST_CLOSE_AFTER = timedelta(days=120)


@dataclass(slots=True)
class Lead:
    """A person of the crowd with what steers the dice."""

    contact: Contact
    campaign: Campaign
    arrives_at: datetime
    calendar: str
    country: str
    is_poor_fit: bool
    handoffs: list[HandoffTruth] = field(default_factory=list)


def live(portal: PortalInProgress, lead: Lead) -> None:
    """Plays the whole life up to the end of time and records every handoff's truth."""
    random = portal.random
    is_mql = random.random() < lead.campaign.mql_share
    openers = _opening_touches(portal, lead)
    if not is_mql:
        return
    closer = random.choice(vocabulary.CLOSERS[lead.campaign.guid])
    mql_at = _qualify(portal, lead, closer, lead.arrives_at, has_opened=bool(openers))
    if mql_at is None:
        return
    handoff = _hand_over(portal, lead, closer, mql_at)
    # An owner who left the company is not there when the lead comes back.
    is_staffed = handoff.assigned_owner_id not in (None, "241")
    wants_back = handoff.status == "recycled" and random.random() < _RE_ENTRY_SHARE and is_staffed
    if wants_back and handoff.closed_at is not None:
        back_at = handoff.closed_at + timedelta(days=random.randint(12, 45), hours=2)
        mql_at = _qualify(portal, lead, vocabulary.DEMO, back_at, has_opened=True)
        if mql_at is not None:
            portal.truth.plant("re_entered_handoffs", lead.contact.id)
            _hand_over(portal, lead, vocabulary.DEMO, mql_at)


def _opening_touches(portal: PortalInProgress, lead: Lead) -> int:
    """Guides, webinars, newsletters before the last touch; the contact is made by the first."""
    random, contact = portal.random, lead.contact
    openers = vocabulary.OPENERS[lead.campaign.guid]
    count = random.choices((0, 1, 2, 3), (30, 42, 20, 8))[0]
    times = sorted(lead.arrives_at - timedelta(days=random.uniform(0.02, 35)) for _ in range(count))
    times = [at.replace(microsecond=0) for at in times]
    if times:
        contact.created_at = times[0]
    for at in times:
        portal.submit(
            contact, random.choice(openers), at, lead.campaign, _some_answers(portal, lead)
        )
    if times:
        contact.set("lifecyclestage", "subscriber", times[0], by_form(openers[0]))
        if len(times) > 1:
            contact.set("lifecyclestage", "lead", times[1], SCORING_WORKFLOW)
    else:
        contact.set("lifecyclestage", "lead", contact.created_at, LIST_IMPORT)
    return count


def _some_answers(portal: PortalInProgress, lead: Lead) -> dict[str, str]:
    """What a guide's form asks for: often only the job title."""
    if portal.random.random() < 0.4 or lead.contact.values.current("jobtitle"):
        return {}
    titles = names.POOR_FIT_TITLES if lead.is_poor_fit else names.JOB_TITLES
    return {"jobtitle": portal.random.choice(titles)}


def _qualify(
    portal: PortalInProgress, lead: Lead, closer: Form, at: datetime, *, has_opened: bool
) -> datetime | None:
    """The touch that makes the lead qualified, the fields it brings, and the MQL seconds later."""
    random, contact = portal.random, lead.contact
    if at > portal.ends_at:
        return None
    if not has_opened:
        contact.created_at = at
    portal.submit(contact, closer, at, lead.campaign)
    mql_at = at + timedelta(seconds=random.randint(4, 240))
    if mql_at > portal.ends_at:
        return None
    _fill_marketing_fields(portal, lead, at)
    portal.become_mql(contact, mql_at, SCORING_WORKFLOW)
    contact.set("hs_lead_status", "NEW", mql_at + timedelta(seconds=1), ROUTING_WORKFLOW)
    return mql_at


def _fill_marketing_fields(portal: PortalInProgress, lead: Lead, at: datetime) -> None:
    """Each required field at once, days later by the enrichment, as a placeholder, or never."""
    random, contact, company = portal.random, lead.contact, lead.contact.company
    titles = names.POOR_FIT_TITLES if lead.is_poor_fit else names.JOB_TITLES
    values = {
        "jobtitle": random.choice(titles),
        "country": lead.country,
        "industry": company.industry if company and company.industry else "INTERNET",
        "numberofemployees": str(company.employees if company else random.randint(1, 5)),
    }
    missing = lead.campaign.missing_field_share
    for name, value in values.items():
        if contact.values.current(name) is not None:
            continue
        dice = random.random()
        if dice >= missing:
            contact.set(name, value, at, by_form(vocabulary.DEMO))
        elif dice < missing * 0.3:
            contact.set(name, random.choice(vocabulary.PLACEHOLDERS), at, LIST_IMPORT)
        elif dice < missing * 0.6:
            later = at + timedelta(days=random.uniform(1, 6))
            contact.set(name, value, later.replace(microsecond=0), ENRICHMENT)


def _hand_over(
    portal: PortalInProgress, lead: Lead, closer: Form, mql_at: datetime
) -> HandoffTruth:
    handoff = HandoffTruth(
        lead.contact.id, len(lead.handoffs) + 1, mql_at, campaign=lead.campaign.name
    )
    lead.handoffs.append(handoff)
    handoff.missing_mql_fields = missing_fields(lead.contact, mql_at)
    assign(portal, lead.contact, handoff, lead.calendar)
    touch_and_accept(portal, lead.contact, handoff, lead.campaign, closer)
    must_close = mql_at < portal.ends_at - _MUST_CLOSE_AFTER
    reach_outcome(portal, lead.contact, handoff, lead.campaign, lead.is_poor_fit, must_close)
    portal.finish(handoff, lead.contact, closer)
    _count_mistakes(portal, handoff)
    return handoff


def missing_fields(contact: Contact, at: datetime) -> tuple[str, ...]:
    """The fields marketing owes that hold nothing of use at ``at``."""
    return tuple(
        name
        for name in vocabulary.MQL_FIELDS
        if (contact.values.value_at(name, at) or "").strip().lower() in vocabulary.EMPTY_VALUES
    )


def _count_mistakes(portal: PortalInProgress, handoff: HandoffTruth) -> None:
    truth, id = portal.truth, handoff.contact_id
    campaign, owner = handoff.campaign or "(none)", handoff.assigned_owner_id or "(none)"
    for name in handoff.missing_mql_fields:
        truth.plant("missing_mql_fields", id, campaign=campaign, owner=owner, field=name)
    if handoff.sla_status in ("late", "missed", "unowned"):
        truth.plant(f"sla_{handoff.sla_status}", id, campaign=campaign, owner=owner)
    if handoff.is_default_accepted:
        truth.plant("default_accepted", id, owner=owner)
    if handoff.status in ("disqualified", "recycled", "lost") and handoff.reason == "missing":
        truth.plant("missing_reason", id, owner=owner)
    if handoff.reason == "unmapped":
        truth.plant("unmapped_reason", id, owner=owner)
