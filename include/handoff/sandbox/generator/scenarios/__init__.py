"""People placed by hand: each plays one rule, with known ids and a known outcome."""

from __future__ import annotations

from handoff.sandbox.generator.portal_in_progress import PortalInProgress


def place_scenarios(portal: PortalInProgress) -> None:
    """Writes every hand-placed person."""
