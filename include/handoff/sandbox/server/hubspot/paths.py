"""The paths HubSpot answers at: the dated family and the numbered ones, read into one form."""

from __future__ import annotations

import re

DATED_VERSIONS = ("2026-03", "2026-09")

# (family, pattern). Each has the groups `area`, `version` and `rest`. In the dated family the
# version follows the area (`/crm/objects/2026-09/contacts`); in the numbered one it stands before
# it (`/crm/v3/objects/contacts`). Forms have no dated general release; submissions exist only as
# v1 (migration guide of the numbered versions).
_DATED = re.compile(
    rf"^/(?P<area>crm/(?:objects|owners|pipelines|properties|associations)|marketing/campaigns"
    rf"|account-info)/(?P<version>{'|'.join(DATED_VERSIONS)})(?P<rest>/.*)?$"
)
_FORMS_BETA = re.compile(r"^/(?P<area>marketing/forms)/(?P<version>2026-09-beta)(?P<rest>/.*)?$")
_V3 = re.compile(
    r"^/(?P<top>crm|marketing)/(?P<version>v3)"
    r"/(?P<area>objects|owners|pipelines|properties|associations|campaigns|forms)(?P<rest>/.*)?$"
)
_V4 = re.compile(
    r"^/(?P<top>crm)/(?P<version>v4)/(?P<area>associations|objects(?=/[^/]+/[^/]+/associations/))"
    r"(?P<rest>/.*)?$"
)
_ACCOUNT = re.compile(r"^/(?P<area>account-info)/(?P<version>v3)(?P<rest>/.*)?$")
_SUBMISSIONS = re.compile(r"^/(?P<area>form-integrations)/(?P<version>v1)(?P<rest>/.*)$")

_TOKEN = re.compile(
    rf"^/(?P<area>oauth)/(?P<version>v2|{'|'.join(DATED_VERSIONS)})"
    r"(?P<rest>/(?:private-apps/get/access-token-info|token/introspect))$"
)

_PATTERNS = (_DATED, _V3, _V4, _FORMS_BETA, _SUBMISSIONS, _ACCOUNT, _TOKEN)


def canonical_path(path: str) -> tuple[str, str] | None:
    """The version a path asks for and the path without it, or None when HubSpot has no such one.

    ``/crm/v3/objects/contacts`` and ``/crm/objects/2026-09/contacts`` both become
    ``/crm/objects/contacts``.
    """
    for pattern in _PATTERNS:
        found = pattern.match(path)
        if found:
            parts = found.groupdict()
            area = f"{parts['top']}/{parts['area']}" if parts.get("top") else parts["area"]
            rest = (parts["rest"] or "").rstrip("/")
            return parts["version"], f"/{area}{rest}"
    return None
