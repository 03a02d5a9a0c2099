"""A server of made answers in a process of its own, quick enough never to be what is waited for.

    python -m handoff.bench.page_server RECORDS [TEN_SECONDLY LATENCY_MS]

It prints its port, and then at each line on its input what has been since the line before: requests
let through and refused, seconds from the first to the last of them, and how many of them were let
through in the whole ten seconds that these hold. It ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from contextlib import suppress
from urllib.parse import parse_qs

import orjson

from handoff.bench.made_jobs import NAMES, MadeJobs, Reply
from handoff.bench.made_pages import MadePages, links, made_objects
from handoff.sandbox.server.hubspot.rate_limits import RateGate
from handoff.sandbox.server.options import RateLimits


class Account:
    """Answers to requests, and how many there were."""

    def __init__(self, records: int, ten_secondly: int | None) -> None:
        self._pages = {name: MadePages(made) for name, made in made_objects(records).items()}
        self._jobs = MadeJobs(records // len(NAMES))
        self._gate = RateGate(RateLimits(ten_secondly=ten_secondly))
        self._is_limited = ten_secondly is not None
        self.forget()

    def forget(self) -> None:
        self.passed, self.refused = 0, 0
        self._first, self._last = 0.0, 0.0
        self._by_ten_seconds: Counter[int] = Counter()

    @property
    def seconds(self) -> float:
        return self._last - self._first

    @property
    def passed_in_whole_tens(self) -> int:
        whole = int(self.seconds // 10)
        return sum(count for ten, count in self._by_ten_seconds.items() if ten < whole)

    def answer(self, method: str, target: str, body: bytes) -> bytes:
        """A whole HTTP answer."""
        told = b""
        if self._is_limited:
            policy = self._gate.policy_against(is_search=False)
            headers = self._gate.headers(is_search=False)
            told = b"".join(b"%b: %b\r\n" % pair for pair in headers)
            if policy is not None:
                self.refused += 1
                body = orjson.dumps(self._gate.body(policy))
                return _http(Reply(body, b"429 Too Many Requests", told))
        self._last = time.monotonic()
        self._first = self._first if self.passed else self._last
        self.passed += 1
        self._by_ten_seconds[int((self._last - self._first) // 10)] += 1
        if target.startswith("/services/"):
            return _http(self._jobs.answer(method, target, body))
        return _http(Reply(self._data(target, body), headers=told))

    def _data(self, target: str, body: bytes) -> bytes:
        path, _, query = target.partition("?")
        parts = path.split("/")
        if parts[2] == "associations":
            return links(_ids(body), self._pages[parts[5]].made)
        pages = self._pages[parts[4]]
        if path.endswith("/batch/read"):
            return pages.records(_ids(body))
        if path.endswith("/search"):
            asked = orjson.loads(body)
            filters = [one for group in asked["filterGroups"] for one in group["filters"]]
            after = [one["value"] for one in filters if one["propertyName"] == "hs_object_id"]
            return pages.found(int(after[0]) if after else 0, int(asked["limit"]))
        given = parse_qs(query)
        if given["archived"] == ["true"]:
            return b'{"results":[]}'
        return pages.page(int(given.get("after", ["0"])[0]), int(given["limit"][0]))


class Line(asyncio.Protocol):
    """One connection: a request, its answer, and the next one."""

    def __init__(self, account: Account, latency: float) -> None:
        self._account = account
        self._latency = latency
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, found, rest = self._held.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return
        self._held = rest[length:]
        method, target, _ = head.decode().split(" ", 2)
        answer = self._account.answer(method, target, rest[:length])
        asyncio.get_running_loop().call_later(self._latency, self._send, answer)

    def _send(self, answer: bytes) -> None:
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.write(answer)


def _ids(body: bytes) -> list[bytes]:
    return [one["id"].encode() for one in orjson.loads(body)["inputs"]]


def _http(reply: Reply) -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: %b\r\n%bContent-Length: %d\r\n\r\n"
    told = (reply.status, reply.content_type, reply.headers, len(reply.body))
    return head % told + reply.body


async def _serve(records: int, ten_secondly: int | None, latency: float) -> None:
    loop = asyncio.get_running_loop()
    account = Account(records, ten_secondly)
    server = await loop.create_server(lambda: Line(account, latency), "127.0.0.1", 0)
    _tell(server.sockets[0].getsockname()[1])
    while await loop.run_in_executor(None, sys.stdin.readline):
        _tell(account.passed, account.refused, account.seconds, account.passed_in_whole_tens)
        account.forget()
    server.close()


def _tell(*facts: float) -> None:
    sys.stdout.write(" ".join(map(str, facts)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        given = [int(text) for text in sys.argv[1:]] + [0, 0]
        asyncio.run(_serve(given[0], given[1] or None, given[2] / 1000))
