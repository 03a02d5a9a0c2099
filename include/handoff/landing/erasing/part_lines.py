"""The lines of landed parts that may hold something of what is looked for."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from handoff.landing.manifest import Manifest, Part
from handoff.landing.reader import damaged_part

# Looking for each of many words takes longer than reading every record.
_MOST_WORDS = 40


class Words:
    """Ids and addresses, one of which stands in each line that matters."""

    def __init__(self, words: Iterable[str]) -> None:
        lowered = {word.lower() for word in words}
        self._is_for_all = len(lowered) > _MOST_WORDS or not all(map(str.isascii, lowered))
        self._words = [word.encode() for word in sorted(lowered)]

    def are_in(self, data: bytes) -> bool:
        """Whether one of them may stand there. Letters count in either case."""
        if self._is_for_all:
            return True
        lowered = data.lower()
        return any(word in lowered for word in self._words)


def part_bytes(landing_dir: Path, manifest: Manifest, part: Part) -> bytes:
    """The lines of a part. Raises LandingError when it is damaged."""
    try:
        return gzip.decompress((manifest.folder(landing_dir) / part.file).read_bytes())
    except (OSError, EOFError, zlib.error):
        raise damaged_part(manifest, part, "cannot be read") from None


def parsed(manifest: Manifest, part: Part, line: bytes) -> dict[str, Any]:
    """One line. Raises LandingError when it is no record."""
    try:
        record = orjson.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise damaged_part(manifest, part, "holds a line that is no record")
    return record


def records_with(
    landing_dir: Path, manifests: Iterable[Manifest], streams: Collection[str], words: Words
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Stream and record of each line of the streams in which one of the words may stand."""
    for manifest in manifests:
        for part in manifest.parts:
            if part.stream not in streams:
                continue
            data = part_bytes(landing_dir, manifest, part)
            if words.are_in(data):
                for line in data.splitlines(keepends=True):
                    if words.are_in(line):
                        yield part.stream, parsed(manifest, part, line)
