"""Sandbox options as JSON, to hand them to another process."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from handoff.errors import SandboxError
from handoff.sandbox.server.faults import Fault, FaultPlan
from handoff.sandbox.server.options import RateLimits, SandboxOptions


def options_to_json(options: SandboxOptions) -> bytes:
    """The options as JSON."""
    return orjson.dumps(options, default=list)


def options_from_json(text: bytes) -> SandboxOptions:
    """The options that `options_to_json` wrote, or that someone wrote by hand.

    Raises SandboxError for text that is no JSON object, and for a name that no option has.
    """
    try:
        given: dict[str, Any] = orjson.loads(text)
        plan = given.pop("faults", {})
        faults = [Fault(**fault) for fault in plan.pop("faults", ())]
        now = given.pop("now", None)
        return SandboxOptions(
            limits=RateLimits(**given.pop("limits", {})),
            faults=FaultPlan(faults=faults, **plan),
            now=datetime.fromisoformat(now) if now else None,
            **given,
        )
    except (ValueError, TypeError, AttributeError) as error:
        names = ", ".join(field.name for field in fields(SandboxOptions))
        # Python's own message names the option; what comes before it is of no use to a reader.
        wrong = str(error).removeprefix("SandboxOptions.__init__() ")
        raise SandboxError(
            f"the sandbox's options cannot be read: {wrong}",
            fix=f"write a JSON object with some of: {names}",
        ) from None
