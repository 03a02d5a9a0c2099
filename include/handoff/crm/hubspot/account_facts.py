"""What a HubSpot account says of itself: which one it is, what the token may, what is left."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from handoff.crm.http.vendor import Target
from handoff.crm.hubspot.client import HubSpotClient
from handoff.crm.hubspot.objects import OBJECTS
from handoff.crm.hubspot.paths import build_path, support_ends_on
from handoff.crm.protocol import AccountFacts
from handoff.errors import CrmError

_TARGET = Target("account", "oauth")
_log = logging.getLogger(__name__)


def read_account(client: HubSpotClient, version: str, extra: Mapping[str, Any]) -> AccountFacts:
    """The account's own words. extra: that of the connection, for the keys of OAuth.

    Raises CrmError when the token is no good; scopes that cannot be asked for stay unknown.
    """
    details = client.ask("GET", build_path(version, "account"), _TARGET)
    date = details.headers.get("date")
    scopes = _scopes(client, version, extra)
    return AccountFacts(
        account_id=str(details.body["portalId"]),
        label=str(details.body.get("timeZone") or "") or None,
        scopes=scopes,
        needed_scopes=frozenset(one.scope for one in OBJECTS.values() if not one.is_optional),
        optional_scopes=frozenset(one.scope for one in OBJECTS.values() if one.is_optional),
        api_version=version,
        support_ends_on=support_ends_on(version),
        limits=_daily_limit(details.headers),
        answered_at=parsedate_to_datetime(date) if date else None,
    )


def _scopes(client: HubSpotClient, version: str, extra: Mapping[str, Any]) -> frozenset[str] | None:
    """What the token was granted, by the endpoint for its kind. The token travels in the body.

    A service key may be unknown to the endpoint of private apps (page "Private apps"): None then.
    """
    keys = {key: extra[key] for key in ("client_id", "client_secret") if extra.get(key)}
    try:
        if keys:
            form = {**keys, "token": client.bearer(), "token_type_hint": "access_token"}
            answer = client.ask("POST", build_path(version, "introspect"), _TARGET, data=form)
        else:
            key = {"tokenKey": client.bearer()}
            answer = client.ask("POST", build_path(version, "private_app"), _TARGET, json=key)
    except CrmError as error:
        _log.info("HubSpot does not tell the token's scopes: %s", error.message)
        return None
    told = answer.body.get("scopes") or answer.body.get("scope")
    names = told.split() if isinstance(told, str) else told
    return frozenset(map(str, names)) if isinstance(names, list) else None


def _daily_limit(headers: httpx.Headers) -> tuple[tuple[str, int, int], ...]:
    """Calls of the day, which answers to OAuth apps do not tell (page "Usage guidelines")."""
    try:
        allowed = int(headers["x-hubspot-ratelimit-daily"])
        remaining = int(headers["x-hubspot-ratelimit-daily-remaining"])
    except (KeyError, ValueError):
        return ()
    return (("calls of the day", max(0, allowed - remaining), allowed),)
