"""How the way to Salesforce's next page is spoilt: a query's link, or a bulk job's locator."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import orjson

from handoff.sandbox.server.crm_server import Headers

_LOCATOR = b"sforce-locator"


def spoil_cursor(
    asked: str, asked_body: bytes, headers: Headers, body: bytes, foreign: str | None
) -> tuple[Headers, bytes]:
    """A page that leads back to itself, or to another host.

    A bulk job's locator is no address, so that it cannot lead elsewhere.
    """
    del asked_body
    if any(name.lower() == _LOCATOR for name, _ in headers):
        given = parse_qs(urlsplit(asked).query).get("locator")
        if foreign is not None or not given:
            return headers, body
        kept = [pair for pair in headers if pair[0].lower() != _LOCATOR]
        return [*kept, (_LOCATOR, given[0].encode())], body
    try:
        page = orjson.loads(body)
        following = page["nextRecordsUrl"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return headers, body
    if foreign is not None:
        page["nextRecordsUrl"] = f"{foreign}{following}"
    elif "/query/" in asked:
        page["nextRecordsUrl"] = asked
    return headers, orjson.dumps(page)
