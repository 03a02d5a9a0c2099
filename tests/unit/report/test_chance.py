"""Whether a change is more than chance, against values worked out by hand."""

from __future__ import annotations

import pytest

from handoff.report.chance import distance_of_counts, distance_of_rates
from handoff.report.reading.rates import Rate


def rate(numerator: int, denominator: int) -> Rate:
    return Rate(numerator, denominator, numerator / denominator)


def test_two_proportions() -> None:
    # pooled 0.2, spread sqrt(0.16 * 0.02) = 0.0565685
    assert distance_of_rates(rate(15, 100), rate(25, 100)) == pytest.approx(1.767767, abs=1e-6)


def test_hidden_or_certain_rates_have_no_distance() -> None:
    assert distance_of_rates(rate(4, 4), rate(6, 6)) == 0.0
    assert distance_of_rates(Rate(3, 4, None), rate(15, 100)) == 0.0


def test_two_counts() -> None:
    assert distance_of_counts(16, 9) == pytest.approx(1.4)
    assert distance_of_counts(0, 0) == 0.0
