"""More activities for portals of a given size, placed where they change no planted fact."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handoff.sandbox.generator import activities, names
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.vocabulary import OWNER, SDRS

if TYPE_CHECKING:
    from handoff.sandbox.generator.lead_life import Lead


def pad_with_activities(portal: PortalInProgress, lead: Lead, wanted: int) -> None:
    """Adds calls, mails, tasks and notes until the person has ``wanted`` activities.

    Touches go between the last handoff's first touch and its end; without a touch there, only notes
    are added, since a call would be one.
    """
    random, contact = portal.random, lead.contact
    handoff = lead.handoffs[-1] if lead.handoffs else None
    if handoff is not None and handoff.first_touch_at is not None:
        start, end = handoff.first_touch_at, handoff.closed_at or portal.ends_at
    else:
        start, end = contact.created_at, portal.ends_at
    only_notes = handoff is not None and handoff.first_touch_at is None
    owner_id = handoff.assigned_owner_id if handoff else None
    owner = OWNER[owner_id] if owner_id else SDRS[lead.calendar][0]
    seconds = (end - start).total_seconds()
    for _ in range(portal.activities_missing(wanted)):
        at = start + timedelta(seconds=int(random.random() * seconds))
        dice = random.random()
        if only_notes or dice < 0.25:
            body = random.choice(names.NOTE_BODIES)
            portal.log(activities.note, at, at, owner, [contact.id], body=body)
        elif dice < 0.5:
            portal.log(activities.call, at, at, owner, [contact.id], minutes=int(dice * 20))
        elif dice < 0.85:
            subject = random.choice(names.MAIL_SUBJECTS)
            portal.log(
                activities.email, at, at, owner, [contact.id], address=contact.email,
                subject=subject,
            )  # fmt: skip
        else:
            due_at = at + timedelta(days=1)
            portal.log(activities.task, at, due_at, at, owner, [contact.id], completed_at=at)
