"""Salesforce's answers: JSON, and refusals as a list of messages with codes."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json;charset=UTF-8"


class Refusal(Exception):
    """A request that Salesforce turns down. fields: those that are wrong, where it says so."""

    def __init__(self, status: int, code: str, message: str, fields: list[str] | None = None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def as_row(self) -> dict[str, Any]:
        row: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        return row if self.fields is None else {**row, "fields": self.fields}

    def answer(self) -> Response:
        return json_answer([self.as_row()], self.status)


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=JSON)


def no_resource() -> Refusal:
    return Refusal(404, "NOT_FOUND", "The requested resource does not exist")


def no_record(record_id: str) -> Refusal:
    text = f"Provided external ID field does not exist or is not accessible: {record_id}"
    return Refusal(404, "NOT_FOUND", text)


def entity_deleted() -> Refusal:
    return Refusal(404, "ENTITY_IS_DELETED", "entity is deleted", [])


def no_column(name: str, sobject: str) -> Refusal:
    return Refusal(
        400,
        "INVALID_FIELD",
        f"No such column '{name}' on sobject of type {sobject}",
        [],
    )


def failure(status: int) -> Response:
    """What goes wrong inside Salesforce, by status."""
    code, text = {
        503: ("SERVER_UNAVAILABLE", "The server is temporarily unavailable. Try again later."),
        502: ("SERVER_UNAVAILABLE", "Bad gateway"),
        504: ("SERVER_UNAVAILABLE", "Gateway timeout"),
        429: ("REQUEST_LIMIT_EXCEEDED", "Too many requests"),
        420: ("REQUEST_LIMIT_EXCEEDED", "Too many requests"),
    }.get(status, ("UNKNOWN_EXCEPTION", "An unexpected error occurred. ErrorId: 1-1 (-1)"))
    return Refusal(status, code, text).answer()


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body. Raises Refusal."""
    text = await request.body()
    try:
        body = orjson.loads(text) if text else {}
    except orjson.JSONDecodeError as error:
        raise Refusal(400, "JSON_PARSER_ERROR", f"Unexpected character ({error.msg})") from None
    if not isinstance(body, dict):
        raise Refusal(400, "JSON_PARSER_ERROR", "Can not deserialize: a JSON object is expected")
    return body
