"""Where Pipedrive's landing files hold something of a person."""

from __future__ import annotations

from handoff.crm.erasure_rules import ErasureRules

RULES = ErasureRules(
    # `email` in the records of version 1.
    addresses={"contacts": ("emails[].value", "email[].value")},
    goes_with={"leads": (("contacts", "person_id"),)},
    # Titles are made of the person's name, unless somebody writes another.
    mentions={
        "deals": (("contacts", "person_id"),),
        "activities": (
            ("contacts", "person_id"),
            ("contacts", "participants[].person_id"),
            ("leads", "lead_id"),
        ),
    },
    texts={
        "deals": ("title",),
        "activities": ("subject", "note", "public_description"),
    },
)
