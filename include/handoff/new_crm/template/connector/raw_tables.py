"""The typed columns of Example CRM's records as they are loaded from the landing files.

A property that the playbook names needs a column here, or a map that holds it.
"""

from __future__ import annotations

# Whether a landed record says that it was archived, and when, by its typed columns.
IS_ARCHIVED = "coalesce(is_deleted, false)"
ARCHIVED_AT = (
    "case when is_deleted then try_cast(modified_at as timestamptz) at time zone 'UTC' end"
)

_PERSON = {
    "id": "VARCHAR",
    "owner_id": "VARCHAR",
    "email": "VARCHAR",
    "job_title": "VARCHAR",
    "created_at": "VARCHAR",
    "modified_at": "VARCHAR",
    "is_deleted": "BOOLEAN",
}

STREAMS: dict[str, dict[str, str]] = {
    "contacts": _PERSON,
    "leads": _PERSON,
    "owners": {"id": "VARCHAR", "email": "VARCHAR", "name": "VARCHAR"},
    "properties": {
        "objectType": "VARCHAR",
        "name": "VARCHAR",
        "label": "VARCHAR",
        "type": "VARCHAR",
        "is_custom": "BOOLEAN",
    },
}
