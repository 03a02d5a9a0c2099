"""A disk of a few megabytes that can be filled, and emptied again."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SIZE = "256m"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own at a folder, which only root may mount; else the test is skipped."""
    folder.mkdir()
    mounted = subprocess.run(  # noqa: S603
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S603, S607


@contextmanager
def filled(disk: Path, *, free_bytes: int) -> Iterator[None]:
    """The disk has only so much room while the block runs."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - free_bytes)
    try:
        yield
    finally:
        ballast.unlink()
