"""The whole chain over whole portals, each played once for all tests that look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_portal import DemoPortal, Rerun
from pipeline_home import ALL_STOPS, pipeline_home

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.generator.generate import DEMO_ENDS_AT
from handoff.sandbox.server import running_sandbox


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPortal]:
    """The demo's portal after every stop, from a sandbox that stays up for a rerun."""
    folder = tmp_path_factory.mktemp("demo")
    generate_portal(folder / "portal")
    with running_sandbox(folder / "portal") as sandbox:
        home = pipeline_home(folder / "home", sandbox, DEMO_ENDS_AT)
        home.run(ALL_STOPS)
        kept = folder / "kept"
        kept.mkdir()
        for path in (home.settings.warehouse_path, home.settings.published_path):
            shutil.copy(path, kept)
        shutil.copytree(home.settings.reports_dir, kept / "reports")
        exports = (home.settings.exports_dir / "latest").resolve()
        yield DemoPortal(home, folder / "portal", kept, exports)


@pytest.fixture(scope="session")
def demo_rerun(demo: DemoPortal) -> Rerun:
    """The demo's home after a sync that found nothing new, and a warehouse made from landing."""
    home = demo.home
    home.run(("sync", "load"))
    incremental = demo.kept / "incremental.duckdb"
    shutil.copy(home.settings.warehouse_path, incremental)
    home.run(("load", "check_arrived"), full=True)
    home.build_at_once()
    home.run(ALL_STOPS[ALL_STOPS.index("check_leaving") :])
    return Rerun(home, incremental, Path((home.settings.exports_dir / "latest").resolve()))
