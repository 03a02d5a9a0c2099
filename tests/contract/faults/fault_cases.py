"""What the fault matrix has to know of a CRM: where it is met, and how it words its refusals.

A CRM is added by one entry; one with two ways of reading has two, such as ``salesforce jobs``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from spoiling_proxy import Spoil, reply


@dataclass(frozen=True)
class FaultCase:
    """One CRM.

    object: what is read, in several pages. path: of requests for its pages. over_rate: refusals
    that pass. daily: the refusal that lasts until the next day, and a word of what is said then.
    same_cursor: an answer that leads to the page that it is. next_elsewhere: an answer whose links,
    where it has any, lead to another host. empty_page: an answer without records that says that
    there are more, by its count from 1; each None where the CRM has no such thing. patches: what
    makes the pages small. immune: faults of a kind that its answers cannot have.
    """

    object: str
    path: str
    over_rate: tuple[Spoil, ...]
    daily: Spoil
    daily_words: str
    same_cursor: Callable[[bytes], bytes] | None
    next_elsewhere: Callable[[bytes, str], bytes] | None
    empty_page: Callable[[int], bytes] | None
    patches: tuple[tuple[str, Any], ...] = ()
    immune: frozenset[str] = frozenset()


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


def _salesforce_refusal(status: int, code: str, message: str = "") -> Spoil:
    return reply(status, json.dumps([{"errorCode": code, "message": message}]).encode())


def _salesforce_cursor(body: bytes) -> bytes:
    return re.sub(rb'(/query/\w+)-\d+"', rb'\1-50"', body)


def _salesforce_link(body: bytes, host: str) -> bytes:
    return body.replace(b'"nextRecordsUrl":"', f'"nextRecordsUrl":"{host}'.encode())


def _salesforce_empty(count: int) -> bytes:
    following = f"/services/data/v67.0/query/01g000000000001AAA-{count}"
    page = {"totalSize": 9, "done": False, "nextRecordsUrl": following, "records": []}
    return json.dumps(page).encode()


_SALESFORCE_OVER_RATE = (
    _salesforce_refusal(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."),
    _salesforce_refusal(400, "UNABLE_TO_LOCK_ROW"),
)
_SALESFORCE_DAILY = _salesforce_refusal(
    403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."
)

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
        next_elsewhere=None,
        empty_page=_pipedrive_empty,
    ),
    "salesforce": FaultCase(
        object="leads",
        path=r"^/services/data/[^/]+/(queryAll\?q=SELECT\+Id|query/)",
        over_rate=_SALESFORCE_OVER_RATE,
        daily=_SALESFORCE_DAILY,
        daily_words="24 hours",
        same_cursor=_salesforce_cursor,
        next_elsewhere=_salesforce_link,
        empty_page=_salesforce_empty,
        # The sandbox's own pages, of 50 records, instead of the largest that there are.
        patches=(("handoff.crm.salesforce.api._PAGE_OPTIONS", {}),),
    ),
    "salesforce jobs": FaultCase(
        object="leads",
        path=r"^/services/data/[^/]+/jobs/query/\w+/results",
        over_rate=_SALESFORCE_OVER_RATE,
        daily=_SALESFORCE_DAILY,
        daily_words="24 hours",
        # The place of the next page is a header of its own, and no address.
        same_cursor=None,
        next_elsewhere=None,
        empty_page=None,
        patches=(
            ("handoff.crm.salesforce.records.BULK_FROM_ROWS", 1),
            ("handoff.crm.salesforce.bulk_query.PAGE_ROWS", 50),
            ("handoff.crm.http.client.MOST_DOWNLOAD_BYTES", 64 * 1024 * 1024),
        ),
        # Its pages are CSV.
        immune=frozenset({"a number that is none"}),
    ),
}
