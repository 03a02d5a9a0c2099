"""One sync of a source at a time, whatever happens to its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handoff.errors import SourceBusyError
from handoff.landing.source_lock import source_lock

HOLD = """
import sys, time
from pathlib import Path
from handoff.landing.source_lock import source_lock
with source_lock(Path(sys.argv[1]), "portal"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_sync_is_told_who_runs_and_a_killed_one_frees_the_source(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": "include"},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(SourceBusyError, match=rf"pid {holder.pid}") as caught,
            source_lock(tmp_path, "portal"),
        ):
            pytest.fail("two syncs of one source")
        assert f"ps -p {holder.pid}" in str(caught.value)
        with source_lock(tmp_path, "another"):
            pass
        holder.kill()
        holder.wait()
    with source_lock(tmp_path, "portal"):
        pass
