"""HubSpot's API over a portal's HubSpot folder."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.crm_server import CrmServer
from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.cursor_faults import spoil_cursor
from handoff.sandbox.server.hubspot.edits import Edits
from handoff.sandbox.server.hubspot.gate import Gate
from handoff.sandbox.server.hubspot.portal_state import PortalState
from handoff.sandbox.server.hubspot.routes import ROUTES
from handoff.sandbox.server.hubspot.search import SearchCache
from handoff.sandbox.server.options import SandboxOptions

PREFIXES = ("/crm", "/marketing", "/forms", "/form-integrations", "/account-info", "/oauth")


def build(folder: Path, options: SandboxOptions) -> CrmServer:
    """HubSpot over its folder of a portal. Raises SandboxError for a broken line."""
    portal = PortalState.from_folder(folder, options.clock())
    app = Starlette(routes=ROUTES, exception_handlers={Refusal: _refuse, 404: _no_route})
    app.router.redirect_slashes = False
    app.state.portal = portal
    app.state.options = options
    app.state.searches = SearchCache()
    app.state.edits = Edits(portal, new_id_on_merge=frozenset(options.merge_makes_new_id))
    return CrmServer(
        app=Gate(app, options),
        state=portal,
        counts={name: len(store) for name, store in portal.stores.items()},
        connection={"conn_type": "http", "password": options.token},
        spoil_cursor=spoil_cursor,
    )


async def _refuse(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.answer()


async def _no_route(request: Request, _: Exception) -> Response:
    asked = request.scope.get("asked_path", request.url.path)
    return Refusal(404, f"No API is found at {asked}", "OBJECT_NOT_FOUND").answer()
