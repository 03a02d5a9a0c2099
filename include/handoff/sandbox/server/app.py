"""The sandbox as an ASGI application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from handoff import clock
from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.edits import Edits
from handoff.sandbox.server.hubspot.gate import Gate
from handoff.sandbox.server.hubspot.portal_state import PortalState
from handoff.sandbox.server.hubspot.routes import ROUTES
from handoff.sandbox.server.hubspot.search import SearchCache
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.request_log import RequestLog


def build_app(
    portal: PortalState, options: SandboxOptions, log: RequestLog | None = None
) -> ASGIApp:
    """The application over a portal that is read already."""
    log = log or RequestLog()
    app = Starlette(routes=ROUTES, exception_handlers={Refusal: _refuse, 404: _no_route})
    app.router.redirect_slashes = False
    app.state.portal = portal
    app.state.options = options
    app.state.searches = SearchCache()
    app.state.edits = Edits(portal, new_id_on_merge=frozenset(options.merge_makes_new_id))
    return Gate(app, options, log, own_paths=_own_paths(log))


def load_portal(portal: Path, options: SandboxOptions) -> PortalState:
    """Read a portal folder. Raises SandboxError."""
    fixed = options.now
    now: Callable[[], datetime] = clock.now if fixed is None else lambda: fixed
    return PortalState.from_folder(portal, now)


def _own_paths(log: RequestLog) -> ASGIApp:
    """The sandbox's own answers, which HubSpot has not: ready, and the request log."""

    async def ready(_: Request) -> Response:
        return JSONResponse({"ready": True})

    async def requests(_: Request) -> Response:
        return JSONResponse([request.as_row() for request in log.all()])

    async def clear(_: Request) -> Response:
        log.clear()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/_sandbox/ready", ready),
            Route("/_sandbox/requests", requests, methods=["GET"]),
            Route("/_sandbox/requests", clear, methods=["DELETE"]),
        ]
    )


async def _refuse(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.answer()


async def _no_route(request: Request, _: Exception) -> Response:
    asked = request.scope.get("asked_path", request.url.path)
    return Refusal(404, f"No API is found at {asked}", "OBJECT_NOT_FOUND").answer()
