"""Pipedrive's answers: data in an envelope, and errors as its API words them."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response


class Refusal(Exception):
    """A request that Pipedrive turns down."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message

    def answer(self) -> Response:
        return refused(self.status, self.message)


def refused(status: int, message: str) -> Response:
    body = {
        "success": False,
        "error": message,
        "errorCode": status,
        "error_info": "Please check developers.pipedrive.com for more information.",
    }
    return _json(body, status)


def answered(data: Any, additional: dict[str, Any] | None = None, status: int = 200) -> Response:
    body: dict[str, Any] = {"success": True, "data": data}
    if additional is not None:
        body["additional_data"] = additional
    return _json(body, status)


def _json(body: Any, status: int) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
