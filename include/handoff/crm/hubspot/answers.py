"""What an answer of HubSpot's API means: data, wait and ask again, or stop and say why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import httpx
import orjson

Meaning = Literal[
    "data", "retry", "ten_secondly", "secondly", "daily", "token", "forbidden", "refused"
]

# 423 locked, 477 migration under way, 52x of the CDN in front of the API.
_RETRY_STATUSES = {408, 423, 425, 477, 500, 502, 503, 504, 520, 521, 522, 523, 524}
_LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """One judged answer. problem: what to tell, without anything that the CRM's users wrote."""

    meaning: Meaning
    status: int
    body: Any = None
    problem: str = ""
    retry_after_seconds: float | None = None
    scopes: tuple[str, ...] = ()


def judge(response: httpx.Response, secret: str) -> Answer:
    """Judge an answer by status, content type and shape. secret: what is never told of it."""
    status, body = response.status_code, parse_json(response)
    if status in {200, 207}:
        return _judge_data(response, body, secret)
    error = body if isinstance(body, dict) else {}
    wait = _retry_after(response.headers.get("retry-after"))
    if status == 429:
        return Answer(
            _rate_limit(error), status, problem="429 too many requests", retry_after_seconds=wait
        )
    if status in _RETRY_STATUSES or (status >= 500 and status != 530):
        return Answer("retry", status, problem=f"status {status}", retry_after_seconds=wait)
    # 530 is how HubSpot's CDN answers a token that is cut short or has a stray character.
    if status in {401, 530}:
        return Answer("token", status, problem=_said(error, status, secret))
    if status == 403:
        return Answer(
            "forbidden", status, problem=_said(error, status, secret), scopes=_scopes(error, secret)
        )
    if 300 <= status < 400:
        return Answer("refused", status, problem=f"status {status}, a redirect to another address")
    return Answer("refused", status, problem=_said(error, status, secret))


def parse_json(response: httpx.Response) -> Any:
    """The body as JSON, or None.

    The second parser takes what the first, strict one does not: lone surrogates in a text.
    """
    try:
        return orjson.loads(response.content)
    except ValueError:
        pass
    try:
        return json.loads(response.content, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _judge_data(response: httpx.Response, body: Any, secret: str) -> Answer:
    content_type = response.headers.get("content-type", "").partition(";")[0].strip()
    if content_type.lower() != "application/json":
        found = _short(content_type, 60, secret) or "no content type"
        return Answer("retry", 200, problem=f"{found} instead of JSON")
    if not isinstance(body, dict):
        return Answer("retry", 200, problem="JSON that is broken or no object")
    if not isinstance(body.get("results"), list):
        return Answer("retry", 200, problem="JSON without results")
    return Answer("data", response.status_code, body=body)


def _rate_limit(error: dict[str, Any]) -> Meaning:
    policy = str(error.get("policyName") or "").upper()
    message = str(error.get("message") or "").lower()
    if "DAILY" in policy or (not policy and "daily limit" in message):
        return "daily"
    if policy == "SECONDLY" or (not policy and "secondly limit" in message):
        return "secondly"
    return "ten_secondly"


def _retry_after(text: str | None) -> float | None:
    """Seconds to wait. The unit is not settled: 1000 and more can only be milliseconds."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    if not value >= 0:
        return None
    return min(value / 1000 if value >= 1000 else value, _LONGEST_WAIT_SECONDS)


def _scopes(error: dict[str, Any], secret: str) -> tuple[str, ...]:
    contexts = [error.get("context")]
    if isinstance(error.get("errors"), list):
        contexts += [one.get("context") for one in error["errors"] if isinstance(one, dict)]
    named: list[str] = []
    for context in contexts:
        if isinstance(context, dict):
            for key in ("requiredGranularScopes", "requiredScopes"):
                given = context.get(key)
                named += (
                    [_short(scope, 60, secret) for scope in given[:5]]
                    if isinstance(given, list)
                    else []
                )
    return tuple(dict.fromkeys(named))


def _said(error: dict[str, Any], status: int, secret: str) -> str:
    category = _short(error.get("category"), 60, secret)
    message = _short(error.get("message"), 200, secret)
    return ": ".join(part for part in (f"status {status}", category, message) if part)


def _short(text: Any, longest: int, secret: str) -> str:
    return " ".join(str(text or "").replace(secret, "***").split())[:longest]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
