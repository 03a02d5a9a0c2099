"""How the way to HubSpot's next page is spoilt: `paging.next` of a list or a search."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import orjson

from handoff.sandbox.server.crm_server import Headers


def spoil_cursor(
    asked: str, asked_body: bytes, headers: Headers, body: bytes, foreign: str | None
) -> tuple[Headers, bytes]:
    """A page whose next cursor is the one it was asked with, or whose link leads elsewhere."""
    try:
        page = orjson.loads(body)
        following = page["paging"]["next"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return headers, body
    if foreign is not None:
        following["link"] = f"{foreign}{asked}"
    else:
        given = parse_qs(urlsplit(asked).query).get("after")
        after = given[0] if given else _after_in(asked_body)
        if after is not None:
            following["after"] = after
    return headers, orjson.dumps(page)


def _after_in(asked_body: bytes) -> str | None:
    try:
        after = orjson.loads(asked_body).get("after")
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return None if after is None else str(after)
