"""Makes demo portals: a believable company with planted mistakes, and the truth beside them."""

from __future__ import annotations

from handoff.sandbox.generator.generate import DEMO_ENDS_AT, generate_portal
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.truth import Truth

__all__ = ["DEMO_ENDS_AT", "HandoffTruth", "Truth", "generate_portal"]
