"""What every request passes before it is answered: the token, the limits, faults, permissions."""

from __future__ import annotations

import hmac
import time
from collections import deque

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handoff.sandbox.server.exchange import Exchange
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.pipedrive.answers import refused

# Pipedrive's page "Rate limiting": what a request costs of the day's tokens, by what it asks for.
_COST_OF_LIST = {"v2": 10, "v1": 20}
_COST_OF_ONE = {"v2": 1, "v1": 2}
_BURST_SECONDS = 2.0
_OBJECT_OF_PATH = {
    "persons": "contacts",
    "organizations": "companies",
    "users": "owners",
    "dealFields": "properties",
    "personFields": "properties",
    "organizationFields": "properties",
    "activityFields": "properties",
}


class Gate:
    """ASGI middleware: refuses a request where the options say so.

    Of `options.for_crm["pipedrive"]`: `daily_tokens`, the company's budget of a day;
    `requests_per_2_seconds`, a token's burst; `edge_blocks`, whether one that goes on asking after
    a 429 meets a page instead of JSON.
    """

    def __init__(self, app: ASGIApp, options: SandboxOptions) -> None:
        self._app = app
        self._options = options
        own = options.for_crm.get("pipedrive", {})
        self._daily_tokens: int | None = own.get("daily_tokens")
        self._burst: int | None = own.get("requests_per_2_seconds")
        self._edge_blocks = bool(own.get("edge_blocks"))
        self._spent = 0
        self._asked = 0
        self._refused_in_a_row = 0
        self._last: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope["exchange"]
        refusal = self._refusal(scope, exchange)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if await exchange.meet_fault(lambda status: refused(status, "Internal server error")):
            return
        missing = self._missing(scope["path"])
        if missing is not None:
            answer = refused(403, "You do not have permissions to do this.")
            await answer(scope, receive, send)
            return
        path = f"/api{scope['path']}" if scope["path"].startswith("/v1/") else scope["path"]
        await self._app({**scope, "path": path, "raw_path": path.encode()}, receive, send)

    def _refusal(self, scope: Scope, exchange: Exchange) -> Response | None:
        headers = dict(scope["headers"])
        given = headers.get(b"x-api-token") or headers.get(b"authorization", b"")[7:]
        if not hmac.compare_digest(given, self._options.token.encode()):
            return refused(401, "unauthorized access")
        policy = self._policy_against(scope["path"])
        exchange.headers = self._limit_headers()
        if policy is None:
            self._refused_in_a_row = 0
            return None
        exchange.policy = policy
        self._refused_in_a_row += 1
        if self._edge_blocks and self._refused_in_a_row > 1:
            return Response("<html><body>Sorry, you have been blocked</body></html>", 403)
        if self._options.limits.retry_after is not None:
            exchange.headers.append((b"retry-after", self._options.limits.retry_after.encode()))
        return refused(429, "request over limit")

    def _policy_against(self, path: str) -> str | None:
        """Count a request; the name of the limit that it is over, or None."""
        limits, now, cost = self._options.limits, time.monotonic(), _cost(path)
        if self._daily_tokens is not None and self._spent + cost > self._daily_tokens:
            self._spent = self._daily_tokens
            return "DAILY"
        if limits.daily is not None and self._asked >= limits.daily:
            return "DAILY"
        seconds = _BURST_SECONDS if self._burst is not None else 10.0
        burst = self._burst if self._burst is not None else limits.ten_secondly
        while self._last and self._last[0] <= now - seconds:
            self._last.popleft()
        if burst is not None and len(self._last) >= burst:
            return "BURST"
        self._last.append(now)
        self._spent += cost
        self._asked += 1
        return None

    def _limit_headers(self) -> list[tuple[bytes, bytes]]:
        limits, found = self._options.limits, dict[str, int]()
        if self._daily_tokens is not None:
            found["x-daily-ratelimit-token-limit"] = self._daily_tokens
            found["x-daily-ratelimit-token-remaining"] = self._daily_tokens - self._spent
        elif limits.daily is not None:
            found["x-daily-ratelimit-token-limit"] = limits.daily
            found["x-daily-ratelimit-token-remaining"] = limits.daily - self._asked
        if self._burst is not None:
            found["x-ratelimit-limit"] = self._burst
            found["x-ratelimit-remaining"] = max(0, self._burst - len(self._last))
            found["x-ratelimit-reset"] = int(_BURST_SECONDS)
        return [(name.encode(), str(number).encode()) for name, number in found.items()]

    def _missing(self, path: str) -> str | None:
        """The object that a path is about and that the token may not see."""
        parts = path.split("/")
        name = parts[3] if parts[1] == "api" and len(parts) > 3 else parts[2]
        is_changelog = path.endswith("/changelog")
        object_ = "deal_history" if is_changelog else _OBJECT_OF_PATH.get(name, name)
        return object_ if object_ in self._options.missing_scopes else None


def _cost(path: str) -> int:
    version = "v2" if "/v2/" in path else "v1"
    is_one = path.rsplit("/", 1)[-1].isdecimal() or path.endswith("/me")
    return (_COST_OF_ONE if is_one else _COST_OF_LIST)[version]
