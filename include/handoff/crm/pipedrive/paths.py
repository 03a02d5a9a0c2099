"""Every path of Pipedrive's API.

Version 2 has the records and their fields; users, leads and the changelog of a deal are still in
version 1 (Pipedrive's pages "API v2 overview" and "Deprecation of selected API v1 endpoints").
"""

from __future__ import annotations

from urllib.parse import quote

API_VERSION = "v2"

_PATHS = {
    "persons": "/api/v2/persons",
    "organizations": "/api/v2/organizations",
    "deals": "/api/v2/deals",
    "archived_deals": "/api/v2/deals/archived",
    "activities": "/api/v2/activities",
    "pipelines": "/api/v2/pipelines",
    "stages": "/api/v2/stages",
    "deal_fields": "/api/v2/dealFields",
    "person_fields": "/api/v2/personFields",
    "organization_fields": "/api/v2/organizationFields",
    "activity_fields": "/api/v2/activityFields",
    "leads": "/api/v1/leads",
    "archived_leads": "/api/v1/leads/archived",
    "users": "/api/v1/users",
    "own_user": "/api/v1/users/me",
    "deal_changelog": "/api/v1/deals/{id}/changelog",
}


def build_path(endpoint: str, **names: str) -> str:
    """The path of an endpoint, such as ``build_path("deal_changelog", id="7")``."""
    return _PATHS[endpoint].format(**{name: quote(value, safe="") for name, value in names.items()})


def record_path(endpoint: str, id_: str) -> str:
    """The path of one record of a list."""
    return f"{_PATHS[endpoint]}/{quote(id_, safe='')}"
