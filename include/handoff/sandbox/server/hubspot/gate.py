"""What every request passes before it is answered, in HubSpot's order of refusals.

The length of the URL, the token, the limits, planned faults, the version in the path, the scopes.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
import struct
import time
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handoff.sandbox.server.faults import Fault, FaultPlayer
from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.paths import canonical_path
from handoff.sandbox.server.hubspot.rate_limits import Headers, RateGate
from handoff.sandbox.server.hubspot.scopes import missing_scope, missing_scope_details
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.request_log import LoggedRequest, RequestLog

# Found by connectors that put all property names into the URL: 414 above about this length.
URL_MOST = 16_200

_HTML = b"<!DOCTYPE html><html><body><h1>We are down for maintenance</h1></body></html>"


class Gate:
    """ASGI middleware: logs each request, and refuses or spoils it where the options say so."""

    def __init__(
        self, app: ASGIApp, options: SandboxOptions, log: RequestLog, own_paths: ASGIApp
    ) -> None:
        self._app = app
        self._own_paths = own_paths
        self._options = options
        self._log = log
        self._rates = RateGate(options.limits)
        self._faults: FaultPlayer = options.faults.start()
        self._authorization = f"Bearer {options.token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith("/_sandbox/"):
            await self._own_paths(scope, receive, send)
            return
        exchange = _Exchange(self._log, scope, receive, send)
        try:
            await self._pass(scope, exchange)
        finally:
            exchange.finish()

    async def _pass(self, scope: Scope, exchange: _Exchange) -> None:
        path = scope["path"]
        refusal = self._refused(scope)
        if refusal is not None:
            await refusal.answer()(scope, exchange.receive, exchange.send)
            return
        is_search = scope["method"] == "POST" and path.endswith("/search")
        policy = self._rates.policy_against(is_search=is_search)
        exchange.headers = self._rates.headers(is_search=is_search)
        if policy is not None:
            exchange.policy = policy
            if self._options.limits.retry_after is not None:
                exchange.headers.append((b"retry-after", self._options.limits.retry_after.encode()))
            answer = answers.json_answer(self._rates.body(policy), 429)
            await answer(scope, exchange.receive, exchange.send)
            return
        fault = self._faults.next(path)
        if fault is not None and await self._spoiled(fault, scope, exchange):
            return
        found = canonical_path(path)
        if found is None:
            await _unknown_path(path).answer()(scope, exchange.receive, exchange.send)
            return
        version, canonical = found
        needed = missing_scope(canonical, self._options.missing_scopes)
        if needed is not None:
            refusal = answers.Refusal(
                403,
                "This app hasn't been granted all required scopes to make this call. Read more"
                " about required scopes here: https://developers.hubspot.com/scopes.",
                "MISSING_SCOPES",
                **missing_scope_details(needed),
            )
            await refusal.answer()(scope, exchange.receive, exchange.send)
            return
        inner = {
            **scope,
            "path": canonical,
            "raw_path": canonical.encode(),
            "asked_path": path,
            "version": version,
        }
        await self._app(inner, exchange.receive, exchange.send)

    def _refused(self, scope: Scope) -> answers.Refusal | None:
        if len(scope["raw_path"]) + len(scope["query_string"]) > URL_MOST:
            return answers.Refusal(414, "URI Too Long", "VALIDATION_ERROR")
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not given:
            return answers.Refusal(
                401,
                "Authentication credentials not found. This API supports OAuth 2.0"
                " authentication and you can find more details at"
                " https://developers.hubspot.com/docs/methods/auth/oauth-overview",
                "INVALID_AUTHENTICATION",
            )
        if not hmac.compare_digest(given, self._authorization):
            return answers.Refusal(
                401,
                "Authentication credentials not found. The access token is invalid or has been"
                " revoked.",
                "INVALID_AUTHENTICATION",
            )
        return None

    async def _spoiled(self, fault: Fault, scope: Scope, exchange: _Exchange) -> bool:
        """Play a fault; whether it has answered already."""
        exchange.fault = fault.kind
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return False
        if fault.kind in ("reset", "truncated_json", "wrong_content_type"):
            exchange.spoil = fault.kind
            return False
        if fault.kind == "html_with_200":
            answer = Response(_HTML, 200, media_type="text/html")
        elif fault.kind == "empty":
            answer = Response(b"", 200, media_type=answers.JSON)
        else:
            body = answers.error_body("internal error", category="INTERNAL_ERROR")
            answer = answers.json_answer(body, fault.status)
        await answer(scope, exchange.receive, exchange.send)
        return True


class _Exchange:
    """One request and its answer: adds headers, spoils the body, and is logged at its end."""

    def __init__(self, log: RequestLog, scope: Scope, receive: Receive, send: Send) -> None:
        log.count += 1
        self._log, self._number, self._scope = log, log.count, scope
        self._receive, self._send = receive, send
        self._started = time.perf_counter()
        self._body = b""
        self._status: int | None = None
        self._start: Message = {}
        self.headers: Headers = []
        self.policy: str | None = None
        self.fault: str | None = None
        self.spoil: str | None = None

    async def receive(self) -> Message:
        message = await self._receive()
        kept = self._log.kept_body_bytes
        if message["type"] == "http.request" and len(self._body) < kept:
            self._body += message.get("body", b"")[: kept - len(self._body)]
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *self.headers]
            self._status = message["status"]
            # Held back until the body is known: a fault may change its length.
            self._start = message
            return
        body: bytes = message.get("body", b"")
        if self.spoil == "truncated_json":
            body = body[: len(body) // 2]
            self._replace_header(b"content-length", str(len(body)).encode())
        elif self.spoil == "wrong_content_type":
            self._replace_header(b"content-type", b"text/plain; charset=utf-8")
        await self._send(self._start)
        if self.spoil == "reset":
            self._status = None
            await self._send(
                {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
            )
            _cut(self._send)
            return
        await self._send({"type": "http.response.body", "body": body})

    def _replace_header(self, name: bytes, value: bytes) -> None:
        kept = [pair for pair in self._start["headers"] if pair[0] != name]
        self._start["headers"] = [*kept, (name, value)]

    def finish(self) -> None:
        self._log.add(
            LoggedRequest(
                number=self._number,
                method=self._scope["method"],
                path=self._scope["path"],
                query=self._scope["query_string"].decode("latin-1"),
                body=self._body,
                status=self._status,
                policy=self.policy,
                fault=self.fault,
                seconds=time.perf_counter() - self._started,
            )
        )


def _cut(send: Send) -> None:
    """Reset the connection below the HTTP layer; without access to it, uvicorn closes it."""
    cycle: Any = getattr(send, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        return
    with suppress(OSError):
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
    transport.abort()


def _unknown_path(path: str) -> answers.Refusal:
    return answers.Refusal(404, f"No API is found at {path}", "OBJECT_NOT_FOUND")
