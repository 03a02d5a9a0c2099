"""The properties of each object, with type and options, as HubSpot's properties API lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff.sandbox.generator import names, vocabulary
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
DEAL_STAGES: _Options = (
    ("Appointment scheduled", "appointmentscheduled"), ("Qualified to buy", "qualifiedtobuy"),
    ("Presentation scheduled", "presentationscheduled"),
    ("Decision maker bought in", "decisionmakerboughtin"), ("Contract sent", "contractsent"),
    ("Closed won", "closedwon"), ("Closed lost", "closedlost"),
)  # fmt: skip
RENEWAL_STAGES: _Options = (
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
    ("deals", "dealstage"): (*DEAL_STAGES, *RENEWAL_STAGES),
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


def property_records() -> Iterator[dict[str, Any]]:
    for object_type, properties in _PROPERTIES.items():
        for name in properties:
            yield property_record(object_type, name)


def property_record(object_type: str, name: str) -> dict[str, Any]:
    """The definition of one property."""
    options = _ENUMERATIONS.get((object_type, name), ())
    kind, field_type = _type_of(name, bool(options))
    return {
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
