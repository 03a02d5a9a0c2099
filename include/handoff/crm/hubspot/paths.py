"""Every path of HubSpot's API, from one version setting.

Dated versions (``2026-09``) put the version after the family, numbered ones before it. Forms have
no dated version out of beta, and submissions exist in v1 alone (HubSpot's OpenAPI collection).
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

from handoff.errors import SettingsError

DEFAULT_VERSION = "2026-09"

_DATED = {
    "list": "/crm/objects/{version}/{type}",
    "search": "/crm/objects/{version}/{type}/search",
    "batch_read": "/crm/objects/{version}/{type}/batch/read",
    "associations": "/crm/associations/{version}/{from_type}/{to_type}/batch/read",
    "owners": "/crm/owners/{version}",
    "pipelines": "/crm/pipelines/{version}/{type}",
    "properties": "/crm/properties/{version}/{type}",
    "campaigns": "/marketing/campaigns/{version}",
    "token": "/oauth/{version}/token",
    "introspect": "/oauth/{version}/token/introspect",
    "account": "/account-info/{version}/details",
}
# Version 4 exists for associations only, and only it gives their labels; all else is version 3.
_NUMBERED = {
    "list": "/crm/v3/objects/{type}",
    "search": "/crm/v3/objects/{type}/search",
    "batch_read": "/crm/v3/objects/{type}/batch/read",
    "associations": "/crm/v4/associations/{from_type}/{to_type}/batch/read",
    "owners": "/crm/v3/owners",
    "pipelines": "/crm/v3/pipelines/{type}",
    "properties": "/crm/v3/properties/{type}",
    "campaigns": "/marketing/v3/campaigns",
    "token": "/oauth/v1/token",
    # Version 1 would have the token in the path; what it tells is the same.
    "introspect": f"/oauth/{DEFAULT_VERSION}/token/introspect",
    "account": "/account-info/v3/details",
}
_WITHOUT_DATE = {
    "forms": "/marketing/v3/forms",
    "private_app": "/oauth/v2/private-apps/get/access-token-info",
    "submissions": "/form-integrations/v1/submissions/forms/{form_id}",
}


def check_version(version: str) -> str:
    """The version as given. Raises SettingsError when HubSpot has no version of such a name."""
    if version in {"v3", "v4"} or re.fullmatch(r"20\d\d-(03|09)(-beta)?", version):
        return version
    raise SettingsError(
        f"HubSpot has no API version {version!r}",
        fix=f'set "api_version" in the connection\'s extra to "{DEFAULT_VERSION}", or leave it out',
    )


def support_ends_on(version: str) -> date:
    """The first day without support (HubSpot's page on API versioning).

    Dated versions are supported for 18 months after their month, version 4 until 30 March 2027,
    version 3 until September of that year.
    """
    if version in {"v3", "v4"}:
        return date(2027, 3, 30) if version == "v4" else date(2027, 9, 1)
    year, month = map(int, version.removesuffix("-beta").split("-"))
    return date(year + 1, 9, 1) if month == 3 else date(year + 2, 3, 1)


def build_path(version: str, endpoint: str, **names: str) -> str:
    """The path of an endpoint, such as ``build_path("2026-09", "list", type="contacts")``."""
    family = _WITHOUT_DATE if endpoint in _WITHOUT_DATE else _dated_or_numbered(version)
    quoted = {name: quote(value, safe="") for name, value in names.items()}
    return family[endpoint].format(version=version, **quoted)


def _dated_or_numbered(version: str) -> dict[str, str]:
    return _NUMBERED if version in {"v3", "v4"} else _DATED
