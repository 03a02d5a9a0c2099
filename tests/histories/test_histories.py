"""Random histories of an account: after the last sync the warehouse equals the CRM.

Edits, merges, the recycle bin, erasures, links and properties change between syncs, during them and
around killed ones; clocks differ and the search index lags. Every history is a source of its own in
one warehouse. `pytest tests/histories --histories 200` plays more of them, and `--first-history 37
--histories 1` one again.
"""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import pytest
from account_steps import History, draw_history
from history_player import play
from many_sources import warehouse_of
from played_crms import PLAYED_CRMS, PlayedCrm
from staging_rows import differences, ids_in_raw, rows_held
from sync_processes import SyncProcesses

from handoff.settings import Settings

_A_WAREHOUSE = 40


class Comparison:
    """Plays histories into a home of their own and compares what it holds with the servers'."""

    def __init__(self, crm: PlayedCrm, folder: Path, processes: SyncProcesses) -> None:
        self._crm, self._folder, self._processes = crm, folder, processes
        self._portal = crm.write_portal(folder / "portal")
        self._runs = count()

    def draw(self, seed: int) -> History:
        """The history of a seed."""
        return draw_history(seed, dict(self._crm.edits))

    def differences(self, histories: list[History]) -> list[list[str]]:
        """What is wrong with each, in their order."""
        home = self._folder / f"home{next(self._runs)}"
        settings = Settings(home=home, playbook_dir=home / "playbook", as_of=None)
        truths = [
            play(self._crm, history, f"history_{number}", self._portal, settings, self._processes)
            for number, history in enumerate(histories)
        ]
        source_ids = [truth.source_id for truth in truths]
        warehouse = warehouse_of(settings, source_ids, self._crm.name)
        held = rows_held(warehouse, self._crm.name)
        raw_ids = ids_in_raw(warehouse, self._crm.name)
        shutil.rmtree(home)
        return [differences(truth, held, raw_ids) for truth in truths]

    def shortest(self, history: History) -> tuple[History, list[str]]:
        """The shortest beginning of a history that ends wrong, and what is wrong then.

        All beginnings are played into one warehouse, each as a source of its own.
        """
        beginnings = [history.beginning(length) for length in range(len(history.steps) + 1)]
        told = zip(beginnings, self.differences(beginnings), strict=True)
        return next((one, found) for one, found in told if found)


@pytest.mark.parametrize("name", PLAYED_CRMS)
def test_after_the_next_sync_the_warehouse_equals_the_crm(
    name: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    with SyncProcesses() as processes:
        _play_all(Comparison(PLAYED_CRMS[name], tmp_path, processes), pytestconfig)


def _play_all(comparison: Comparison, pytestconfig: pytest.Config) -> None:
    first, number = (
        int(pytestconfig.getoption(name)) for name in ("--first-history", "--histories")
    )
    seeds = range(first, first + number)
    histories = [comparison.draw(seed) for seed in seeds]
    wrong: dict[int, list[str]] = {}
    for start in range(0, len(histories), _A_WAREHOUSE):
        some = histories[start : start + _A_WAREHOUSE]
        told = zip(some, comparison.differences(some), strict=True)
        wrong |= {history.seed: found for history, found in told if found}
    if wrong:
        shortest, told = comparison.shortest(comparison.draw(min(wrong)))
        lines = [f"seed {seed}: {'; '.join(found)}" for seed, found in sorted(wrong.items())]
        pytest.fail(
            f"{len(wrong)} of {len(histories)} histories end wrong:\n"
            + "\n".join(lines)
            + f"\n\nthe shortest beginning of seed {min(wrong)} that ends wrong:\n{shortest}\n"
            + "\n".join(told),
            pytrace=False,
        )
