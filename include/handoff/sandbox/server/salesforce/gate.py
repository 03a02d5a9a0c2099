"""What every request to Salesforce passes before it is answered.

The length of the URL, the version in the path, the session, the limits, planned faults.
"""

from __future__ import annotations

import re

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handoff.sandbox.server.exchange import Exchange
from handoff.sandbox.server.salesforce import answers
from handoff.sandbox.server.salesforce.options import SalesforceOptions
from handoff.sandbox.server.salesforce.sessions import Sessions
from handoff.sandbox.server.salesforce.usage import Usage

URL_MOST = 16_384
VERSIONS = range(31, 68)

_DATA = re.compile(r"^/services/data/v(\d+)\.0(/.*)?$")


class Gate:
    """ASGI middleware: refuses a request where the options say so."""

    def __init__(
        self, app: ASGIApp, options: SalesforceOptions, sessions: Sessions, usage: Usage
    ) -> None:
        self._app = app
        self._options = options
        self._sessions = sessions
        self._usage = usage
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope["exchange"]
        exchange.compress = True
        path: str = scope["path"]
        if path.startswith("/_sandbox/"):
            await self._app(scope, receive, send)
            return
        if len(scope["raw_path"]) + len(scope["query_string"]) > URL_MOST:
            await Response(b"URI Too Long", 414)(scope, receive, send)
            return
        is_open = path == "/services/data" or path.startswith("/services/oauth2/token")
        refusal = None if is_open else self._refused(scope, exchange)
        if refusal is not None:
            await refusal.answer()(scope, receive, send)
            return
        self._under_way += 1
        try:
            if not await exchange.meet_fault(answers.failure):
                await self._pass(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the version off the path."""
        asked = _DATA.match(scope["path"])
        if asked is None:
            await self._app(scope, receive, send)
            return
        version = int(asked[1])
        if version not in VERSIONS:
            await answers.no_resource().answer()(scope, receive, send)
            return
        rest = (asked[2] or "").rstrip("/")
        inner_path = f"/data{rest or '/'}"
        inner = {**scope, "path": inner_path, "raw_path": inner_path.encode(), "version": version}
        await self._app(inner, receive, send)

    def _refused(self, scope: Scope, exchange: Exchange) -> answers.Refusal | None:
        given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        kind, _, token = given.partition(" ")
        if kind.lower() not in ("bearer", "oauth") or not self._sessions.is_open(token):
            return answers.Refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if not {"api", "full"} & set(self._options.scopes):
            text = "This session is not valid for use with the REST API"
            return answers.Refusal(401, "INVALID_SESSION_ID", text)
        if self._options.api_disabled:
            text = "API is not enabled for this Organization or Partner"
            return answers.Refusal(403, "API_DISABLED_FOR_ORG", text)
        most = self._options.concurrent_requests
        if most is not None and self._under_way >= most:
            exchange.policy = "CONCURRENT"
            text = "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
            return answers.Refusal(403, "REQUEST_LIMIT_EXCEEDED", text)
        if not self._usage.count_request():
            exchange.policy = "DAILY"
            text = "TotalRequests Limit exceeded."
            return answers.Refusal(403, "REQUEST_LIMIT_EXCEEDED", text)
        exchange.headers = [(b"sforce-limit-info", self._usage.header.encode())]
        return None
