"""The scopes that reading needs, by path."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from handoff.sandbox.server.hubspot.object_types import OBJECT_TYPES, object_name
from handoff.sandbox.server.options import SandboxOptions

_BY_AREA = {
    "/crm/owners": "crm.objects.owners.read",
    "/marketing/campaigns": "marketing.campaigns.read",
    "/marketing/forms": "forms",
    "/form-integrations": "forms",
}
_OBJECT_OF_SCOPE = {
    "crm.objects.owners.read": "owners",
    "marketing.campaigns.read": "campaigns",
}


def scopes_of(path: str) -> dict[str, str]:
    """The scopes that a path (without version) needs, each with the object it is for."""
    for area, scope in _BY_AREA.items():
        if path.startswith(area):
            return {scope: _OBJECT_OF_SCOPE.get(scope, path.rsplit("/", 1)[-1])}
    parts = path.split("/")
    if len(parts) < 4 or parts[1] != "crm":
        return {}
    needed: dict[str, str] = {}
    for part in parts[3 : 5 if parts[2] == "associations" else 4]:
        name = object_name(part)
        if name and parts[2] == "properties":
            needed[f"crm.schemas.{name}.read"] = f"{name} properties"
        elif name:
            needed[OBJECT_TYPES[name].scope] = name
    return needed


def missing_scope(path: str, missing: Collection[str]) -> str | None:
    """The scope that a path needs and that was not granted (named by scope or by object)."""
    if not missing:
        return None
    for scope, name in scopes_of(path).items():
        is_form = scope == "forms" and ("forms" in missing)
        if scope in missing or name in missing or is_form:
            return scope
    return None


def granted_scopes(options: SandboxOptions) -> list[str]:
    """What the token was granted: all that reading needs, and `extra_scopes` of the options."""
    paths = [f"/crm/{area}/{name}" for area in ("objects", "properties") for name in OBJECT_TYPES]
    needed = {scope for path in (*paths, *_BY_AREA) for scope in scopes_of(path)}
    missing = {missing_scope(path, options.missing_scopes) for path in (*paths, *_BY_AREA)}
    return sorted(
        {*(needed - missing), *options.for_crm.get("hubspot", {}).get("extra_scopes", ())}
    )


def missing_scope_details(scope: str) -> dict[str, Any]:
    """What a 403 says besides its message."""
    return {
        "errors": [
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": [scope]},
            }
        ],
        "links": {"scopes": "https://developers.hubspot.com/scopes"},
    }
