"""Where HubSpot's landing files hold something of a person."""

from __future__ import annotations

from handoff.crm.erasure_rules import ErasureRules, LinkPlaces

RULES = ErasureRules(
    ids={"form_submissions": "conversionId"},
    addresses={
        "contacts": (
            "properties.email",
            "properties.hs_additional_emails",
            "propertiesWithHistory.email[].value",
        )
    },
    merged={"contacts": ("properties.hs_merged_object_ids",)},
    # A submission has no contact's id: it belongs to whoever has its address.
    sent_with={"form_submissions": ("values[].value",)},
    texts={
        "calls": ("properties.hs_call_title", "properties.hs_call_body"),
        "emails": ("properties.hs_email_subject",),
        "meetings": ("properties.hs_meeting_title",),
        "tasks": ("properties.hs_task_subject",),
        "notes": ("properties.hs_note_body",),
    },
    links=LinkPlaces("from.id", "to", "toObjectId"),
)
