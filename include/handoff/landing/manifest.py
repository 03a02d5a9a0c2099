"""The manifest of one run of one object: what has landed, and where the read stands.

A manifest is replaced as a whole, atomically: one replace commits parts and cursor together, so a
kill at any instant leaves either the old pair or the new one.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from handoff.errors import LandingError

FILE_NAME = "manifest.json"


class Part(BaseModel):
    """One committed file: records of one stream. bytes and sha256 are of the file as stored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    file: str
    stream: str
    rows: int
    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What one run has landed of one object. Instants are ISO 8601 in UTC with a Z.

    landed_at: the instant the run stands for. since: the watermark that a read of changes started
    from. watermark: where the next one starts, set when the run is complete. crm_total: live
    records by the CRM's own count. selection: what was asked for of each record. repaired_rows:
    records in which text that is no valid Unicode was replaced.
    """

    model_config = ConfigDict(extra="ignore")

    manifest_version: int = 1
    source_id: str
    crm: str
    object: str
    run_id: str
    mode: Literal["full", "incremental", "sweep", "repair", "erasure"]
    status: Literal["running", "complete", "failed"] = "running"
    api_version: str | None = None
    started_at: str
    updated_at: str
    finished_at: str | None = None
    landed_at: str
    since: str | None = None
    cursor: dict[str, Any] | None = None
    watermark: str | None = None
    crm_total: int | None = None
    repaired_rows: int = 0
    selection: dict[str, list[str]] = {}
    parts: list[Part] = []

    def folder(self, landing_dir: Path) -> Path:
        return run_folder(landing_dir, self.source_id, self.object, self.run_id)

    def rows(self, stream: str) -> int:
        """Committed records of a stream."""
        return sum(part.rows for part in self.parts if part.stream == stream)


def run_folder(landing_dir: Path, source_id: str, object: str, run_id: str) -> Path:
    """The folder of one run of one object."""
    return landing_dir / source_id / object / run_id


def read_manifest(path: Path) -> Manifest:
    """Read one manifest. Raises LandingError when it is absent, damaged or of another version."""
    try:
        manifest = Manifest.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise LandingError(
            f"{path} cannot be read: {error.strerror}", fix=f"check the file: ls -l {path}"
        ) from None
    except (ValueError, ValidationError) as error:
        raise LandingError(
            f"{path} is damaged: {str(error).splitlines()[0]}",
            fix=f"restore it from a copy, or delete the folder {path.parent} and run: "
            "handoff sync --full",
        ) from None
    if manifest.manifest_version != 1:
        raise LandingError(
            f"{path} is of version {manifest.manifest_version}, and this code reads version 1",
            fix="use the version of handoff that wrote it",
        )
    return manifest


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Replace the manifest of a run; on return it is on the disk. Raises OSError."""
    temporary = folder / f"{FILE_NAME}.tmp"
    with temporary.open("wb") as file:
        file.write(json.dumps(manifest.model_dump(), indent=1).encode())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / FILE_NAME)
    fsync_folder(folder)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def instant_text(instant: datetime) -> str:
    """An instant as manifests hold it, such as ``2026-01-05T06:00:00.000000Z``."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def parse_instant(text: str) -> datetime:
    """The instant that a manifest holds, aware, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
