"""One request and its answer on the way: headers added, faults played, and the log at its end."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from handoff.sandbox.server.crm_server import CursorSpoiler, Headers
from handoff.sandbox.server.faults import Fault, FaultPlayer
from handoff.sandbox.server.request_log import LoggedRequest, RequestLog

FOREIGN_HOST = "https://records.attacker.example"

_HTML = b"<!DOCTYPE html><html><body><h1>We are down for maintenance</h1></body></html>"
_BLANKS = b" " * 65_536
_LEVEL = 1


class Exchange:
    """One request and its answer.

    headers: added to the answer. policy: the rate limit that turned the request down, for the log.
    compress: gzip the body when the client takes it.
    """

    def __init__(
        self,
        log: RequestLog,
        faults: FaultPlayer,
        scope: Scope,
        receive: Receive,
        send: Send,
        spoil_cursor: CursorSpoiler | None = None,
    ) -> None:
        log.count += 1
        self._log, self._number, self._scope = log, log.count, scope
        self._faults, self._spoil_cursor = faults, spoil_cursor
        self._receive, self._send = receive, send
        self._started = time.perf_counter()
        self._body = b""
        self._status: int | None = None
        self._start: Message = {}
        self._answer = b""
        self._spoil: Fault | None = None
        self.headers: Headers = []
        self.policy: str | None = None
        self.fault: str | None = None
        self.compress = False

    async def meet_fault(self, failure: Callable[[int], Response]) -> bool:
        """Play the fault that the plan has for this request; whether it has answered already.

        failure: the CRM's own answer with a status, such as 503. An edit with an instant of its own
        sets the scene of a test, and meets none.
        """
        if any(name == b"x-sandbox-at" for name, _ in self._scope["headers"]):
            return False
        fault = self._faults.next(self._scope["path"])
        if fault is None:
            return False
        self.fault = fault.kind
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return False
        answer: Response | None = None
        if fault.kind == "status":
            answer = failure(fault.status)
        elif fault.kind == "html_with_200":
            answer = Response(_HTML, 200, media_type="text/html")
        elif fault.kind == "empty":
            answer = Response(b"", 200, media_type="application/json;charset=utf-8")
        else:
            self._spoil = fault
        if answer is not None:
            await answer(self._scope, self.receive, self.send)
        return answer is not None

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
        self._answer += message.get("body", b"")
        if not message.get("more_body", False):
            await self._send_answer(self._answer)

    async def _send_answer(self, body: bytes) -> None:
        fault = self._spoil
        kind = fault.kind if fault is not None else None
        if kind in ("oversized", "bomb") and fault is not None:
            await self._send_too_much(fault)
            return
        if kind == "truncated_json":
            body = body[: len(body) // 2]
        elif kind == "wrong_content_type":
            self._set_header(b"content-type", b"text/plain; charset=utf-8")
        elif kind in ("repeated_cursor", "foreign_link") and self._spoil_cursor is not None:
            foreign = FOREIGN_HOST if kind == "foreign_link" else None
            query = self._scope["query_string"].decode("latin-1")
            asked = f"{self._scope['path']}?{query}" if query else self._scope["path"]
            self._start["headers"], body = self._spoil_cursor(
                asked, self._body, self._start["headers"], body, foreign
            )
        if self.compress and len(body) > 1_000 and self._takes_gzip():
            body = gzip.compress(body, _LEVEL)
            self._set_header(b"content-encoding", b"gzip")
        if len(body) != len(self._answer):
            self._set_header(b"content-length", str(len(body)).encode())
        await self._send(self._start)
        if kind == "reset":
            self._status = None
            await self._send_piece(body[: len(body) // 2])
            _cut(self._send)
            return
        if kind == "drip" and fault is not None:
            await self._drip(body, fault.seconds)
            return
        await self._send({"type": "http.response.body", "body": body})

    async def _drip(self, body: bytes, seconds: float) -> None:
        """The body in small pieces, each in time for a client that bounds single reads only."""
        size = max(1, len(body) // 20)
        for place in range(0, len(body), size):
            await self._send_piece(body[place : place + size])
            await asyncio.sleep(seconds)
        await self._send({"type": "http.response.body", "body": b""})

    async def _send_too_much(self, fault: Fault) -> None:
        """A body without end in sight: as it is, or of few bytes that swell when unpacked."""
        kept = [p for p in self._start["headers"] if p[0] != b"content-length"]
        self._start["headers"] = kept
        if fault.kind == "bomb":
            self._set_header(b"content-encoding", b"gzip")
            body = _bomb(fault.megabytes)
            self._set_header(b"content-length", str(len(body)).encode())
            await self._send(self._start)
            await self._send({"type": "http.response.body", "body": body})
            return
        await self._send(self._start)
        for _ in range(fault.megabytes * 16):
            await self._send_piece(_BLANKS)
        await self._send({"type": "http.response.body", "body": b"{}"})

    async def _send_piece(self, body: bytes) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    def _takes_gzip(self) -> bool:
        return b"gzip" in dict(self._scope["headers"]).get(b"accept-encoding", b"")

    def _set_header(self, name: bytes, value: bytes) -> None:
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


def _bomb(megabytes: int) -> bytes:
    """Gzip of that many megabytes of blanks, a thousandth of their size."""
    packing = zlib.compressobj(_LEVEL, wbits=zlib.MAX_WBITS | 16)
    return b"".join([*(packing.compress(_BLANKS) for _ in range(megabytes * 16)), packing.flush()])


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
