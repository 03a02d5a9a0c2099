"""The sandbox as an ASGI application: every CRM of the portal behind one address."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from handoff.sandbox.portal import crm_folders
from handoff.sandbox.server.crm_server import CrmServer
from handoff.sandbox.server.exchange import Exchange
from handoff.sandbox.server.faults import FaultPlan
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.request_log import RequestLog


def served_crms() -> list[str]:
    """The CRMs that the sandbox can be: the folders beside this file."""
    return [one.name for one in iter_modules([str(Path(__file__).parent)]) if one.ispkg]


def load_servers(portal: Path, options: SandboxOptions) -> dict[str, CrmServer]:
    """The CRMs that a portal folder has records of. Raises SandboxError."""
    return {
        crm: import_module(f"handoff.sandbox.server.{crm}").build(folder, options)
        for crm, folder in crm_folders(portal, served_crms()).items()
    }


def build_app(
    servers: Mapping[str, CrmServer], options: SandboxOptions, log: RequestLog | None = None
) -> ASGIApp:
    """The application over CRMs that are read already."""
    return _Dispatcher(servers, options.faults, log or RequestLog())


class _Dispatcher:
    """Gives each request to the CRM whose path it asks for."""

    def __init__(
        self, servers: Mapping[str, CrmServer], faults: FaultPlan, log: RequestLog
    ) -> None:
        self._log = log
        # One player for all, so that a seed scatters the same faults whichever CRM is asked.
        self._faults = faults.start()
        self._own_paths = _own_paths(log)
        self._servers = dict(servers)
        self._by_prefix = [
            (prefix, server)
            for crm, server in servers.items()
            for prefix in import_module(f"handoff.sandbox.server.{crm}").PREFIXES
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path in ("/_sandbox/ready", "/_sandbox/requests"):
            await self._own_paths(scope, receive, send)
            return
        server = self._server(path)
        exchange = Exchange(self._log, self._faults, scope, receive, send, server.spoil_cursor)
        try:
            await server.app({**scope, "exchange": exchange}, exchange.receive, exchange.send)
        finally:
            exchange.finish()

    def _server(self, path: str) -> CrmServer:
        """The CRM that answers a path; the first one says that there is no such path."""
        for prefix, server in self._by_prefix:
            if path == prefix or path.startswith(f"{prefix}/"):
                return server
        return next(iter(self._servers.values()))


def _own_paths(log: RequestLog) -> ASGIApp:
    """The sandbox's own answers, which no CRM has: ready, and the request log."""

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
