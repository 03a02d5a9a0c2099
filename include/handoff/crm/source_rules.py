"""What the playbook says of the way in which a source is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceRules:
    """How far a sync may use an account, and how often it reads anew what no change tells of.

    daily_call_budget: at which share of the account's calls of a day, those of others included, a
    sync stops. reload_formulas_every_days: formulas change without their records.
    """

    daily_call_budget: float = 0.5
    reload_formulas_every_days: int = 7
    requests_at_a_time: int = 4
