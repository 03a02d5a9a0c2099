"""A server on loopback that answers request after request from a script, faults included."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer. promised: bytes that Content-Length announces, when not those that are sent."""

    status: int = 200
    body: bytes = b'{"results": []}'
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    promised: int | None = None
    hangs_up: bool = False


@dataclass
class Script:
    """What will be answered, and what was asked. The last reply is given again and again.

    answer: chooses the reply by path and headers, instead of the replies.
    """

    replies: list[Reply]
    host: str = ""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[str, dict[str, str]], Reply] | None = None

    def next(self, path: str, headers: dict[str, str]) -> Reply:
        if self.answer is not None:
            return self.answer(path, headers)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def error_reply(status: int, **body: Any) -> Reply:
    return Reply(status, json.dumps({"status": "error", **body}).encode())


def results_reply(*results: Any, after: str | None = None, **more: Any) -> Reply:
    paging = {"paging": {"next": {"after": after, "link": "http://evil.example/"}}} if after else {}
    return Reply(body=json.dumps({"results": list(results), **paging, **more}).encode())


@contextmanager
def scripted_server(*replies: Reply) -> Iterator[Script]:
    script = Script(list(replies))

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self._answer():
                pass

        def _answer(self) -> bool:
            first = self.rfile.readline().decode()
            if not first.strip():
                return False
            headers: dict[str, str] = {}
            while line := self.rfile.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            method, target, _ = first.split(" ")
            script.asked.append((method, target, headers, body))
            reply = script.next(target, headers)
            if reply.hangs_up:
                return False
            length = len(reply.body) if reply.promised is None else reply.promised
            head = [f"HTTP/1.1 {reply.status} Told", f"Content-Length: {length}"]
            head += [f"{name}: {value}" for name, value in reply.headers.items()]
            if reply.content_type:
                head.append(f"Content-Type: {reply.content_type}")
            self.wfile.write("\r\n".join([*head, "", ""]).encode() + reply.body)
            return reply.promised is None

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        script.host = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield script
        finally:
            server.shutdown()
