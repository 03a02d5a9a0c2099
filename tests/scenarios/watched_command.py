"""A `handoff` command that runs beside the test, to be watched and stopped as from a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline_home import COMMAND, PipelineHome

_PATIENCE_SECONDS = 240.0
# Python's own helper processes leave a moment after the one that they help.
_LEAVE_SECONDS = 3.0


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it said."""

    exit_code: int
    said: str
    process_id: int
    left_running: bool


class WatchedCommand:
    """A command in a process group of its own, as a terminal gives it one."""

    def __init__(self, process: subprocess.Popen[bytes], said: Path) -> None:
        self._process, self._said = process, said

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def said(self) -> str:
        return self._said.read_text(errors="replace")

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait for something while the command runs; an early end fails the test."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not happened():
            if self._process.poll() is not None:
                raise AssertionError(f"ended before {what}: {self.said}")
            if time.monotonic() > deadline:
                raise AssertionError(f"no sign of {what}: {self.said}")
            time.sleep(0.02)

    def wait_for_stop(self, name: str) -> None:
        """Wait until a stop is done."""
        self.wait_until(lambda: f"✓ {name}" in self.said, f"the end of {name}")

    def press_ctrl_c(self) -> Ended:
        """SIGINT to the whole group, which is what a terminal does."""
        os.killpg(self.process_id, signal.SIGINT)
        return self.end()

    def end(self) -> Ended:
        """Wait for the end."""
        code = self._process.wait(timeout=_PATIENCE_SECONDS)
        deadline = time.monotonic() + _LEAVE_SECONDS
        while self._is_group_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        return Ended(code, self.said, self.process_id, self._is_group_alive())

    def kill(self) -> None:
        """End whatever of it still runs."""
        if self._process.poll() is None or self._is_group_alive():
            os.killpg(self.process_id, signal.SIGKILL)
            self._process.wait()

    def _is_group_alive(self) -> bool:
        """Whether a process of the group still works; those that only wait to be counted do not."""
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, group = path.read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(group) == self.process_id and state != "Z":
                return True
        return False


@contextmanager
def watched(home: PipelineHome, *arguments: str) -> Iterator[WatchedCommand]:
    """`handoff ARGUMENTS` on a home while the block runs."""
    with TemporaryDirectory() as folder, (Path(folder) / "said.txt").open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 -- the product's own command
            [str(COMMAND), *arguments],
            env={**os.environ, **home.variables()},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        command = WatchedCommand(process, Path(file.name))
        try:
            yield command
        finally:
            command.kill()
