"""A server between a connector and the sandbox that spoils chosen answers on their way."""

from __future__ import annotations

import http.client
import re
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Whole:
    """The sandbox's own answer."""

    status: int
    content_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


# Writes an answer in place of the true one; whether the connection may be used again.
Spoil = Callable[[socket.socket, Whole], bool]


@dataclass
class Proxy:
    """spoils: what happens to requests whose path matches; after `times` of them, nothing."""

    host: str
    spoil: Spoil | None = None
    path: str = ""
    times: int = 0
    met: int = 0
    asked: list[str] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def meets(self, path: str) -> bool:
        with self.turn:
            self.asked.append(path)
            if self.spoil is None or not re.search(self.path, path) or self.met >= self.times:
                return False
            self.met += 1
            return True


def head(status: int, content_type: str, *lines: str) -> bytes:
    kind = [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join([f"HTTP/1.1 {status} Told", *kind, *lines, "", ""]).encode()


def reply(
    status: int,
    body: bytes,
    content_type: str = "application/json",
    headers: tuple[str, ...] = (),
) -> Spoil:
    """A whole answer of its own."""

    def spoil(line: socket.socket, _: Whole) -> bool:
        line.sendall(head(status, content_type, *headers, f"Content-Length: {len(body)}") + body)
        return True

    return spoil


def changed(change: Callable[[bytes], bytes]) -> Spoil:
    """The true answer with another body."""

    def spoil(line: socket.socket, whole: Whole) -> bool:
        send(line, whole, change(whole.body))
        return True

    return spoil


def send(line: socket.socket, whole: Whole, body: bytes) -> None:
    told = [f"{name}: {value}" for name, value in whole.headers]
    length = f"Content-Length: {len(body)}"
    line.sendall(head(whole.status, whole.content_type, *told, length) + body)


def reset(line: socket.socket) -> bool:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
    return False


@contextmanager
def spoiling_proxy(sandbox_url: str) -> Iterator[Proxy]:
    """A proxy to a sandbox on loopback while the block runs."""
    behind = urlsplit(sandbox_url)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self._answer():
                pass

        def _answer(self) -> bool:
            try:
                first = self.rfile.readline().decode()
            except OSError:
                return False
            if not first.strip():
                return False
            method, path, _ = first.split(" ")
            headers: dict[str, str] = {}
            while line := self.rfile.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            whole = _forward(method, path, headers, body)
            spoil = proxy.spoil if proxy.meets(path) else None
            try:
                if spoil is not None:
                    return spoil(self.connection, whole)
                send(self.connection, whole, whole.body)
            except OSError:
                return False
            return True

    def _forward(method: str, path: str, headers: dict[str, str], body: bytes) -> Whole:
        there = http.client.HTTPConnection(str(behind.hostname), behind.port or 80, timeout=30)
        try:
            # The sandbox tells its own address by this header: it is to tell the proxy's.
            there.request(method, path, body, {**headers, "accept-encoding": "identity"})
            answer = there.getresponse()
            content = answer.read()
            kept = tuple(
                (name, value)
                for name, value in answer.getheaders()
                if name.lower()
                not in {"content-length", "content-type", "transfer-encoding", "connection"}
            )
            return Whole(answer.status, answer.headers.get("content-type", ""), kept, content)
        finally:
            there.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}")
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield proxy
        finally:
            server.shutdown()
