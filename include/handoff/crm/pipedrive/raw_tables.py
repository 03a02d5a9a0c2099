"""The typed columns of Pipedrive's records as they are loaded from the landing files.

Ids are numbers in the API and text here, as of every CRM. Custom fields hold text, numbers or
objects: each is kept as text.
"""

from __future__ import annotations


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "VARCHAR")


_RECORD = {
    **_texts("id", "owner_id", "add_time", "update_time"),
    "is_deleted": "BOOLEAN",
    "label_ids": "VARCHAR[]",
    "custom_fields": "MAP(VARCHAR, VARCHAR)",
}
_CHANGE = (
    'STRUCT("field_key" VARCHAR, "old_value" VARCHAR, "new_value" VARCHAR,'
    ' "actor_user_id" VARCHAR, "time" VARCHAR, "change_source" VARCHAR,'
    ' "is_bulk_update_flag" BOOLEAN)[]'
)

# Whether a landed record says that it was archived, by its typed columns.
IS_ARCHIVED = "coalesce(is_deleted, false)"
ARCHIVED_AT = (
    "case when is_deleted then try_cast(update_time as timestamptz) at time zone 'UTC' end"
)

# Where a definition of a field tells its name and type.
PROPERTY_KEYS = ("field_code", "field_type")

STREAMS: dict[str, dict[str, str]] = {
    "contacts": {
        **_RECORD,
        **_texts("org_id", "job_title"),
        "emails": 'STRUCT("value" VARCHAR, "primary" BOOLEAN, "label" VARCHAR)[]',
    },
    "companies": {
        **_RECORD,
        **_texts("name", "website", "industry", "annual_revenue", "employee_count"),
        "address": 'STRUCT("country" VARCHAR)',
    },
    "leads": {
        **_RECORD,
        **_texts("person_id", "organization_id", "source_name", "origin", "channel", "channel_id"),
        "is_archived": "BOOLEAN",
        "value": 'STRUCT("amount" VARCHAR, "currency" VARCHAR)',
    },
    "deals": {
        **_RECORD,
        **_texts("creator_user_id", "person_id", "org_id", "pipeline_id", "stage_id", "status"),
        **_texts("value", "currency", "lost_reason", "stage_change_time", "close_time"),
        **_texts("won_time", "lost_time", "expected_close_date", "origin", "channel"),
        **_texts("channel_id", "source_lead_id"),
        "is_archived": "BOOLEAN",
    },
    "deal_history": {"id": "VARCHAR", "changes": _CHANGE},
    "activities": {
        **_RECORD,
        **_texts("creator_user_id", "type", "subject", "deal_id", "lead_id", "person_id"),
        **_texts("org_id", "due_date", "due_time", "duration", "marked_as_done_time"),
        "done": "BOOLEAN",
    },
    "owners": {
        **_texts("id", "name", "email", "role_id", "timezone_name"),
        "active_flag": "BOOLEAN",
        "is_deleted": "BOOLEAN",
    },
    "pipelines": {
        **_texts("id", "name", "add_time", "update_time"),
        "order_nr": "BIGINT",
        "is_deleted": "BOOLEAN",
    },
    "stages": {
        **_texts("id", "name", "pipeline_id", "add_time", "update_time"),
        "order_nr": "BIGINT",
        "deal_probability": "DOUBLE",
        "is_deleted": "BOOLEAN",
    },
    "properties": {
        **_texts("objectType", "field_code", "field_name", "field_type"),
        "is_custom_field": "BOOLEAN",
        "options": 'STRUCT("id" VARCHAR, "label" VARCHAR)[]',
    },
}
