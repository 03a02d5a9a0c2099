"""What an answer of Pipedrive's API means, and the limits that its headers tell.

A company has a budget of tokens a day, and a token a burst of requests in two seconds. Both are
refused with 429; the header of the day's remaining tokens tells them apart (Pipedrive's page "Rate
limiting", and its staff in the community for the names of the headers, which may be missing).
"""

from __future__ import annotations

from datetime import datetime

import httpx

from handoff import clock
from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.limiter import Allowance
from handoff.crm.http.retry_after import LONGEST_WAIT_SECONDS, retry_after_seconds
from handoff.crm.http.vendor import Vendor

BURST_SECONDS = 2.0
DAILY_LIMIT = "x-daily-ratelimit-token-limit"
DAILY_REMAINING = "x-daily-ratelimit-token-remaining"
_RETRY_STATUSES = frozenset({408, 423, 425})


def judge(received: Received) -> Answer:
    """Judge an answer by status, content type and shape."""
    status, headers = received.status, received.headers
    if status in {200, 201}:
        return _judge_data(received)
    wait = _asked_wait(headers, clock.wall_now())
    if status == 429:
        return _judge_over_rate(received, wait)
    if status in _RETRY_STATUSES or status >= 500:
        return Answer("retry", status, problem=f"status {status}", wait_seconds=wait)
    if status == 401:
        return Answer("token", status, problem=_said(received))
    if status == 403:
        if received.content_type != "application/json":
            # What the edge answers for a while to those who went on asking after a 429.
            return Answer(
                "over_rate", status, problem="a block for too many requests", wait_seconds=wait,
                wait_step="ten_secondly",
            )  # fmt: skip
        return Answer("forbidden", status, problem=_said(received))
    if 300 <= status < 400:
        return Answer("refused", status, problem=f"status {status}, a redirect to another address")
    return Answer("refused", status, problem=_said(received))


def allowance(headers: httpx.Headers) -> Allowance | None:
    """The burst that a token may make, from the headers of an answer."""
    requests = _whole(headers.get("x-ratelimit-limit"))
    if not requests:
        return None
    return Allowance(requests, BURST_SECONDS, _whole(headers.get("x-ratelimit-remaining")))


def daily_budget(headers: httpx.Headers) -> tuple[int, int] | None:
    """The day's tokens used and allowed, where the answer tells them."""
    allowed, remaining = _whole(headers.get(DAILY_LIMIT)), _whole(headers.get(DAILY_REMAINING))
    if not allowed or remaining is None:
        return None
    return max(0, allowed - remaining), allowed


VENDOR = Vendor(
    name="Pipedrive",
    judge=judge,
    status_page="https://status.pipedrive.com",
    credentials="host and password (the API token)",
    permission="permission",
    daily_limit_ends="it starts anew at midnight of Pipedrive's server",
    allowance=allowance,
)


def _judge_data(received: Received) -> Answer:
    if received.content_type != "application/json":
        found = received.told(received.content_type, 60) or "no content type"
        return Answer("retry", received.status, problem=f"{found} instead of JSON")
    body = received.json
    if not isinstance(body, dict):
        return Answer("retry", received.status, problem="JSON that is broken or no object")
    if "data" not in body:
        return Answer("retry", received.status, problem="JSON without data")
    if body.get("success") is False:
        return Answer("refused", received.status, problem=_said(received))
    return Answer("data", received.status, body=body, headers=received.headers)


def _judge_over_rate(received: Received, wait: float | None) -> Answer:
    body = received.json
    told = str(body.get("error") or "").lower() if isinstance(body, dict) else ""
    if _whole(received.headers.get(DAILY_REMAINING)) == 0 or "daily" in told:
        return Answer("daily", 429, problem="429, the day's tokens are used up")
    return Answer(
        "over_rate", 429, problem="429 too many requests", wait_seconds=wait, wait_step="secondly"
    )


def _asked_wait(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds by Retry-After, else by the header that says when the burst's window ends."""
    asked = retry_after_seconds(headers.get("retry-after"), now)
    reset = _whole(headers.get("x-ratelimit-reset"))
    if asked is None and reset is not None:
        return min(float(reset), LONGEST_WAIT_SECONDS)
    return asked


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _said(received: Received) -> str:
    body = received.json
    error = body.get("error") if isinstance(body, dict) else None
    told = received.told(error if isinstance(error, str) else "", 200)
    return f"status {received.status}: {told}" if told else f"status {received.status}"
