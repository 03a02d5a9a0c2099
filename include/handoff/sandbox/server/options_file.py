"""Sandbox options as JSON, to hand them to another process."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from handoff.sandbox.server.faults import Fault, FaultPlan
from handoff.sandbox.server.options import RateLimits, SandboxOptions


def options_to_json(options: SandboxOptions) -> bytes:
    """The options as JSON."""
    return orjson.dumps(options, default=list)


def options_from_json(text: bytes) -> SandboxOptions:
    """The options that `options_to_json` wrote."""
    given: dict[str, Any] = orjson.loads(text)
    plan = given.pop("faults", {})
    faults = [Fault(**fault) for fault in plan.pop("faults", ())]
    now = given.pop("now", None)
    known = {field.name for field in fields(SandboxOptions)}
    return SandboxOptions(
        limits=RateLimits(**given.pop("limits", {})),
        faults=FaultPlan(faults=faults, **plan),
        now=datetime.fromisoformat(now) if now else None,
        **{name: value for name, value in given.items() if name in known},
    )
