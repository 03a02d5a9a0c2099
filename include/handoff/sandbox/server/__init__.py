"""A CRM's own HTTP API over a portal folder, on loopback.

with running_sandbox(Path("portal"), missing_scopes={"deals"}) as sandbox:
    ...  # sandbox.base_url, sandbox.token, sandbox.requests, sandbox.call("PATCH", ...)
"""

from handoff.sandbox.server.faults import Fault, FaultPlan
from handoff.sandbox.server.options import DEFAULT_TOKEN, RateLimits, SandboxOptions
from handoff.sandbox.server.request_log import LoggedRequest
from handoff.sandbox.server.running import RunningSandbox, running_sandbox, serve

__all__ = [
    "DEFAULT_TOKEN",
    "Fault",
    "FaultPlan",
    "LoggedRequest",
    "RateLimits",
    "RunningSandbox",
    "SandboxOptions",
    "running_sandbox",
    "serve",
]
