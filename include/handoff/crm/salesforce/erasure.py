"""Where Salesforce's landing files hold something of a person."""

from __future__ import annotations

from handoff.crm.erasure_rules import ErasureRules

RULES = ErasureRules(
    addresses={"leads": ("fields.Email",), "contacts": ("fields.Email",)},
    goes_with={
        "lead_history": (("leads", "fields.LeadId"),),
        "campaign_members": (("leads", "fields.LeadId"), ("contacts", "fields.ContactId")),
        "campaign_influences": (("contacts", "fields.ContactId"),),
        "deal_contact_roles": (("contacts", "fields.ContactId"),),
    },
    mentions={
        "tasks": (("leads", "fields.WhoId"), ("contacts", "fields.WhoId")),
        "meetings": (("leads", "fields.WhoId"), ("contacts", "fields.WhoId")),
    },
    texts={
        "tasks": ("fields.Subject", "fields.Description"),
        "meetings": ("fields.Subject", "fields.Description"),
    },
)
