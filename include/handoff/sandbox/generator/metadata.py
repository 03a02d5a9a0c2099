"""What a portal says about itself: owners, forms, campaigns, pipelines and properties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from handoff.sandbox.generator import names, vocabulary
from handoff.sandbox.generator.changes import iso
from handoff.sandbox.generator.records import CONTACT_PROPERTIES, DEAL_PROPERTIES

_Options = tuple[tuple[str, str], ...]

_LIFECYCLE: _Options = (
    ("Subscriber", "subscriber"), ("Lead", "lead"),
    ("Marketing Qualified Lead", "marketingqualifiedlead"),
    ("Sales Qualified Lead", "salesqualifiedlead"), ("Opportunity", "opportunity"),
    ("Customer", "customer"), ("Evangelist", "evangelist"), ("Other", "other"),
)  # fmt: skip
_LEAD_STATUS: _Options = (
    ("New", "NEW"), ("Open", "OPEN"), ("In progress", "IN_PROGRESS"), ("Open deal", "OPEN_DEAL"),
    ("Unqualified", "UNQUALIFIED"), ("Attempted to contact", "ATTEMPTED_TO_CONTACT"),
    ("Connected", "CONNECTED"), ("Bad timing", "BAD_TIMING"), ("Parked", "PARKED"),
)  # fmt: skip
_REASONS: _Options = tuple(
    (value.replace("_", " ").capitalize(), value)
    for value in (*vocabulary.DISQUALIFICATION_REASONS, vocabulary.UNMAPPED_REASON)
)
_LOST_REASONS: _Options = tuple(
    (value, value) for value in (*vocabulary.LOST_REASONS, "Gut feeling")
)
_DEAL_STAGES: _Options = (
    ("Appointment scheduled", "appointmentscheduled"), ("Qualified to buy", "qualifiedtobuy"),
    ("Presentation scheduled", "presentationscheduled"),
    ("Decision maker bought in", "decisionmakerboughtin"), ("Contract sent", "contractsent"),
    ("Closed won", "closedwon"), ("Closed lost", "closedlost"),
)  # fmt: skip
_RENEWAL_STAGES: _Options = (
    ("Renewal due", "renewal_due"), ("Renewed", "renewal_won"), ("Churned", "renewal_lost"),
)  # fmt: skip

_ENUMERATIONS: dict[tuple[str, str], _Options] = {
    ("contacts", "lifecyclestage"): _LIFECYCLE,
    ("contacts", "hs_lead_status"): _LEAD_STATUS,
    ("contacts", "disqualification_reason"): _REASONS,
    ("contacts", "decision_owner"): tuple((value, value) for value in names.DECISION_OWNERS),
    ("contacts", "timeframe"): tuple((value, value) for value in names.TIMEFRAMES),
    ("contacts", "authority"): tuple((value, value) for value in names.AUTHORITIES),
    ("contacts", "budget_range"): tuple((value, value) for value in names.BUDGETS),
    ("contacts", "hs_sequences_is_enrolled"): (("True", "true"), ("False", "false")),
    ("companies", "industry"): tuple(
        (value.replace("_", " ").capitalize(), value)
        for value in (*names.GOOD_INDUSTRIES, *names.POOR_INDUSTRIES)
    ),
    ("deals", "dealstage"): (*_DEAL_STAGES, *_RENEWAL_STAGES),
    ("deals", "pipeline"): (("Sales pipeline", "default"), ("Renewals", "renewals")),
    ("deals", "closed_lost_reason"): _LOST_REASONS,
    ("calls", "hs_call_direction"): (("Inbound", "INBOUND"), ("Outbound", "OUTBOUND")),
    ("calls", "hs_call_status"): (("Completed", "COMPLETED"), ("No answer", "NO_ANSWER")),
    ("emails", "hs_email_direction"): (
        ("Outgoing", "EMAIL"), ("Incoming", "INCOMING_EMAIL"), ("Forwarded", "FORWARDED_EMAIL"),
    ),
    ("emails", "hs_email_status"): (("Sent", "SENT"), ("Bounced", "BOUNCED")),
    ("meetings", "hs_meeting_outcome"): (
        ("Scheduled", "SCHEDULED"), ("Completed", "COMPLETED"), ("Canceled", "CANCELED"),
        ("No show", "NO_SHOW"), ("Rescheduled", "RESCHEDULED"),
    ),
    ("tasks", "hs_task_status"): (
        ("Not started", "NOT_STARTED"), ("In progress", "IN_PROGRESS"), ("Completed", "COMPLETED"),
        ("Waiting", "WAITING"), ("Deferred", "DEFERRED"),
    ),
}  # fmt: skip

_ACTIVITY = (
    "hs_createdate",
    "hs_lastmodifieddate",
    "hs_object_id",
    "hs_timestamp",
    "hubspot_owner_id",
)
_PROPERTIES: dict[str, tuple[str, ...]] = {
    "contacts": CONTACT_PROPERTIES,
    "companies": (
        "annualrevenue", "country", "createdate", "domain", "hs_lastmodifieddate", "hs_object_id",
        "industry", "name", "numberofemployees",
    ),
    "deals": DEAL_PROPERTIES,
    "calls": (
        *_ACTIVITY, "hs_call_body", "hs_call_direction", "hs_call_duration", "hs_call_status",
        "hs_call_title",
    ),
    "emails": (
        *_ACTIVITY, "hs_email_direction", "hs_email_from_email", "hs_email_status",
        "hs_email_subject", "hs_email_to_email", "hs_object_source", "hs_sequence_id",
    ),
    "meetings": (
        *_ACTIVITY, "hs_meeting_end_time", "hs_meeting_outcome", "hs_meeting_start_time",
        "hs_meeting_title",
    ),
    "tasks": (
        *_ACTIVITY, "hs_task_completion_date", "hs_task_priority", "hs_task_status",
        "hs_task_subject", "hs_task_type",
    ),
    "notes": (*_ACTIVITY, "hs_note_body"),
}  # fmt: skip

_DATES = {
    "closedate", "createdate", "hs_createdate", "hs_lastmodifieddate", "hs_meeting_end_time",
    "hs_meeting_start_time", "hs_task_completion_date", "hs_timestamp", "lastmodifieddate",
    "hs_v2_date_entered_marketingqualifiedlead",
}  # fmt: skip
_NUMBERS = {"amount", "annualrevenue", "hs_call_duration", "hs_object_id", "numberofemployees"}
_OWN = {
    "authority", "budget_range", "closed_lost_reason", "current_tools", "decision_owner",
    "disqualification_reason", "need", "timeframe", "use_case",
}  # fmt: skip


def owner_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    for owner in vocabulary.OWNERS:
        record: dict[str, Any] = {
            "id": owner.id,
            "email": owner.email,
            "type": "QUEUE" if owner.is_queue else "PERSON",
            "firstName": owner.first_name,
            "lastName": owner.last_name,
            # An archived owner keeps the id of the user only in `userIdIncludingInactive`.
            "userId": None if owner.is_archived or owner.is_queue else owner.user_id,
            "userIdIncludingInactive": None if owner.is_queue else owner.user_id,
            "createdAt": iso(started_at),
            "updatedAt": iso(started_at),
            "archived": owner.is_archived,
        }
        teams = [
            {"id": vocabulary.TEAM_IDS[name], "name": name, "primary": name == owner.team}
            for name in (owner.team, owner.second_team)
            if name
        ]
        if teams:
            record["teams"] = teams
        yield record


def form_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    for form in vocabulary.FORMS:
        yield {
            "id": form.guid,
            "name": form.name,
            "formType": "hubspot",
            "createdAt": iso(started_at),
            "updatedAt": iso(started_at),
            "archived": form.is_archived,
            "fieldGroups": [
                {
                    "groupType": "default_group",
                    "richTextType": "text",
                    "fields": [
                        {
                            "objectTypeId": "0-1",
                            "name": "email",
                            "label": "E-mail",
                            "required": True,
                            "hidden": False,
                            "fieldType": "email",
                        }
                    ],
                }
            ],
            "configuration": {"language": "en"},
        }


def campaign_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    for number, campaign in enumerate(vocabulary.CAMPAIGNS):
        at = iso(started_at + timedelta(days=number))
        yield {
            "id": campaign.guid,
            "properties": {
                "hs_name": campaign.name,
                "hs_utm": campaign.utm,
                "hs_campaign_status": "in_progress",
            },
            "createdAt": at,
            "updatedAt": at,
            "businessUnits": [],
        }


def pipeline_records(started_at: datetime) -> Iterator[dict[str, Any]]:
    pipelines = (
        ("default", "Sales pipeline", _DEAL_STAGES, ("closedwon", "closedlost")),
        ("renewals", "Renewals", _RENEWAL_STAGES, ("renewal_won", "renewal_lost")),
    )
    at = iso(started_at)
    for number, (id, label, stages, closed) in enumerate(pipelines):
        yield {
            "objectType": "deals",
            "id": id,
            "label": label,
            "displayOrder": number,
            "archived": False,
            "createdAt": at,
            "updatedAt": at,
            "stages": [
                {
                    "id": stage_id,
                    "label": stage_label,
                    "displayOrder": order,
                    "archived": False,
                    "createdAt": at,
                    "updatedAt": at,
                    "metadata": {
                        "isClosed": str(stage_id in closed).lower(),
                        "probability": _probability(stage_id, order, closed),
                    },
                }
                for order, (stage_label, stage_id) in enumerate(stages)
            ],
        }


def _probability(stage_id: str, order: int, closed: tuple[str, str]) -> str:
    if stage_id == closed[0]:
        return "1.0"
    return "0.0" if stage_id == closed[1] else str(round(0.2 * (order + 1) * 0.9, 2))


def property_records() -> Iterator[dict[str, Any]]:
    for object_type, properties in _PROPERTIES.items():
        for name in properties:
            options = _ENUMERATIONS.get((object_type, name), ())
            kind, field_type = _type_of(name, bool(options))
            yield {
                "objectType": object_type,
                "name": name,
                "label": name.removeprefix("hs_").replace("_", " ").capitalize(),
                "type": kind,
                "fieldType": field_type,
                "description": "",
                "groupName": f"{object_type}information",
                "displayOrder": -1,
                "hasUniqueValue": False,
                "hidden": False,
                "formField": False,
                "calculated": name.startswith("hs_v2_"),
                "externalOptions": name == "hubspot_owner_id",
                "hubspotDefined": name not in _OWN,
                "archived": False,
                "options": [
                    {"label": label, "value": value, "displayOrder": order, "hidden": False}
                    for order, (label, value) in enumerate(options)
                ],
                "modificationMetadata": {
                    "archivable": name in _OWN,
                    "readOnlyDefinition": name not in _OWN,
                    "readOnlyValue": name.startswith("hs_v2_"),
                },
            }


def _type_of(name: str, has_options: bool) -> tuple[str, str]:
    if has_options or name == "hubspot_owner_id":
        return "enumeration", "select"
    if name in _DATES:
        return "datetime", "date"
    return ("number", "number") if name in _NUMBERS else ("string", "text")
