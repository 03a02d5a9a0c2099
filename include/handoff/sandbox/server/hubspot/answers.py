"""HubSpot's answers: JSON, pages and the error bodies as its API words them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json;charset=utf-8"


class Refusal(Exception):
    """A request that HubSpot turns down."""

    def __init__(
        self, status: int, message: str, category: str = "VALIDATION_ERROR", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.more = more

    def answer(self) -> Response:
        body = error_body(self.message, category=self.category, **self.more)
        return json_answer(body, self.status)


def error_body(message: str, **more: Any) -> dict[str, Any]:
    return {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), **more}


def not_found() -> Refusal:
    return Refusal(404, "resource not found", "OBJECT_NOT_FOUND")


def json_answer(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type=JSON)


def raw_json(body: bytes, status: int = 200) -> Response:
    """An answer that is JSON already."""
    return Response(body, status, media_type=JSON)


def page_json(
    results: Iterable[bytes], paging: dict[str, Any] | None, before: bytes = b""
) -> bytes:
    """`{before "results": […], "paging": …}` from records that are JSON already."""
    tail = b',"paging":' + orjson.dumps(paging) if paging else b""
    return b"{" + before + b'"results":[' + b",".join(results) + b"]" + tail + b"}"


def next_page(request: Request, after: str) -> dict[str, Any]:
    """`paging` that leads to the page after this one."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "after"]
    asked_path = request.scope.get("asked_path", request.url.path)
    base = str(request.base_url).rstrip("/")
    link = f"{base}{asked_path}?{urlencode([*kept, ('after', after)])}"
    return {"next": {"after": after, "link": link}}


def limit_of(request: Request, default: int, most: int) -> int:
    """The page size that was asked for. Raises Refusal beyond what HubSpot allows."""
    text = request.query_params.get("limit")
    if text is None:
        return default
    limit = whole_number(text, "limit")
    if not 1 <= limit <= most:
        raise Refusal(400, f"limit must be between 1 and {most}, it is {limit}")
    return limit


def whole_number(text: object, name: str) -> int:
    try:
        return int(str(text))
    except ValueError:
        raise Refusal(400, f"{name} is not a whole number") from None


def is_set(request: Request, name: str) -> bool:
    """Whether a boolean query parameter is true."""
    return request.query_params.get(name, "false").lower() == "true"


def names_of(request: Request, name: str) -> list[str]:
    """A list given as `a,b`, as repeated parameters, or both."""
    return [item for text in request.query_params.getlist(name) for item in text.split(",") if item]


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body. Raises Refusal."""
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "Invalid input JSON on line 1, column 1: a JSON object is expected")
    return body
