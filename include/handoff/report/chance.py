"""Whether two shares, or two counts, differ by more than chance explains."""

from __future__ import annotations

from math import sqrt

from handoff.report.reading.rates import Rate

BEYOND_CHANCE = 1.96


def distance_of_rates(now: Rate, before: Rate) -> float:
    """The difference in standard errors of it (two-proportion z, pooled); 0 if either is hidden."""
    if now.rate is None or before.rate is None:
        return 0.0
    pooled = (now.numerator + before.numerator) / (now.denominator + before.denominator)
    spread = sqrt(pooled * (1 - pooled) * (1 / now.denominator + 1 / before.denominator))
    return abs(now.rate - before.rate) / spread if spread else 0.0


def distance_of_counts(now: float, before: float) -> float:
    """The difference of two Poisson counts in standard errors of it."""
    total = now + before
    return abs(now - before) / sqrt(total) if total else 0.0
