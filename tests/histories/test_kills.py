"""A sync that is killed at any moment and run again ends where an undisturbed one ends.

Many sources read the same account, each killed at a moment of its own: in the first read of
everything, and again in the read of what changed. One of them is left alone. In the warehouse each
has to hold the same rows. `pytest tests/histories --kills 100` kills more often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest
from many_sources import warehouse_of
from played_crms import PLAYED_CRMS, PlayedCrm
from small_account import STARTS_AT
from sync_processes import Ended, SyncProcesses

from handoff.landing.reader import iter_manifests
from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.settings import Settings

SEED = 7
_EDITS = 60
_READINGS = "__properties"
# What names the source or the run instead of telling of the CRM.
_OF_THE_RUN = {"source_id", "run_id", "landed_at", "first_landed_at", "part_file"}


class Killing:
    """Syncs of one sandbox into one home, in processes that may be killed."""

    def __init__(
        self, crm: PlayedCrm, processes: SyncProcesses, sandbox: RunningSandbox, home: Path
    ) -> None:
        self.crm, self._processes = crm, processes
        self.sandbox = sandbox
        self.settings = Settings(home=home, playbook_dir=home / "playbook", as_of=None)
        self.resumed = 0

    def sync_all(self, source_ids: list[str], at: datetime, mode: str, random: Random) -> None:
        """The undisturbed sync first, then each of the others: killed, and run again."""
        undisturbed, *others = source_ids
        events = self._sync(undisturbed, at, mode).events
        for source_id in others:
            # Another run may have some events less.
            ended = self._sync(source_id, at, mode, random.randint(1, events * 95 // 100))
            assert ended.is_killed
            statuses = {one.status for one in iter_manifests(self.settings.landing_dir, source_id)}
            self.resumed += "running" in statuses
            self._sync(source_id, at, mode)

    def _sync(self, source_id: str, at: datetime, mode: str, point: int = 0) -> Ended:
        return self._processes.sync(
            self.sandbox, self.settings, self.crm.name, source_id, at, mode=mode, point=point
        )


@pytest.fixture(params=PLAYED_CRMS)
def killing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Killing]:
    crm = PLAYED_CRMS[request.param]
    portal = crm.write_portal(tmp_path / "portal")
    with running_sandbox(portal) as sandbox, SyncProcesses() as processes:
        yield Killing(crm, processes, sandbox, tmp_path / "home")


def test_every_table_is_that_of_an_undisturbed_run(
    killing: Killing, pytestconfig: pytest.Config
) -> None:
    random = Random(SEED)  # noqa: S311
    kills = int(pytestconfig.getoption("--kills"))
    sources = ["undisturbed", *(f"killed_{number}" for number in range(1, (kills + 1) // 2 + 1))]
    killing.sync_all(sources, STARTS_AT, "changes", random)
    edit(killing, random, STARTS_AT + timedelta(hours=5))
    killing.sync_all(sources, STARTS_AT + timedelta(days=1), "sweep", random)
    assert killing.resumed > 0, "no kill met a run that was under way"
    warehouse = warehouse_of(killing.settings, sources, killing.crm.name)
    told = [one for source_id in sources[1:] for one in differing(warehouse, source_id)]
    assert not told, f"seed {SEED}:\n" + "\n".join(told)


def edit(killing: Killing, random: Random, at: datetime) -> None:
    """What people do between the two syncs."""
    editor = killing.crm.editor(killing.sandbox)
    for number in range(_EDITS):
        editor.at(at + timedelta(minutes=number))
        editor.play(random.choice(list(killing.crm.edits)), random)


def differing(warehouse: Path, source_id: str) -> list[str]:
    """The tables of staging in which a source is not what the undisturbed one is."""
    found = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, list(column_name) from information_schema.columns"
            " where table_schema = 'staging' group by table_name order by table_name"
        ).fetchall()
        assert len(tables) > 10
        for table, columns in tables:
            undisturbed, killed = (
                _rows(connection, table, sorted(set(columns) - _OF_THE_RUN), one)
                for one in ("undisturbed", source_id)
            )
            for way, more in (("lacks", undisturbed - killed), ("adds", killed - undisturbed)):
                if more:
                    found.append(f"{source_id}: {table} {way} {list(more)[:2]}")
    return found


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], source_id: str
) -> Counter[tuple[str, ...]]:
    """A source's rows, as often as each is there, with one name for every source."""
    told = ", ".join(f"replace(cast({one} as varchar), $source, 'source')" for one in columns)
    query = f"select {told} from staging.{table} where source_id = $source"  # noqa: S608
    rows = connection.execute(query, {"source": source_id}).fetchall()
    # What is read in full by every sync has been read once more by a source that was killed.
    return Counter(set(rows) if table.endswith(_READINGS) else rows)
