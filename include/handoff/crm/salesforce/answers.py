"""What an answer of Salesforce's API means: data, wait and ask again, or stop and say why."""

from __future__ import annotations

from typing import Any

from handoff import clock
from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.retry_after import retry_after_seconds
from handoff.crm.http.vendor import Vendor

# Codes of a state of the server that passes, whatever the status beside them.
_PASSING = frozenset(
    {"SERVER_UNAVAILABLE", "UNABLE_TO_LOCK_ROW", "UNKNOWN_EXCEPTION", "INTERNAL_ERROR"}
)
# Codes that the readers act upon; some come with a status of 5xx.
_ACTED_UPON = frozenset({"QUERY_TIMEOUT", "OPERATION_TOO_LARGE", "QUERY_TOO_COMPLICATED"})
_TOKEN_CODES = frozenset({"INVALID_SESSION_ID", "INVALID_AUTH_HEADER"})


def judge(received: Received) -> Answer:
    """Judge an answer by its code, else by status, content type and shape."""
    status = received.status
    if status in {200, 201, 204}:
        return _judge_data(received)
    code, message = _error(received.json)
    code, said = received.told(code, 60), _said(received, code, message)
    wait = retry_after_seconds(received.headers.get("retry-after"), clock.wall_now())
    if code == "REQUEST_LIMIT_EXCEEDED":
        # The same code tells of calls a day, and of too many long ones at this moment.
        if "concurrent" in message.lower():
            return Answer("over_rate", status, None, said, wait)
        return Answer("daily", status, problem=said)
    if code in _ACTED_UPON:
        return Answer("refused", status, problem=said, code=code)
    if status == 429:
        return Answer("over_rate", status, None, said, wait)
    # Salesforce never says 400 without a code: what has none was cut short on its way.
    is_cut = status == 400 and not code
    if code in _PASSING or is_cut or status in {408, 420, 425} or status >= 500:
        return Answer("retry", status, problem=said, wait_seconds=wait)
    if status == 401 or code in _TOKEN_CODES:
        return Answer("token", status, problem=said, code=code)
    if 300 <= status < 400:
        return Answer("refused", status, problem=f"status {status}, a redirect to another address")
    return Answer("refused", status, problem=said, code=code)


SALESFORCE = Vendor(
    name="Salesforce",
    judge=judge,
    status_page="https://status.salesforce.com",
    credentials='host, and password or the "flow" of the extra,',
    permission="permission",
    daily_limit_ends="it counts the last 24 hours, so calls come free as older ones pass",
)


def _judge_data(received: Received) -> Answer:
    if received.status == 204:
        return Answer("data", 204, headers=received.headers)
    if received.content_type != "application/json":
        found = received.told(received.content_type, 60) or "no content type"
        return Answer("retry", received.status, problem=f"{found} instead of JSON")
    body = received.json
    if not isinstance(body, dict):
        return Answer("retry", received.status, problem="JSON that is broken or no object")
    if "totalSize" in body and not isinstance(body.get("records"), list):
        return Answer("retry", received.status, problem="JSON of a query without records")
    return Answer("data", received.status, body=body, headers=received.headers)


def _error(body: Any) -> tuple[str, str]:
    """Code and message: of the first of a list of errors, or of an OAuth error."""
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return "", ""
    code = first.get("errorCode") or first.get("error") or ""
    return str(code), str(first.get("message") or first.get("error_description") or "")


def _said(received: Received, code: str, message: str) -> str:
    """At most, a message of Salesforce's holds a part of the query: names of ours."""
    parts = (f"status {received.status}", code, received.told(message, 200))
    return ": ".join(part for part in parts if part)
