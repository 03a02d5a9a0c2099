"""Calls, e-mails, meetings, tasks, notes and form submissions as HubSpot's API returns them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handoff.sandbox.generator.changes import iso
from handoff.sandbox.generator.vocabulary import VENDOR_DOMAIN, Campaign, Form, Owner

_SINGULAR = {
    "calls": "call",
    "emails": "email",
    "meetings": "meeting",
    "tasks": "task",
    "notes": "note",
}


def _record(
    kind: str,
    id: str,
    at: datetime,
    created_at: datetime,
    owner: Owner | None,
    contact_ids: Sequence[str],
    deal_ids: Sequence[str],
    properties: dict[str, str | None],
    updated_at: datetime | None = None,
) -> dict[str, Any]:
    created, updated = iso(created_at), iso(updated_at or created_at)
    singular = _SINGULAR[kind]
    record: dict[str, Any] = {
        "id": id,
        "properties": {
            "hs_createdate": created,
            "hs_lastmodifieddate": updated,
            "hs_object_id": id,
            "hs_timestamp": iso(at),
            "hubspot_owner_id": owner.id if owner else None,
            **properties,
        },
        "createdAt": created,
        "updatedAt": updated,
        "archived": False,
    }
    linked = {}
    if contact_ids:
        linked["contacts"] = {
            "results": [{"id": one, "type": f"{singular}_to_contact"} for one in contact_ids]
        }
    if deal_ids:
        linked["deals"] = {
            "results": [{"id": one, "type": f"{singular}_to_deal"} for one in deal_ids]
        }
    if linked:
        record["associations"] = linked
    return record


def call(
    id: str,
    at: datetime,
    owner: Owner | None,
    contact_ids: Sequence[str],
    deal_ids: Sequence[str] = (),
    *,
    direction: str | None = "OUTBOUND",
    minutes: int = 0,
    body: str | None = None,
) -> dict[str, Any]:
    """A call; without ``minutes`` nobody answered."""
    return _record(
        "calls", id, at, at + timedelta(minutes=minutes), owner, contact_ids, deal_ids,
        {
            "hs_call_body": body,
            "hs_call_direction": direction,
            "hs_call_duration": str(minutes * 60_000),
            "hs_call_status": "COMPLETED" if minutes else "NO_ANSWER",
            "hs_call_title": "Call",
        },
    )  # fmt: skip


def email(
    id: str,
    at: datetime,
    owner: Owner | None,
    contact_ids: Sequence[str],
    deal_ids: Sequence[str] = (),
    *,
    direction: str = "EMAIL",
    subject: str = "Your request",
    address: str | None = None,
    sequence_id: str | None = None,
) -> dict[str, Any]:
    """An e-mail: ``EMAIL`` (outgoing), ``INCOMING_EMAIL`` or ``FORWARDED_EMAIL``."""
    ours = owner.email if owner else f"hello@{VENDOR_DOMAIN}"
    sender, recipient = (ours, address) if direction == "EMAIL" else (address, ours)
    return _record(
        "emails", id, at, at, owner, contact_ids, deal_ids,
        {
            "hs_email_direction": direction,
            "hs_email_from_email": sender,
            "hs_email_status": "SENT",
            "hs_email_subject": subject,
            "hs_email_to_email": recipient,
            "hs_object_source": "SEQUENCES" if sequence_id else "EMAIL",
            "hs_sequence_id": sequence_id,
        },
    )  # fmt: skip


def meeting(
    id: str,
    starts_at: datetime,
    booked_at: datetime,
    owner: Owner | None,
    contact_ids: Sequence[str],
    deal_ids: Sequence[str] = (),
    *,
    outcome: str | None = "COMPLETED",
) -> dict[str, Any]:
    """A meeting with outcome SCHEDULED, COMPLETED, CANCELED, NO_SHOW, RESCHEDULED or none."""
    return _record(
        "meetings", id, starts_at, booked_at, owner, contact_ids, deal_ids,
        {
            "hs_meeting_end_time": iso(starts_at + timedelta(minutes=30)),
            "hs_meeting_outcome": outcome,
            "hs_meeting_start_time": iso(starts_at),
            "hs_meeting_title": "Introduction",
        },
    )  # fmt: skip


def task(
    id: str,
    due_at: datetime,
    created_at: datetime,
    owner: Owner | None,
    contact_ids: Sequence[str],
    deal_ids: Sequence[str] = (),
    *,
    completed_at: datetime | None = None,
    subject: str = "Follow up",
) -> dict[str, Any]:
    """A task; its ``hs_timestamp`` is when it is due."""
    return _record(
        "tasks", id, due_at, created_at, owner, contact_ids, deal_ids,
        {
            "hs_task_completion_date": iso(completed_at) if completed_at else None,
            "hs_task_priority": "HIGH",
            "hs_task_status": "COMPLETED" if completed_at else "NOT_STARTED",
            "hs_task_subject": subject,
            "hs_task_type": "TODO",
        },
        updated_at=completed_at,
    )  # fmt: skip


def note(
    id: str,
    at: datetime,
    owner: Owner | None,
    contact_ids: Sequence[str],
    deal_ids: Sequence[str] = (),
    *,
    body: str,
) -> dict[str, Any]:
    return _record("notes", id, at, at, owner, contact_ids, deal_ids, {"hs_note_body": body})


def submission(
    id: str,
    at: datetime,
    form: Form,
    address: str,
    campaign: Campaign | None,
    answers: dict[str, str],
) -> dict[str, Any]:
    """A form submission. It names no contact, only an address; ``formGuid`` is the folder's."""
    page = f"https://www.{VENDOR_DOMAIN}/{form.page}"
    if campaign is not None:
        page += (
            f"?utm_source={campaign.source}&utm_medium={campaign.medium}"
            f"&utm_campaign={campaign.utm}"
        )
    values = [{"name": "email", "value": address, "objectTypeId": "0-1"}]
    values += [
        {"name": name, "value": value, "objectTypeId": "0-1"} for name, value in answers.items()
    ]
    return {
        "conversionId": id,
        "submittedAt": round(at.timestamp() * 1000),
        "values": values,
        "pageUrl": page,
        "formGuid": form.guid,
    }
