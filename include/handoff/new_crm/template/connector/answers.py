"""What an answer of Example CRM's API means: data, wait and ask again, or stop and say why."""

from __future__ import annotations

from handoff import clock
from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.retry_after import retry_after_seconds
from handoff.crm.http.vendor import Vendor

_RETRY_STATUSES = frozenset({408, 423, 425})


def judge(received: Received) -> Answer:
    """Judge an answer by status, content type and shape."""
    status = received.status
    if status in {200, 201}:
        return _judge_data(received)
    wait = retry_after_seconds(received.headers.get("retry-after"), clock.wall_now())
    said = _said(received)
    if status == 429 and "daily" in said:
        # Tell the limit of a day from that of seconds: the first must not be waited out.
        return Answer("daily", status, problem=said)
    if status == 429:
        return Answer("over_rate", status, problem=said, wait_seconds=wait, wait_step="secondly")
    if status in _RETRY_STATUSES or status >= 500:
        return Answer("retry", status, problem=f"status {status}", wait_seconds=wait)
    if status == 401:
        return Answer("token", status, problem=said)
    if status == 403:
        return Answer("forbidden", status, problem=said)
    return Answer("refused", status, problem=said)


VENDOR = Vendor(
    name="Example CRM",
    judge=judge,
    status_page="https://status.example_crm.example",
    credentials="host and password (the token)",
)


def _judge_data(received: Received) -> Answer:
    if received.content_type != "application/json":
        found = received.told(received.content_type, 60) or "no content type"
        return Answer("retry", received.status, problem=f"{found} instead of JSON")
    body = received.json
    if not isinstance(body, dict):
        return Answer("retry", received.status, problem="JSON that is broken or no object")
    return Answer("data", received.status, body=body, headers=received.headers)


def _said(received: Received) -> str:
    body = received.json
    told = received.told(body.get("error"), 200) if isinstance(body, dict) else ""
    return f"status {received.status}: {told}" if told else f"status {received.status}"
