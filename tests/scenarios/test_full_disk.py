"""A disk that fills up under a build: told as that and nothing else, and after there is room again
the same stop ends as if nothing had been.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pipeline_home import PipelineHome, pipeline_home
from same_tables import compared_tables, differing_tables
from small_disk import filled, small_disk

from handoff.errors import WarehouseError
from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import running_sandbox

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
# A file that cannot begin, one that cannot be written to, one that cannot be finished.
FREE_BYTES = (4096, 64 * 1024, 400 * 1024)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineHome]:
    """A home that was never disturbed, after its load."""
    folder = tmp_path_factory.mktemp("loaded")
    generate_portal(folder / "portal", people=60, ends_at=AS_OF, with_scenarios=False)
    with running_sandbox(folder / "portal") as sandbox:
        home = pipeline_home(folder / "home", sandbox, AS_OF)
        home.run(("sync", "load"))
        yield home


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as mounted:
        yield mounted


def moved(home: PipelineHome, disk: Path, *names: str) -> PipelineHome:
    """The same home on another disk, with these of its files."""
    there = pipeline_home(disk / "home", home.sandbox, AS_OF)
    for name in names:
        path = home.settings.home / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, there.settings.home / name)
    return there


def told(home: PipelineHome, stop: str) -> WarehouseError:
    with pytest.raises(WarehouseError, match=r"The disk of warehouse\.duckdb is full") as caught:
        home.run((stop,))
    assert str(home.settings.home) in str(caught.value.fix)
    assert "handoff build" in str(caught.value.fix)
    return caught.value


@pytest.mark.parametrize("free_bytes", FREE_BYTES)
def test_a_load_that_finds_no_room(loaded: PipelineHome, disk: Path, free_bytes: int) -> None:
    home = moved(loaded, disk, "landing")
    with filled(disk, free_bytes=free_bytes):
        told(home, "load")
        told(home, "load")
    home.run(("load",))
    files = (loaded.settings.warehouse_path, home.settings.warehouse_path)
    assert compared_tables(files[1], ["raw"]) > 10
    assert differing_tables(*files, ["raw", "playbook"]) == {}


def test_a_load_into_a_warehouse_that_is_there_keeps_what_it_held(
    loaded: PipelineHome, disk: Path
) -> None:
    home = moved(loaded, disk, "landing", "warehouse.duckdb", "playbook_versions")
    with filled(disk, free_bytes=64 * 1024), pytest.raises(WarehouseError, match="is full"):
        home.run(("load",), full=True)
    files = (loaded.settings.warehouse_path, home.settings.warehouse_path)
    assert (
        differing_tables(*files, ["raw", "playbook"], ignored_columns=(), ignored_tables=()) == {}
    )


@pytest.mark.slow
def test_dbt_that_finds_no_room(loaded: PipelineHome, disk: Path) -> None:
    home = moved(loaded, disk, "landing", "warehouse.duckdb", "playbook_versions")
    with filled(disk, free_bytes=2_000_000):
        told(home, "dbt_staging")
    home.run(("dbt_staging",))
    assert compared_tables(home.settings.warehouse_path, ["staging"]) > 5
