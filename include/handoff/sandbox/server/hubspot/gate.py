"""What every request passes before it is answered, in HubSpot's order of refusals.

The length of the URL, the token, the limits, planned faults, the version in the path, the scopes.
"""

from __future__ import annotations

import hmac

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handoff.sandbox.server.exchange import Exchange
from handoff.sandbox.server.hubspot import answers
from handoff.sandbox.server.hubspot.paths import canonical_path
from handoff.sandbox.server.hubspot.rate_limits import RateGate
from handoff.sandbox.server.hubspot.scopes import missing_scope, missing_scope_details
from handoff.sandbox.server.options import SandboxOptions

# Found by connectors that put all property names into the URL: 414 above about this length.
URL_MOST = 16_200


class Gate:
    """ASGI middleware: refuses a request where the options say so."""

    def __init__(self, app: ASGIApp, options: SandboxOptions) -> None:
        self._app = app
        self._options = options
        self._rates = RateGate(options.limits)
        self._authorization = f"Bearer {options.token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope["exchange"]
        path = scope["path"]
        refusal = self._refused(scope)
        if refusal is not None:
            await refusal.answer()(scope, receive, send)
            return
        is_search = scope["method"] == "POST" and path.endswith("/search")
        policy = self._rates.policy_against(is_search=is_search)
        exchange.headers = self._rates.headers(is_search=is_search)
        if policy is not None:
            exchange.policy = policy
            if self._options.limits.retry_after is not None:
                exchange.headers.append((b"retry-after", self._options.limits.retry_after.encode()))
            answer = answers.json_answer(self._rates.body(policy), 429)
            await answer(scope, receive, send)
            return
        if await exchange.meet_fault(_failure):
            return
        found = canonical_path(path)
        if found is None:
            await _unknown_path(path).answer()(scope, receive, send)
            return
        version, canonical = found
        needed = missing_scope(canonical, self._options.missing_scopes)
        if needed is not None:
            refusal = answers.Refusal(
                403,
                "This app hasn't been granted all required scopes to make this call. Read more"
                " about required scopes here: https://developers.hubspot.com/scopes.",
                "MISSING_SCOPES",
                **missing_scope_details(needed),
            )
            await refusal.answer()(scope, receive, send)
            return
        inner = {
            **scope,
            "path": canonical,
            "raw_path": canonical.encode(),
            "asked_path": path,
            "version": version,
        }
        await self._app(inner, receive, send)

    def _refused(self, scope: Scope) -> answers.Refusal | None:
        if len(scope["raw_path"]) + len(scope["query_string"]) > URL_MOST:
            return answers.Refusal(414, "URI Too Long", "VALIDATION_ERROR")
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not given:
            return answers.Refusal(
                401,
                "Authentication credentials not found. This API supports OAuth 2.0"
                " authentication and you can find more details at"
                " https://developers.hubspot.com/docs/methods/auth/oauth-overview",
                "INVALID_AUTHENTICATION",
            )
        if not hmac.compare_digest(given, self._authorization):
            return answers.Refusal(
                401,
                "Authentication credentials not found. The access token is invalid or has been"
                " revoked.",
                "INVALID_AUTHENTICATION",
            )
        return None


def _failure(status: int) -> Response:
    return answers.json_answer(
        answers.error_body("internal error", category="INTERNAL_ERROR"), status
    )


def _unknown_path(path: str) -> answers.Refusal:
    return answers.Refusal(404, f"No API is found at {path}", "OBJECT_NOT_FOUND")
