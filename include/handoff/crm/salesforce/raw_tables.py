"""The typed columns of Salesforce's records as they are loaded from the landing files."""

from __future__ import annotations

# The shape that all sObjects share. Field values are text, whatever their type: `true`, `1200.0`,
# `2026-01-05T06:00:00.000Z`; a field without a value is absent.
RECORD = {"id": "VARCHAR", "fields": "MAP(VARCHAR, VARCHAR)"}

STREAMS: dict[str, dict[str, str]] = {
    **dict.fromkeys(
        (
            "owners",
            "campaigns",
            "companies",
            "leads",
            "lead_history",
            "contacts",
            "deals",
            "deal_history",
            "deal_field_history",
            "deal_contact_roles",
            "campaign_members",
            "campaign_influences",
            "tasks",
            "meetings",
        ),
        RECORD,
    ),
    "properties": {
        "objectType": "VARCHAR",
        "sobject": "VARCHAR",
        "name": "VARCHAR",
        "label": "VARCHAR",
        "type": "VARCHAR",
        "length": "BIGINT",
        "calculated": "BOOLEAN",
        "nillable": "BOOLEAN",
        "custom": "BOOLEAN",
        "picklistValues": "STRUCT(value VARCHAR, label VARCHAR, active BOOLEAN)[]",
    },
}
