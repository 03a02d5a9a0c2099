"""Read what has landed: manifests, and whether their parts are what they say."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from handoff.errors import LandingError
from handoff.landing.manifest import FILE_NAME, Manifest, Part, read_manifest

_CHUNK = 1024 * 1024


def iter_manifests(
    landing_dir: Path, source_id: str | None = None, object: str | None = None
) -> Iterator[Manifest]:
    """Manifests in the order of source, object and run. Raises LandingError for a damaged one."""
    pattern = f"{source_id or '*'}/{object or '*'}/*/{FILE_NAME}"
    for path in sorted(landing_dir.glob(pattern)):
        yield read_manifest(path)


def latest_manifest(landing_dir: Path, source_id: str, object: str) -> Manifest | None:
    """The newest run of an object, complete or not."""
    paths = sorted(landing_dir.glob(f"{source_id}/{object}/*/{FILE_NAME}"))
    return read_manifest(paths[-1]) if paths else None


def iter_records(
    landing_dir: Path, manifest: Manifest, stream: str | None = None
) -> Iterator[dict[str, Any]]:
    """The committed records of a run, in the order in which they landed."""
    for part in manifest.parts:
        if stream in {None, part.stream}:
            with gzip.open(manifest.folder(landing_dir) / part.file, "rb") as lines:
                for line in lines:
                    yield orjson.loads(line)


def verify(landing_dir: Path, manifest: Manifest) -> None:
    """Check size, hash and row count of each part. Raises LandingError for the first bad one."""
    for part in manifest.parts:
        problem = part_problem(manifest.folder(landing_dir) / part.file, part)
        if problem:
            raise damaged_part(manifest, part, problem)


def damaged_part(manifest: Manifest, part: Part, problem: str) -> LandingError:
    """The error for a part that is not what its manifest says."""
    return LandingError(
        f"Part {part.file} {problem}",
        source=manifest.source_id,
        object=manifest.object,
        run_id=manifest.run_id,
        fix=f"restore the file from a copy, or delete the run's folder and run: "
        f"handoff sync --source {manifest.source_id} --full --object {manifest.object}",
    )


def part_problem(path: Path, part: Part) -> str | None:
    """What is wrong with a part, or None."""
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != part.bytes:
        return f"has {path.stat().st_size} bytes where the manifest says {part.bytes}"
    digest, unpack, rows = hashlib.sha256(), zlib.decompressobj(16 + zlib.MAX_WBITS), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            try:
                rows += unpack.decompress(chunk).count(b"\n")
            except zlib.error:
                return "is no gzip file"
    if digest.hexdigest() != part.sha256:
        return "has another hash than the manifest says"
    if rows != part.rows:
        return f"holds {rows} records where the manifest says {part.rows}"
    return None
