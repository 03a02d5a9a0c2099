"""Bodies of answers, unpacked by ourselves: never more than a bound, however well packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from handoff.crm.http.retry import TransientError

ACCEPT_ENCODING = "gzip, deflate"
_CHUNK = 256 * 1024


class BodyTooLargeError(Exception):
    """An answer has more bytes than any honest one."""


def iter_body(response: httpx.Response, most_bytes: int) -> Iterator[bytes]:
    """The unpacked bytes of a body, in pieces of bounded size.

    Raises BodyTooLargeError, and TransientError for what cannot be unpacked. A body of zeros packs
    a thousand to one, so a bound on what came over the line would be none.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        pieces = response.iter_raw(_CHUNK)
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        pieces = _unpacked(response.iter_raw(_CHUNK), encoding)
    else:
        raise TransientError("an encoding that was not asked for")
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most_bytes:
            raise BodyTooLargeError
        yield piece


def _unpacked(packed: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    # 32 more takes gzip and zlib headers alike.
    unpack = zlib.decompressobj(zlib.MAX_WBITS + 32)
    may_lack_header = encoding == "deflate"
    for piece in packed:
        while piece and not unpack.eof:
            try:
                out = unpack.decompress(piece, _CHUNK)
            except zlib.error:
                if not may_lack_header:
                    raise TransientError("a packed body that cannot be unpacked") from None
                # Some servers send deflate without its header.
                unpack, may_lack_header = zlib.decompressobj(-zlib.MAX_WBITS), False
                continue
            may_lack_header = False
            if out:
                yield out
            piece = unpack.unconsumed_tail
    if rest := unpack.flush():
        yield rest
    if not unpack.eof:
        raise TransientError("a packed body that ends too early")
