"""Opening the warehouse: what a busy, a damaged or an absent one is told as."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handoff.errors import WarehouseBusyError, WarehouseError
from handoff.settings import Settings
from handoff.warehouse import new_database, open_reader, open_warehouse, writer_lock

HOLD = """
import sys, duckdb
with duckdb.connect(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", playbook_dir=tmp_path, as_of=None)


def test_times_are_utc(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        zone = connection.execute("select current_setting('TimeZone')").fetchone()
    assert zone == ("UTC",)


def test_other_errors_pass_as_they_are(settings: Settings) -> None:
    with pytest.raises(RuntimeError, match="of another kind"), open_warehouse(settings):
        raise RuntimeError("of another kind")


def test_a_file_that_another_program_has_open_is_busy(settings: Settings) -> None:
    with open_warehouse(settings):
        pass
    holder = subprocess.Popen(  # noqa: S603 -- a program of this test
        [sys.executable, "-c", HOLD, str(settings.warehouse_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseBusyError, match="open in another program") as caught:
            open_warehouse(settings).__enter__()
        holder.communicate("", timeout=30)
    assert "published.duckdb" in str(caught.value.fix)


def test_a_damaged_file_is_told_with_the_way_to_make_it_anew(settings: Settings) -> None:
    settings.home.mkdir()
    settings.warehouse_path.write_bytes(b"this was a database once" * 1000)
    with pytest.raises(WarehouseError) as caught:
        open_warehouse(settings).__enter__()
    assert "warehouse.duckdb" in caught.value.message
    assert "handoff build --full" in str(caught.value.fix)


def test_reading_what_is_not_there_is_told_with_the_command_that_makes_it(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(WarehouseError, match="no warehouse yet") as caught:
        open_warehouse(settings, read_only=True).__enter__()
    assert "handoff build" in str(caught.value.fix)
    with pytest.raises(WarehouseError, match=r"no published\.duckdb yet"):
        open_reader(tmp_path / "published.duckdb").__enter__()


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    (tmp_path / "new.duckdb").write_bytes(b"")
    with pytest.raises(WarehouseError, match="exists already"):
        new_database(tmp_path / "new.duckdb").__enter__()


LOCK = """
import sys
from pathlib import Path
from handoff.warehouse import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@contextmanager
def locked_elsewhere(home: Path) -> Iterator[subprocess.Popen[str]]:
    holder = subprocess.Popen(  # noqa: S603 -- a program of this test
        [sys.executable, "-c", LOCK, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        yield holder
    finally:
        holder.kill()
        holder.communicate()


def test_the_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    with locked_elsewhere(tmp_path) as holder:
        with pytest.raises(WarehouseBusyError, match=rf"pid {holder.pid}\b") as caught:
            writer_lock(tmp_path).__enter__()
        assert f"ps -p {holder.pid}" in str(caught.value.fix)
    # It was killed, so it could not give the lock back; the system did.
    with writer_lock(tmp_path):
        assert (tmp_path / "warehouse.lock").read_text() == f"{os.getpid()}\n"
    assert (tmp_path / "warehouse.lock").read_text() == ""


def test_a_waiting_writer_goes_on_when_the_other_ends(tmp_path: Path) -> None:
    with locked_elsewhere(tmp_path) as holder:
        timer = threading.Timer(0.5, holder.kill)
        timer.start()
        with writer_lock(tmp_path, wait_seconds=30):
            assert not timer.is_alive()


def test_a_process_that_holds_the_lock_may_take_it_again(tmp_path: Path) -> None:
    with writer_lock(tmp_path):
        with writer_lock(tmp_path):
            pass
        # The inner end has not given it back.
        assert (tmp_path / "warehouse.lock").read_text() == f"{os.getpid()}\n"
