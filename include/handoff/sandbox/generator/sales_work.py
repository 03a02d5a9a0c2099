"""What sales does with a handoff of the crowd: who owns it, when it is touched, who accepts it."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.sandbox.generator import activities, names, vocabulary
from handoff.sandbox.generator.changes import ROUTING_WORKFLOW, by_user
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.vocabulary import MARKETER, OWNER, QUEUE, Campaign, Form, Owner
from handoff.sandbox.generator.weeks import iso_week, last_full_week, week_of


def assign(
    portal: PortalInProgress, contact: Contact, handoff: HandoffTruth, calendar: str
) -> None:
    """Gives the lead an owner: at once, by way of the queue or a marketer, or never."""
    random, mql_at = portal.random, handoff.mql_at
    current = OWNER.get(contact.values.value_at("hubspot_owner_id", mql_at) or "")
    if current is not None and current.is_sales:
        handoff.assigned_at, handoff.assigned_owner_id = mql_at, current.id
        return
    sdr = _pick_sdr(portal, calendar, mql_at)
    dice = random.random()
    at = mql_at + timedelta(seconds=random.randint(5, 600))
    if dice < 0.03:
        portal.truth.plant("never_assigned", contact.id)
        return
    if dice < 0.07:
        contact.set("hubspot_owner_id", QUEUE.id, at, ROUTING_WORKFLOW)
        portal.truth.plant("default_queue", contact.id)
        if random.random() < 0.4:
            return
        at += timedelta(hours=random.uniform(3, 60))
    elif dice < 0.09:
        contact.set("hubspot_owner_id", MARKETER.id, at, by_user(MARKETER))
        at += timedelta(hours=random.uniform(2, 30))
    elif dice < 0.19:
        at += timedelta(hours=random.uniform(0.5, 20))
    at = at.replace(microsecond=0)
    if at > portal.ends_at:
        return
    contact.set("hubspot_owner_id", sdr.id, at, ROUTING_WORKFLOW)
    handoff.assigned_at, handoff.assigned_owner_id = at, sdr.id


def _pick_sdr(portal: PortalInProgress, calendar: str, at: datetime) -> Owner:
    # Erik had left before the ninety days began; what is older may still be his.
    if calendar == "europe" and at < portal.starts_at and portal.random.random() < 0.3:
        return OWNER["241"]
    return portal.random.choice(vocabulary.SDRS[calendar])


def touch_and_accept(
    portal: PortalInProgress,
    contact: Contact,
    handoff: HandoffTruth,
    campaign: Campaign,
    form: Form,
) -> None:
    """The automated mail at once, then the first touch and the accepting value, or neither."""
    random = portal.random
    handoff.first_automated_touch_at = _automated_mail(portal, contact, handoff.mql_at)
    if handoff.assigned_at is None or handoff.assigned_owner_id is None:
        return
    if random.random() < campaign.untouched_share:
        return
    owner = OWNER[handoff.assigned_owner_id]
    slowness = campaign.slowness
    if owner.team != "SDR Europe":
        slowness *= 0.6
    elif week_of(handoff.mql_at) == _last_week(portal):
        slowness *= 2.4
    minutes = random.lognormvariate(3.1 if form.is_urgent else 4.9, 0.9) * slowness
    at = portal.calendars[owner.calendar].add(handoff.assigned_at, minutes).replace(microsecond=0)
    # The same seconds may have been cut off that made the touch later than the assignment.
    at = max(at, handoff.assigned_at + timedelta(seconds=1))
    if at > portal.ends_at:
        _open_task(portal, contact, handoff.assigned_at, owner)
        return
    handoff.first_touch_at = handoff.accepted_at = at
    _first_touch(portal, contact, owner, at)
    if random.random() < 0.75:
        value = random.choice(vocabulary.ACCEPTING_VALUES)
        shift = random.randint(-600, 1800)
        said_at = max(at + timedelta(seconds=shift), handoff.assigned_at)
        if said_at <= portal.ends_at:
            contact.set("hs_lead_status", value, said_at, by_user(owner))
            handoff.accepted_at = min(at, said_at)
    _further_activities(portal, contact, owner, at)


def _last_week(portal: PortalInProgress) -> str:
    return iso_week(last_full_week(portal.ends_at))


def _automated_mail(
    portal: PortalInProgress, contact: Contact, mql_at: datetime
) -> datetime | None:
    if portal.random.random() < 0.5:
        return None
    at = mql_at + timedelta(minutes=portal.random.randint(1, 30))
    if not portal.log(
        activities.email, at, at, None, [contact.id], address=contact.email, sequence_id="88001",
        subject="Thank you for your interest",
    ):  # fmt: skip
        return None
    return at


def _first_touch(portal: PortalInProgress, contact: Contact, owner: Owner, at: datetime) -> None:
    random = portal.random
    kind = random.choices(("call", "email", "task"), (5, 4, 1))[0]
    if kind == "call":
        minutes = random.randint(3, 25) if random.random() < 0.55 else 0
        direction = "OUTBOUND" if random.random() < 0.9 else None
        portal.log(
            activities.call, at, at, owner, [contact.id], direction=direction, minutes=minutes
        )
    elif kind == "email":
        subject = random.choice(names.MAIL_SUBJECTS)
        portal.log(
            activities.email, at, at, owner, [contact.id], address=contact.email, subject=subject
        )
    else:
        made_at = at - timedelta(minutes=random.randint(1, 20))
        portal.log(
            activities.task, at, at + timedelta(days=1), made_at, owner, [contact.id],
            completed_at=at,
        )  # fmt: skip


def _open_task(portal: PortalInProgress, contact: Contact, at: datetime, owner: Owner) -> None:
    made_at = at + timedelta(minutes=2)
    portal.log(activities.task, made_at, at + timedelta(days=1), made_at, owner, [contact.id])


def _further_activities(
    portal: PortalInProgress, contact: Contact, owner: Owner, touched_at: datetime
) -> None:
    """Attempts, replies, a meeting and notes in the days after the first touch."""
    random = portal.random
    calendar = portal.calendars[owner.calendar]
    for number in range(random.choices((0, 1, 2, 3), (2, 4, 3, 2))[0]):
        at = calendar.add(touched_at, random.uniform(60, 900) * (number + 1)).replace(microsecond=0)
        if random.random() < 0.5:
            portal.log(activities.call, at, at, owner, [contact.id], minutes=random.randint(0, 15))
        else:
            portal.log(activities.email, at, at, owner, [contact.id], address=contact.email)
            if random.random() < 0.4:
                answered_at = at + timedelta(minutes=random.randint(20, 2000))
                portal.log(
                    activities.email, answered_at, answered_at, owner, [contact.id],
                    direction="INCOMING_EMAIL", address=contact.email, subject="Re: your mail",
                )  # fmt: skip
    if random.random() < 0.35:
        at = calendar.add(touched_at, 300).replace(microsecond=0)
        body = random.choice(names.NOTE_BODIES)
        portal.log(activities.note, at, at, owner, [contact.id], body=body)
    if random.random() < 0.3:
        starts_at = calendar.add(touched_at, random.uniform(600, 3600)).replace(microsecond=0)
        booked_at = touched_at + timedelta(minutes=30)
        outcome = "SCHEDULED" if starts_at > portal.ends_at else _meeting_outcome(portal)
        portal.log(
            activities.meeting, booked_at, starts_at, booked_at, owner, [contact.id],
            outcome=outcome,
        )  # fmt: skip
    if random.random() < 0.3:
        made_at = touched_at + timedelta(minutes=10)
        _open_task(portal, contact, made_at, owner)


def _meeting_outcome(portal: PortalInProgress) -> str:
    return portal.random.choices(("COMPLETED", "CANCELED", "NO_SHOW"), (8, 1, 1))[0]
