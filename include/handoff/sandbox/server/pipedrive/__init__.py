"""Pipedrive's API over a portal's Pipedrive folder: version 2, and 1 where 2 has nothing."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.crm_server import CrmServer
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.pipedrive.account_state import AccountState
from handoff.sandbox.server.pipedrive.answers import Refusal, refused
from handoff.sandbox.server.pipedrive.cursors import spoil_cursor
from handoff.sandbox.server.pipedrive.gate import Gate
from handoff.sandbox.server.pipedrive.routes import ROUTES

PREFIXES = ("/api/v1", "/api/v2", "/v1")


def build(folder: Path, options: SandboxOptions) -> CrmServer:
    """Pipedrive over its folder of a portal. Raises SandboxError for a broken line."""
    state = AccountState.from_folder(folder, options.clock())
    app = Starlette(routes=ROUTES, exception_handlers={Refusal: _refuse, 404: _no_route})
    app.router.redirect_slashes = False
    app.state.account = state
    app.state.options = options
    return CrmServer(
        app=Gate(app, options),
        state=state,
        counts={name: len(records) for name, records in state.records.items()},
        connection={"conn_type": "http", "password": options.token},
        spoil_cursor=spoil_cursor,
    )


async def _refuse(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.answer()


async def _no_route(_: Request, __: Exception) -> Response:
    return refused(404, "Unknown method .")
