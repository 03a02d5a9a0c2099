"""Example CRM's API over its folder of a portal."""

from __future__ import annotations

import hmac
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from handoff.new_crm.template.sandbox.account_state import AccountState
from handoff.new_crm.template.sandbox.routes import ROUTES
from handoff.sandbox.server.crm_server import CrmServer
from handoff.sandbox.server.exchange import Exchange
from handoff.sandbox.server.options import SandboxOptions

PREFIXES = ("/example_crm/v1",)


def build(folder: Path, options: SandboxOptions) -> CrmServer:
    """Example CRM over its folder of a portal. Raises SandboxError for a broken line."""
    state = AccountState.from_folder(folder, options.clock())
    app = Starlette(routes=ROUTES)
    app.state.account = state
    return CrmServer(
        app=_Gate(app, options),
        state=state,
        counts={name: len(records) for name, records in state.records.items()},
        connection={"conn_type": "http", "password": options.token},
    )


class _Gate:
    """What every request passes before it is answered: token, limits, planned faults, scopes."""

    def __init__(self, app: ASGIApp, options: SandboxOptions) -> None:
        self._app = app
        self._options = options
        self._asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope["exchange"]
        refusal = self._refusal(scope)
        if refusal is None and await exchange.meet_fault(lambda status: _error(status, "fault")):
            return
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, f"Bearer {self._options.token}".encode()):
            return _error(401, "the token is not known")
        self._asked += 1
        daily = self._options.limits.daily
        if daily is not None and self._asked > daily:
            return _error(429, "the daily limit is reached")
        named = set(scope["path"].split("/"))
        if "fields" not in named and named & set(self._options.missing_scopes):
            return _error(403, "the token does not cover this")
        return None


def _error(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)
