"""What goes wrong between a server and a client, whatever the CRM."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from contextlib import suppress

from spoiling_proxy import Spoil, Whole, changed, head, reply, reset

_BOMB_MEGABYTES = 200


def _hangs_up(line: socket.socket, _: Whole) -> bool:
    line.shutdown(socket.SHUT_RDWR)
    return False


def _reset_at_once(line: socket.socket, _: Whole) -> bool:
    return reset(line)


def _reset_in_the_body(line: socket.socket, whole: Whole) -> bool:
    length = f"Content-Length: {len(whole.body)}"
    line.sendall(
        head(whole.status, whole.content_type, length) + whole.body[: len(whole.body) // 2]
    )
    time.sleep(0.02)
    return reset(line)


def _ends_in_the_body(line: socket.socket, whole: Whole) -> bool:
    length = f"Content-Length: {len(whole.body)}"
    line.sendall(
        head(whole.status, whole.content_type, length) + whole.body[: len(whole.body) // 2]
    )
    return False


def _ends_between_chunks(line: socket.socket, whole: Whole) -> bool:
    half = whole.body[: len(whole.body) // 2]
    line.sendall(
        head(whole.status, whole.content_type, "Transfer-Encoding: chunked")
        + f"{len(half):x}\r\n".encode() + half + b"\r\n"
    )  # fmt: skip
    return False


def _is_no_http(line: socket.socket, _: Whole) -> bool:
    line.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    return False


def _packed(line: socket.socket, whole: Whole) -> bool:
    body = gzip.compress(whole.body)
    line.sendall(
        head(whole.status, whole.content_type, "Content-Encoding: gzip",
             f"Content-Length: {len(body)}") + body
    )  # fmt: skip
    return True


def _packed_and_cut(line: socket.socket, whole: Whole) -> bool:
    body = gzip.compress(whole.body)[:-20]
    line.sendall(
        head(whole.status, whole.content_type, "Content-Encoding: gzip",
             f"Content-Length: {len(body)}") + body
    )  # fmt: skip
    return True


def _drips(line: socket.socket, whole: Whole) -> bool:
    """Sends a byte at a time: no read ever takes long, and there is no end."""
    line.sendall(head(whole.status, whole.content_type, f"Content-Length: {len(whole.body)}"))
    for byte in whole.body:
        line.sendall(bytes([byte]))
        time.sleep(0.05)
    return False


def _drips_headers(line: socket.socket, _: Whole) -> bool:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000):
        line.sendall(f"X-Header-{number}: x\r\n".encode())
        time.sleep(0.05)
    return False


def _never_ends(line: socket.socket, whole: Whole) -> bool:
    line.sendall(head(whole.status, whole.content_type, "Transfer-Encoding: chunked"))
    chunk = b" " * (1 << 20)
    for _ in range(_BOMB_MEGABYTES):
        line.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
    return False


def _bomb(line: socket.socket, whole: Whole) -> bool:
    """A body of spaces, which packs a thousand to one."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    body = b"".join(pack.compress(b" " * (1 << 20)) for _ in range(_BOMB_MEGABYTES)) + pack.flush()
    line.sendall(
        head(whole.status, whole.content_type, "Content-Encoding: gzip",
             f"Content-Length: {len(body)}")
    )  # fmt: skip
    with suppress(OSError):
        line.sendall(body)
    return False


def _unavailable(*headers: str) -> Spoil:
    return reply(503, b"{}", headers=headers)


# Those that pass: what comes after two of them is what would have come without.
PASSING: dict[str, Spoil] = {
    "500": reply(500, b"oops", "text/plain"),
    "502 of a proxy": reply(502, b"<html>bad gateway</html>", "text/html"),
    "504": reply(504, b""),
    "hangs up": _hangs_up,
    "reset": _reset_at_once,
    "reset in the body": _reset_in_the_body,
    "ends in the body": _ends_in_the_body,
    "ends between chunks": _ends_between_chunks,
    "is no HTTP": _is_no_http,
    "truncated JSON": changed(lambda body: body[: len(body) // 2]),
    "no JSON at all": changed(lambda body: b"\x00\xff" + body),
    "a number that is none": changed(lambda body: body.replace(b"{", b'{"x": NaN,', 1)),
    "nested beyond reason": changed(lambda _: b"[" * 200_000),
    "empty": changed(lambda _: b""),
    "HTML with status 200": reply(200, b"<html>log in</html>", "text/html"),
    "wrong content type": reply(200, b"{}", "text/plain"),
    "no content type": reply(200, b"{}", ""),
    "packed and cut": _packed_and_cut,
    "said to be packed": reply(200, b"{}", headers=("Content-Encoding: gzip",)),
    "packed in a way not asked for": reply(200, b"{}", headers=("Content-Encoding: br",)),
}
# Nothing goes wrong here: they are read as they are.
HARMLESS: dict[str, Spoil] = {"packed": _packed}
# Those that never end by themselves: bounded by time, or by size.
ENDLESS_IN_TIME: dict[str, Spoil] = {"drips": _drips, "drips headers": _drips_headers}
ENDLESS_IN_SIZE: dict[str, Spoil] = {"never ends": _never_ends, "bomb": _bomb}
# Waits that a server asks for, in every form that is met.
WAITS: dict[str, Spoil] = {
    "seconds": _unavailable("Retry-After: 0.05"),
    "milliseconds": _unavailable("Retry-After: 1000"),
    "a date in the past": _unavailable("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"),
    "a date of a kind": _unavailable("Retry-After: Wed, 99 Foo 2015 07:28:00 GMT"),
    "garbage": _unavailable("Retry-After: soon"),
    "negative": _unavailable("Retry-After: -5"),
    "nothing": _unavailable("Retry-After: "),
    "twice": _unavailable("Retry-After: 0", "Retry-After: 0"),
}
FAR_WAITS: dict[str, Spoil] = {
    "a day": _unavailable("Retry-After: 86400"),
    "for ever": _unavailable("Retry-After: inf"),
    "a date far ahead": _unavailable("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"),
}
