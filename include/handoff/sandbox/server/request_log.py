"""The requests that a sandbox has had, for tests to look at."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request. path as asked for; status: None when the connection was cut.

    policy: the rate limit that turned it down. fault: the planned fault that met it.
    """

    number: int
    method: str
    path: str
    query: str
    body: bytes
    status: int | None
    policy: str | None
    fault: str | None
    seconds: float

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "body": self.body.decode("utf-8", "replace")}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> LoggedRequest:
        return cls(**{**row, "body": row["body"].encode()})


class RequestLog:
    """The last requests; `count` is how many there were in all."""

    def __init__(self, size: int = 100_000, kept_body_bytes: int = 4_096) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=size)
        self.kept_body_bytes = kept_body_bytes
        self.count = 0

    def add(self, request: LoggedRequest) -> None:
        self._requests.append(request)

    def all(self) -> list[LoggedRequest]:
        return list(self._requests)

    def clear(self) -> None:
        self._requests.clear()
