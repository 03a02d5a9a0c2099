"""Remove what killed runs left behind. Only under the lock of the source."""

from __future__ import annotations

import shutil
from pathlib import Path

from handoff.landing.manifest import FILE_NAME
from handoff.landing.reader import latest_manifest
from handoff.landing.writer import remove_orphans


def sweep(landing_dir: Path, source_id: str, object: str) -> None:
    """Remove run folders that never got a manifest, and unlisted parts of the newest run.

    Older runs were swept when they were the newest.
    """
    folder = landing_dir / source_id / object
    if not folder.is_dir():
        return
    for run in folder.iterdir():
        if run.is_dir() and not (run / FILE_NAME).exists():
            shutil.rmtree(run, ignore_errors=True)
    newest = latest_manifest(landing_dir, source_id, object)
    if newest is not None and newest.status != "complete":
        remove_orphans(newest.folder(landing_dir), newest)
