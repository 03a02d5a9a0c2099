"""The meaning of each number, as metric_definitions tells it."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.report.reading.published import Published


@dataclass(frozen=True)
class Definition:
    """One metric: words, both sides, what is left out, who owns it and where it stands."""

    metric_id: str
    label: str
    words: str
    formula: str
    numerator: str
    denominator: str
    exclusions: str
    unit: str
    owner: str
    table_name: str
    column_name: str


def read_definitions(published: Published) -> dict[str, Definition]:
    """Every definition by its metric's id, in the order of the labels."""
    rows = published.rows(
        """
        select
            metric_id, label, words, formula, coalesce(numerator, '') as numerator,
            coalesce(denominator, '') as denominator, coalesce(exclusions, '') as exclusions,
            unit, owner, table_name, column_name
        from metric_definitions
        order by label, metric_id
        """
    )
    return {row["metric_id"]: Definition(**row) for row in rows}
