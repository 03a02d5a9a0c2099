"""People placed by hand: each plays one rule, with known ids and a known outcome."""

from __future__ import annotations

from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.scenarios import (
    acceptance,
    deals,
    fields,
    hostile,
    identity,
    lifecycle,
    reasons,
    speed,
    touches,
)
from handoff.sandbox.generator.scenarios.scene import Scene

_TOPICS = (speed, acceptance, lifecycle, deals, reasons, identity, fields, touches, hostile)


def place_scenarios(portal: PortalInProgress) -> None:
    """Writes every hand-placed person, always in the same order, so that their ids are known."""
    scene = Scene(portal)
    for topic in _TOPICS:
        topic.place(scene)
