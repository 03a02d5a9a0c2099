"""One sync of a source at a time: an OS lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handoff.errors import LandingError, SourceBusyError


@contextmanager
def source_lock(landing_dir: Path, source_id: str) -> Iterator[None]:
    """Hold the lock of a source; its file names the holder's pid.

    Raises SourceBusyError when another sync has it, LandingError when it cannot be made.
    """
    folder = landing_dir / source_id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".sync.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LandingError(
            f"{folder} cannot be written: {error.strerror}",
            source=source_id,
            fix="mend it, or set HANDOFF_HOME to a folder that can be written",
        ) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            raise SourceBusyError(
                f"Another sync of this source is running (pid {holder})",
                source=source_id,
                fix=f"wait for it to end, or look at it with: ps -p {holder}",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
