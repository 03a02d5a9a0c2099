"""Write one run of one object: parts and cursor are committed together.

Several streams (an object's records and its associations) are committed as one group, so the
cursor never says more, or less, than what the parts hold.
"""

from __future__ import annotations

import errno
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from handoff import clock
from handoff.errors import LandingError
from handoff.landing.encode import encode_lines
from handoff.landing.manifest import (
    FILE_NAME,
    Manifest,
    Part,
    fsync_folder,
    instant_text,
    write_manifest,
)
from handoff.landing.part_file import PartFile

PART_ROWS = 20_000
PART_RAW_BYTES = 32 * 1024 * 1024
COMMIT_SECONDS = 30.0


class LandingWriter:
    """The one writer of a run. Use as a context: leaving it discards what was not committed."""

    def __init__(self, landing_dir: Path, manifest: Manifest) -> None:
        """Start or continue the run of the manifest. Raises LandingError."""
        self.manifest = manifest
        self._folder = manifest.folder(landing_dir)
        self._open: dict[str, PartFile] = {}
        self._repaired = 0
        # The cursor that goes with just what has been written, or None in between two of them.
        self._reached: dict[str, Any] | None = None
        self._group = 1 + max((_group_number(part) for part in manifest.parts), default=0)
        self._committed_at = time.monotonic()
        with self._disk_errors():
            self._folder.mkdir(parents=True, exist_ok=True)
            fsync_folder(self._folder.parent)
            remove_orphans(self._folder, manifest)
            if not (self._folder / FILE_NAME).exists():
                self._save()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard()

    def write(self, stream: str, records: list[dict[str, Any]]) -> None:
        """Add records of a stream to its open part."""
        if not records:
            return
        self._reached = None
        lines, repaired = encode_lines(records)
        self._repaired += repaired
        with self._disk_errors():
            part = self._open.get(stream)
            if part is None:
                path = self._folder / f"part-{self._group:05d}.{stream}.ndjson.gz"
                part = self._open[stream] = PartFile(path, stream)
            part.write(lines, len(records))

    @property
    def is_due(self) -> bool:
        """Whether the open parts are as large, or as old, as parts should be."""
        if time.monotonic() - self._committed_at >= COMMIT_SECONDS:
            return True
        return any(
            part.rows >= PART_ROWS or part.raw_bytes >= PART_RAW_BYTES
            for part in self._open.values()
        )

    def reached(self, cursor: dict[str, Any]) -> None:
        """Everything before a cursor is written; commit it where that is due."""
        self._reached = cursor
        if self.is_due:
            self.commit(cursor)

    def commit(self, cursor: dict[str, Any] | None, **changes: Any) -> None:
        """Make the open parts, the cursor and further changes of the manifest durable at once."""
        parts, self._open = list(self._open.values()), {}
        # Whatever comes of it, this cursor is not tried again: its parts are out of our hands.
        self._reached = None
        with self._disk_errors():
            finished = [part.finish() for part in parts]
            fsync_folder(self._folder)
            self._save(
                parts=[*self.manifest.parts, *finished],
                cursor=cursor,
                repaired_rows=self.manifest.repaired_rows + self._repaired,
                **changes,
            )
        self._repaired = 0
        self._group += 1
        self._committed_at = time.monotonic()

    def complete(
        self, cursor: dict[str, Any] | None, *, watermark: str, crm_total: int | None
    ) -> None:
        """Commit what is open and close the run."""
        self.commit(
            cursor,
            status="complete",
            watermark=watermark,
            crm_total=crm_total,
            finished_at=instant_text(clock.wall_now()),
        )

    def fail(self) -> None:
        """Keep what goes with a cursor and mark the run as failed, if the disk lets us.

        It can be resumed.
        """
        if self._reached not in (None, self.manifest.cursor):
            with suppress(LandingError):
                self.commit(self._reached, status="failed")
                return
        self.discard()
        # If it does not, the old manifest stands, and it says "running": resumed just the same.
        with suppress(OSError):
            self._save(status="failed")

    def discard(self) -> None:
        """Forget what was not committed."""
        for part in self._open.values():
            part.discard()
        self._open = {}
        self._repaired = 0

    def _save(self, **changes: Any) -> None:
        # A save that raises may still have reached the disk. So nothing that it lists is removed
        # afterwards, and what this process holds stays at the commit before it.
        changes["updated_at"] = instant_text(clock.wall_now())
        changed = self.manifest.model_copy(update=changes)
        write_manifest(changed, self._folder)
        self.manifest = changed

    def _disk_errors(self) -> _DiskErrors:
        return _DiskErrors(self.manifest)


class _DiskErrors:
    """Turns an OSError of the block into a LandingError that says what to do."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not isinstance(error, OSError):
            return
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        source = self._manifest.source_id
        raise LandingError(
            "The disk is full; what was committed before is whole"
            if full
            else f"The landing folder cannot be written: {error.strerror or error}",
            source=source,
            object=self._manifest.object,
            run_id=self._manifest.run_id,
            fix=("make room, then go on with" if full else "mend it, then go on with")
            + f": handoff sync --source {source}",
        ) from None


def remove_orphans(folder: Path, manifest: Manifest) -> int:
    """Remove what a killed run left in its folder without committing it. Returns how many."""
    listed = {part.file for part in manifest.parts} | {FILE_NAME}
    orphans = [path for path in folder.iterdir() if path.is_file() and path.name not in listed]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _group_number(part: Part) -> int:
    return int(part.file.split(".", 1)[0].removeprefix("part-"))
