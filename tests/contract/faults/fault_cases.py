"""What the fault matrix has to know of a CRM: where it is met, and how it words its refusals.

A CRM is added by one entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from spoiling_proxy import Spoil, reply


@dataclass(frozen=True)
class FaultCase:
    """One CRM.

    object: what is read, in several pages. path: of requests for its pages. over_rate: refusals
    that pass. daily: the refusal that lasts until the next day, and a word of what is said then.
    same_cursor: an answer that leads to the page that it is. next_elsewhere: an answer whose links,
    where it has any, lead to another host. empty_page: an answer without records that says that
    there are more, by its count from 1.
    """

    object: str
    path: str
    over_rate: tuple[Spoil, ...]
    daily: Spoil
    daily_words: str
    same_cursor: Callable[[bytes], bytes]
    next_elsewhere: Callable[[bytes, str], bytes]
    empty_page: Callable[[int], bytes]


def _hubspot_429(policy: str, *headers: str) -> Spoil:
    body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": policy}
    return reply(429, json.dumps(body).encode(), headers=headers)


def _hubspot_cursor(body: bytes) -> bytes:
    return re.sub(rb'"after": ?"[^"]*"', b'"after":"again"', body)


def _hubspot_link(body: bytes, host: str) -> bytes:
    return re.sub(rb'"link": ?"[^"]*"', f'"link":"{host}/stolen"'.encode(), body)


def _hubspot_empty(count: int) -> bytes:
    after = {"next": {"after": f"empty-{count}", "link": "https://api.hubapi.com/next"}}
    return json.dumps({"results": [], "paging": after}).encode()


def _pipedrive_429(*headers: str) -> Spoil:
    body = {"success": False, "error": "request over limit", "errorCode": 429}
    return reply(429, json.dumps(body).encode(), headers=headers)


def _pipedrive_cursor(body: bytes) -> bytes:
    return re.sub(rb'"next_cursor": ?"[^"]*"', b'"next_cursor":"again"', body)


def _pipedrive_empty(count: int) -> bytes:
    more = {"next_cursor": f"empty-{count}"}
    return json.dumps({"success": True, "data": [], "additional_data": more}).encode()


FAULT_CASES: dict[str, FaultCase] = {
    "hubspot": FaultCase(
        object="contacts",
        path=r"^/crm/objects/[^/]+/contacts\?",
        over_rate=(_hubspot_429("TEN_SECONDLY_ROLLING"), _hubspot_429("SECONDLY")),
        daily=_hubspot_429("DAILY"),
        daily_words="midnight",
        same_cursor=_hubspot_cursor,
        next_elsewhere=_hubspot_link,
        empty_page=_hubspot_empty,
    ),
    "pipedrive": FaultCase(
        object="deal_history",
        path=r"^/api/v2/deals\?",
        over_rate=(
            _pipedrive_429("x-ratelimit-reset: 0"),
            reply(403, b"<html>Sorry, you have been blocked</html>", "text/html"),
        ),
        daily=_pipedrive_429("x-daily-ratelimit-token-remaining: 0"),
        daily_words="midnight",
        same_cursor=_pipedrive_cursor,
        next_elsewhere=lambda body, _: body,
        empty_page=_pipedrive_empty,
    ),
}
