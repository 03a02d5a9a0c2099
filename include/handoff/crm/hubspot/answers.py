"""What an answer of HubSpot's API means: data, wait and ask again, or stop and say why."""

from __future__ import annotations

from typing import Any

import httpx

from handoff import clock
from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.limiter import Allowance
from handoff.crm.http.retry_after import retry_after_seconds
from handoff.crm.http.vendor import Vendor

# 423 locked, 477 migration under way, 52x of the CDN in front of the API.
# By which the few answers that are no list are known: of the account, and of its token.
_ACCOUNT_KEYS = frozenset({"portalId", "hubId", "hub_id"})
_RETRY_STATUSES = {408, 423, 425, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524}


def judge(received: Received) -> Answer:
    """Judge an answer by status, content type and shape."""
    status, body = received.status, received.json
    if status in {200, 207}:
        return _judge_data(received, body)
    error = body if isinstance(body, dict) else {}
    wait = retry_after_seconds(received.headers.get("retry-after"), clock.wall_now())
    if status == 429:
        return _rate_limit(error, wait)
    if status in _RETRY_STATUSES or (status >= 500 and status != 530):
        return Answer("retry", status, problem=f"status {status}", wait_seconds=wait)
    # 530 is how HubSpot's CDN answers a token that is cut short or has a stray character.
    if status in {401, 530}:
        return Answer("token", status, problem=_said(error, received))
    if status == 403:
        return Answer(
            "forbidden", status, problem=_said(error, received), scopes=_scopes(error, received)
        )
    if 300 <= status < 400:
        return Answer("refused", status, problem=f"status {status}, a redirect to another address")
    category = received.told(error.get("category"), 60)
    return Answer("refused", status, problem=_said(error, received), code=category)


def allowance(headers: httpx.Headers) -> Allowance | None:
    """The rate that an answer tells. Answers to searches carry none (page "Usage guidelines")."""
    try:
        return Allowance(
            requests=int(headers["x-hubspot-ratelimit-max"]),
            seconds=int(headers["x-hubspot-ratelimit-interval-milliseconds"]) / 1000,
            remaining=int(headers["x-hubspot-ratelimit-remaining"]),
        )
    except (KeyError, ValueError):
        return None


HUBSPOT = Vendor(
    name="HubSpot",
    judge=judge,
    status_page="https://status.hubspot.com",
    allowance=allowance,
)


def _judge_data(received: Received, body: Any) -> Answer:
    if received.content_type != "application/json":
        found = received.told(received.content_type, 60) or "no content type"
        return Answer("retry", 200, problem=f"{found} instead of JSON")
    if not isinstance(body, dict):
        return Answer("retry", 200, problem="JSON that is broken or no object")
    if not isinstance(body.get("results"), list) and not _ACCOUNT_KEYS & body.keys():
        return Answer("retry", 200, problem="JSON without results")
    return Answer("data", received.status, body=body, headers=received.headers)


def _rate_limit(error: dict[str, Any], wait: float | None) -> Answer:
    problem = "429 too many requests"
    policy = str(error.get("policyName") or "").upper()
    message = str(error.get("message") or "").lower()
    if "DAILY" in policy or (not policy and "daily limit" in message):
        return Answer("daily", 429, problem=problem)
    if policy == "SECONDLY" or (not policy and "secondly limit" in message):
        # Only searches have a limit a second.
        return Answer("over_rate", 429, None, problem, wait, "secondly", lane="searches")
    return Answer("over_rate", 429, None, problem, wait, "ten_secondly")


def _scopes(error: dict[str, Any], received: Received) -> tuple[str, ...]:
    contexts = [error.get("context")]
    if isinstance(error.get("errors"), list):
        contexts += [one.get("context") for one in error["errors"] if isinstance(one, dict)]
    named: list[str] = []
    for context in contexts:
        if isinstance(context, dict):
            for key in ("requiredGranularScopes", "requiredScopes"):
                given = context.get(key)
                named += (
                    [received.told(scope, 60) for scope in given[:5]]
                    if isinstance(given, list)
                    else []
                )
    return tuple(dict.fromkeys(named))


def _said(error: dict[str, Any], received: Received) -> str:
    category = received.told(error.get("category"), 60)
    message = received.told(error.get("message"), 200)
    return ": ".join(part for part in (f"status {received.status}", category, message) if part)
