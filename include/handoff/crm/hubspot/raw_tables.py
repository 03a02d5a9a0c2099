"""The typed columns of HubSpot's records as they are loaded from the landing files."""

from __future__ import annotations

_HISTORY = (
    'STRUCT("value" VARCHAR, "timestamp" VARCHAR, "sourceType" VARCHAR, "sourceId" VARCHAR,'
    ' "sourceLabel" VARCHAR, "updatedByUserId" BIGINT)[]'
)

# The shape that every CRM object shares. Property values are strings, whatever their type.
CRM_OBJECT = {
    "id": "VARCHAR",
    "properties": "MAP(VARCHAR, VARCHAR)",
    "propertiesWithHistory": f"MAP(VARCHAR, {_HISTORY})",
    "createdAt": "VARCHAR",
    "updatedAt": "VARCHAR",
    "archived": "BOOLEAN",
    "archivedAt": "VARCHAR",
}

ASSOCIATION = {
    "from": "STRUCT(id VARCHAR)",
    "to": (
        'STRUCT("toObjectId" BIGINT,'
        ' "associationTypes" STRUCT(category VARCHAR, "typeId" BIGINT, label VARCHAR)[])[]'
    ),
}

# Whether a landed record says that it was archived, and when (UTC), by its typed columns.
IS_ARCHIVED = "coalesce(archived, false)"
ARCHIVED_AT = """try_cast("archivedAt" as timestamptz) at time zone 'UTC'"""

STREAMS: dict[str, dict[str, str]] = {
    **dict.fromkeys(
        (
            "contacts",
            "companies",
            "deals",
            "leads",
            "calls",
            "emails",
            "meetings",
            "tasks",
            "notes",
        ),
        CRM_OBJECT,
    ),
    "owners": {
        "id": "VARCHAR",
        "email": "VARCHAR",
        "type": "VARCHAR",
        "firstName": "VARCHAR",
        "lastName": "VARCHAR",
        "userId": "BIGINT",
        "userIdIncludingInactive": "BIGINT",
        "createdAt": "VARCHAR",
        "updatedAt": "VARCHAR",
        "archived": "BOOLEAN",
        "teams": 'STRUCT(id VARCHAR, name VARCHAR, "primary" BOOLEAN)[]',
    },
    "campaigns": {
        "id": "VARCHAR",
        "properties": "MAP(VARCHAR, VARCHAR)",
        "createdAt": "VARCHAR",
        "updatedAt": "VARCHAR",
    },
    "forms": {
        "id": "VARCHAR",
        "name": "VARCHAR",
        "formType": "VARCHAR",
        "createdAt": "VARCHAR",
        "updatedAt": "VARCHAR",
        "archived": "BOOLEAN",
    },
    "form_submissions": {
        "conversionId": "VARCHAR",
        "submittedAt": "BIGINT",
        "values": 'STRUCT("name" VARCHAR, "value" VARCHAR, "objectTypeId" VARCHAR)[]',
        "pageUrl": "VARCHAR",
        "formGuid": "VARCHAR",
    },
    "pipelines": {
        "objectType": "VARCHAR",
        "id": "VARCHAR",
        "label": "VARCHAR",
        "displayOrder": "BIGINT",
        "archived": "BOOLEAN",
        "stages": (
            'STRUCT(id VARCHAR, label VARCHAR, "displayOrder" BIGINT, archived BOOLEAN,'
            " metadata MAP(VARCHAR, VARCHAR))[]"
        ),
    },
    "properties": {
        "objectType": "VARCHAR",
        "name": "VARCHAR",
        "label": "VARCHAR",
        "type": "VARCHAR",
        "fieldType": "VARCHAR",
        "archived": "BOOLEAN",
        "calculated": "BOOLEAN",
        "hubspotDefined": "BOOLEAN",
        "hidden": "BOOLEAN",
        "options": "STRUCT(label VARCHAR, value VARCHAR, hidden BOOLEAN)[]",
    },
}

# Streams that hold links between two objects, such as ``deals_to_contacts``.
ASSOCIATIONS_TABLE = "associations"
