"""A second opinion: the dbt models and a plain walk over METRICS read many small histories alike.

The reference (people, timeline, handoffs, bypasses) was written from the definitions alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from models_reading import said_by_models, said_by_reference
from random_histories import RULES, ZONE, History, random_histories
from shortest_history import describe, renumbered, shrink

SEED = 7
HISTORIES = 4000
SHOWN = 3


class _Comparison:
    """Compares the two readings; each comparison is one run of the models in its own home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = count()

    def differing(self, histories: Sequence[History]) -> list[History]:
        by_models, by_reference = self._said(histories)
        return [one for one in histories if by_models[one.number] != by_reference[one.number]]

    def explain(self, histories: Sequence[History]) -> str:
        """Each history with both readings, shrunk."""
        short = shrink(histories, self.differing)
        short = [renumbered(history, place) for place, history in enumerate(short)]
        by_models, by_reference = self._said(short)
        return "\n\n".join(
            "\n".join(
                [
                    f"seed {original.seed}, history {original.number}, shrunk:",
                    describe(history, ZONE),
                    "the reference alone says:",
                    *sorted(by_reference[history.number] - by_models[history.number]),
                    "the models alone say:",
                    *sorted(by_models[history.number] - by_reference[history.number]),
                ]
            )
            for original, history in zip(histories, short, strict=True)
        )

    def _said(self, histories: Sequence[History]):  # type: ignore[no-untyped-def]
        folder = self.folder / f"run{next(self.runs)}"
        return said_by_models(folder, histories, RULES), said_by_reference(histories, RULES)


@pytest.fixture
def comparison(tmp_path: Path) -> _Comparison:
    return _Comparison(tmp_path)


def test_models_agree_with_the_reference(comparison: _Comparison) -> None:
    histories = random_histories(SEED, HISTORIES)
    differing = comparison.differing(histories)
    if differing:
        told = comparison.explain(differing[:SHOWN])
        pytest.fail(f"{len(differing)} of {HISTORIES} histories differ.\n\n{told}", pytrace=False)
