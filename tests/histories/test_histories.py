"""Random histories of a HubSpot account: after the last sync the warehouse equals the CRM.

Edits, merges, the recycle bin, erasures, links and properties change between syncs, during them and
around killed ones; clocks differ and the search index lags. Every history is a source of its own in
one warehouse. `pytest tests/histories --histories 200` plays more of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from account_steps import History, draw_history
from history_player import play
from many_sources import warehouse_of
from small_account import write_account
from staging_rows import differences, ids_in_raw, rows_held
from sync_processes import SyncProcesses

from handoff.settings import Settings

_A_WAREHOUSE = 40
_FIRST_SEED = 1


class Comparison:
    """Plays histories into a home of their own and compares what it holds with the servers'."""

    def __init__(self, folder: Path, processes: SyncProcesses) -> None:
        self._folder, self._processes = folder, processes
        self._portal = write_account(folder / "portal")
        self._runs = count()

    def differences(self, histories: list[History]) -> list[list[str]]:
        """What is wrong with each, in their order."""
        home = self._folder / f"home{next(self._runs)}"
        settings = Settings(home=home, playbook_dir=home / "playbook", as_of=None)
        truths = [
            play(history, f"history_{number}", self._portal, settings, self._processes)
            for number, history in enumerate(histories)
        ]
        warehouse = warehouse_of(settings, [truth.source_id for truth in truths])
        held, raw_ids = rows_held(warehouse), ids_in_raw(warehouse)
        shutil.rmtree(home)
        return [differences(truth, held, raw_ids) for truth in truths]

    def shortest(self, history: History) -> tuple[History, list[str]]:
        """The shortest beginning of a history that ends wrong, and what is wrong then.

        All beginnings are played into one warehouse, each as a source of its own.
        """
        beginnings = [history.beginning(length) for length in range(len(history.steps) + 1)]
        told = zip(beginnings, self.differences(beginnings), strict=True)
        return next((one, found) for one, found in told if found)


@pytest.fixture
def comparison(tmp_path: Path) -> Iterator[Comparison]:
    with SyncProcesses() as processes:
        yield Comparison(tmp_path, processes)


def test_after_the_next_sync_the_warehouse_equals_the_crm(
    comparison: Comparison, pytestconfig: pytest.Config
) -> None:
    seeds = range(_FIRST_SEED, _FIRST_SEED + int(pytestconfig.getoption("--histories")))
    histories = [draw_history(seed) for seed in seeds]
    wrong: dict[int, list[str]] = {}
    for start in range(0, len(histories), _A_WAREHOUSE):
        some = histories[start : start + _A_WAREHOUSE]
        told = zip(some, comparison.differences(some), strict=True)
        wrong |= {history.seed: found for history, found in told if found}
    if wrong:
        shortest, told = comparison.shortest(draw_history(min(wrong)))
        lines = [f"seed {seed}: {'; '.join(found)}" for seed, found in sorted(wrong.items())]
        pytest.fail(
            f"{len(wrong)} of {len(histories)} histories end wrong:\n"
            + "\n".join(lines)
            + f"\n\nthe shortest beginning of seed {min(wrong)} that ends wrong:\n{shortest}\n"
            + "\n".join(told),
            pytrace=False,
        )
