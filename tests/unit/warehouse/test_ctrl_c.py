"""Ctrl-C in the middle of a query ends it at once, wherever it runs, and is never taken for
anything else: an error, or a check that fails.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handoff.checks import read_last_blocked, read_last_report
from handoff.settings import Settings
from handoff.warehouse import open_warehouse

PROGRAM = Path(__file__).with_name("pressed_ctrl_c.py")
# The queries would take hours.
AT_ONCE_SECONDS = 20


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "home").mkdir()
    return Settings(home=tmp_path / "home", playbook_dir=tmp_path, as_of=None)


def press_ctrl_c(what: str, settings: Settings, *, seconds_after_ready: float = 0.5) -> str:
    with subprocess.Popen(  # noqa: S603 -- a program of these tests
        [sys.executable, str(PROGRAM), what, str(settings.home)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(seconds_after_ready)
            process.send_signal(signal.SIGINT)
            return process.communicate(timeout=AT_ONCE_SECONDS)[0].strip()
        finally:
            process.kill()


@pytest.mark.parametrize("what", ["query", "new_file", "transaction"])
def test_a_query_is_interrupted_and_the_warehouse_is_free(what: str, settings: Settings) -> None:
    assert press_ctrl_c(what, settings) == "KeyboardInterrupt"
    with open_warehouse(settings) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_transaction_that_was_interrupted_leaves_what_was(settings: Settings) -> None:
    assert press_ctrl_c("transaction", settings) == "KeyboardInterrupt"
    with open_warehouse(settings, read_only=True) as connection:
        assert connection.execute("from kept").fetchall() == [(1,)]


def test_a_check_is_interrupted_and_finds_nothing(settings: Settings) -> None:
    assert press_ctrl_c("check", settings, seconds_after_ready=2.0) == "KeyboardInterrupt"
    assert read_last_blocked(settings) is None
    assert read_last_report(settings, "arrived") is None
