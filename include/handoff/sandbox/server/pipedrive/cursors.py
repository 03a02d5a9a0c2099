"""The marker of a next page: opaque to clients, here the last id that a page held."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import parse_qs, urlsplit

import orjson

from handoff.sandbox.server.crm_server import Headers
from handoff.sandbox.server.pipedrive.answers import Refusal


def cursor_after(id_: int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps({"id": id_})).decode()


def id_in(cursor: str) -> int:
    """The id that a cursor stands for. Raises Refusal for one that was never given out."""
    try:
        return int(orjson.loads(base64.urlsafe_b64decode(cursor))["id"])
    except (binascii.Error, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise Refusal(400, "Invalid cursor") from None


def spoil_cursor(
    asked: str,
    asked_body: bytes,  # noqa: ARG001 - Pipedrive takes its cursors in the query alone
    headers: Headers,
    body: bytes,
    foreign: str | None,
) -> tuple[Headers, bytes]:
    """A page whose next cursor is the one it was asked with. Pipedrive gives no links."""
    if foreign is not None:
        return headers, body
    given = parse_qs(urlsplit(asked).query)
    try:
        page = orjson.loads(body)
        additional = page["additional_data"]
        if additional.get("next_cursor") and "cursor" in given:
            additional["next_cursor"] = given["cursor"][0]
        elif additional.get("pagination", {}).get("more_items_in_collection"):
            additional["pagination"]["next_start"] = int(given.get("start", ["0"])[0])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return headers, body
    return headers, orjson.dumps(page)
