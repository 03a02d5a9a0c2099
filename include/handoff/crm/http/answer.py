"""One answer of an API as it was received, and what it means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import orjson

# over_rate: wait as the server says, else `wait_step` of the retry policy. daily: stop at once.
# token: the credentials were refused. forbidden: they do not cover what was asked for.
Meaning = Literal["data", "retry", "over_rate", "daily", "token", "forbidden", "refused"]


@dataclass(frozen=True)
class Received:
    """Status, headers and the whole body. secrets: what is never told of it."""

    status: int
    headers: httpx.Headers
    content: bytes
    secrets: tuple[str, ...] = ()

    def told(self, text: Any, longest: int) -> str:
        """Text of the answer as a message may hold it: short, on one line, without a secret."""
        plain = str(text or "")
        for secret in self.secrets:
            plain = plain.replace(secret, "***")
        return " ".join(plain.split())[:longest]

    @property
    def content_type(self) -> str:
        """Such as ``application/json``; empty where the answer names none."""
        given: str = self.headers.get("content-type", "")
        return given.partition(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """The body as JSON, or None where it is none.

        The second parser takes what the first, strict one does not: lone surrogates in a text.
        """
        try:
            return orjson.loads(self.content)
        except ValueError:
            pass
        try:
            return json.loads(self.content, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Answer:
    """One judged answer.

    body: the data as JSON. problem: what to tell, without anything that the CRM's users wrote.
    wait_seconds: how long the server asks to wait. wait_step: which wait of the retry policy holds
    where it asks for none. lane: whose rate an ``over_rate`` is about. scopes: what is missing.
    code: the CRM's own name of a refusal. headers: as received; the client adds them.
    """

    meaning: Meaning
    status: int
    body: Any = None
    problem: str = ""
    wait_seconds: float | None = None
    wait_step: Literal["fault", "ten_secondly", "secondly"] = "fault"
    lane: str = "calls"
    scopes: tuple[str, ...] = ()
    code: str = ""
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
