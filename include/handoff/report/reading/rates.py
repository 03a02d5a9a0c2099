"""A rate with both its sides, as every report table holds it."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.report.reading.published import Row


@dataclass(frozen=True)
class Rate:
    """numerator of denominator, with Wilson's interval where there is one.

    rate: 0-1, None when the sample is too small to show one. small_sample: hidden, marked or no.
    is_complete: whether later events can no longer change it.
    """

    numerator: float
    denominator: float
    rate: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    small_sample: str = "no"
    is_complete: bool = True

    @property
    def is_open(self) -> bool:
        return not self.is_complete

    @property
    def is_marked(self) -> bool:
        return self.small_sample == "marked"


def rate_of(row: Row) -> Rate:
    """The rate in a row that has the columns of report tables."""
    return Rate(
        numerator=row["numerator"] or 0,
        denominator=row["denominator"] or 0,
        rate=row["rate"],
        ci_low=row.get("ci_low"),
        ci_high=row.get("ci_high"),
        small_sample=row.get("small_sample") or "no",
        is_complete=bool(row.get("is_complete", True)),
    )


@dataclass(frozen=True)
class SmallSamples:
    """The playbook's care of small samples: no rate below `hidden`, a mark below `marked`."""

    hidden_below: int
    marked_below: int

    def share(self, numerator: float, denominator: float) -> Rate:
        """A share that no table holds, with the same care and without an interval."""
        if denominator < self.hidden_below or denominator == 0:
            return Rate(numerator, denominator, None, small_sample="hidden")
        word = "marked" if denominator < self.marked_below else "no"
        return Rate(numerator, denominator, numerator / denominator, small_sample=word)
