"""What lies in landing, in a form that two syncs can be compared by."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests, iter_records, verify

Row = dict[str, Any]


def runs(landing_dir: Path, object_: str) -> list[Manifest]:
    """The runs of an object, oldest first, each checked against its files."""
    manifests = list(iter_manifests(landing_dir, "case", object_))
    for manifest in manifests:
        verify(landing_dir, manifest)
    return manifests


def rows(landing_dir: Path, manifest: Manifest, stream: str | None = None) -> list[Row]:
    return list(iter_records(landing_dir, manifest, stream or manifest.object))


def everything(landing_dir: Path) -> dict[str, Counter[str]]:
    """The records of each object's newest full read by stream, as text with how often it is there.

    Small objects are read in full by every sync, so an older read of them says nothing.
    """
    newest: dict[str, Manifest] = {}
    for manifest in iter_manifests(landing_dir):
        verify(landing_dir, manifest)
        if manifest.mode == "full":
            newest[manifest.object] = manifest
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for manifest in newest.values():
        for part in manifest.parts:
            only = manifest.model_copy(update={"parts": [part]})
            found[part.stream].update(
                json.dumps(row, sort_keys=True) for row in iter_records(landing_dir, only)
            )
    return dict(found)


def statuses(landing_dir: Path) -> set[str]:
    return {manifest.status for manifest in iter_manifests(landing_dir)}


def unlisted_files(landing_dir: Path) -> list[str]:
    """Files below the runs that no manifest lists."""
    listed = {
        str(manifest.folder(landing_dir) / name)
        for manifest in iter_manifests(landing_dir)
        for name in ("manifest.json", *(part.file for part in manifest.parts))
    }
    present = {str(path) for path in landing_dir.glob("*/*/*/*")}
    return sorted(present - listed)


def held(landing_dir: Path, object_: str) -> set[str]:
    """Ids of the records of an object that have landed."""
    return {row["id"] for run in runs(landing_dir, object_) for row in rows(landing_dir, run)}


def holding(folder: Path, text: str) -> list[str]:
    """Files below a folder in whose bytes, unpacked too, a text stands in any case."""
    wanted = text.lower().encode()
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".gz":
                data += gzip.decompress(data)
            if wanted in data.lower():
                found.append(str(path.relative_to(folder)))
    return found
