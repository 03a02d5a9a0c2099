"""Salesforce's API over a portal's Salesforce folder."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.crm_server import CrmServer
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.salesforce.answers import Refusal, no_resource
from handoff.sandbox.server.salesforce.cursor_faults import spoil_cursor
from handoff.sandbox.server.salesforce.gate import Gate
from handoff.sandbox.server.salesforce.options import salesforce_options
from handoff.sandbox.server.salesforce.org import Organization
from handoff.sandbox.server.salesforce.org_state import OrgState
from handoff.sandbox.server.salesforce.routes import ROUTES

PREFIXES = ("/services", "/_sandbox/salesforce")


def build(folder: Path, options: SandboxOptions) -> CrmServer:
    """Salesforce over its folder of a portal. Raises SandboxError for a broken line."""
    own = salesforce_options(options)
    state = OrgState.from_folder(folder, options.clock())
    missing = frozenset(options.missing_scopes)
    organization = Organization(state, own, options.token, missing)
    app = Starlette(
        routes=ROUTES, exception_handlers={Refusal: _refuse, 404: _no_route, 405: _no_method}
    )
    app.router.redirect_slashes = False
    app.state.organization = organization
    return CrmServer(
        app=Gate(app, own, organization.sessions, organization.usage),
        state=organization,
        counts={name: len(known) for name, known in state.records.items()},
        connection={
            "conn_type": "http",
            "extra": {
                "flow": "client_credentials",
                "client_id": own.client_id,
                "client_secret": options.token,
            },
        },
        spoil_cursor=spoil_cursor,
    )


async def _refuse(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.answer()


async def _no_route(_request: Request, _error: Exception) -> Response:
    return no_resource().answer()


async def _no_method(request: Request, _: Exception) -> Response:
    text = f"HTTP Method '{request.method}' not allowed. Allowed are GET"
    return Refusal(405, "METHOD_NOT_ALLOWED", text).answer()
