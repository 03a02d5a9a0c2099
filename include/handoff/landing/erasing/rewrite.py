"""Write landed parts anew without what was erased.

A run's new parts are whole on the disk before one replace of its manifest puts them in the place of
the old ones, which are removed then: a kill at any instant leaves the old run or the new one, and
perhaps files that no manifest lists.
"""

from __future__ import annotations

from pathlib import Path

from handoff import clock
from handoff.errors import LandingError
from handoff.landing.encode import encode_lines
from handoff.landing.erasing.part_lines import Words, parsed, part_bytes
from handoff.landing.erasing.scrub import Scrubber
from handoff.landing.manifest import Manifest, Part, fsync_folder, instant_text, write_manifest
from handoff.landing.part_file import PartFile
from handoff.landing.writer import remove_orphans


def rewrite_run(landing_dir: Path, manifest: Manifest, scrubber: Scrubber, words: Words) -> int:
    """Take what was erased out of one run; how many records went. Raises LandingError."""
    folder = manifest.folder(landing_dir)
    try:
        parts = [
            _rewritten(landing_dir, manifest, part, scrubber, words) for part in manifest.parts
        ]
        if parts != manifest.parts:
            fsync_folder(folder)
            changes = {
                "parts": [part for part in parts if part.rows],
                "updated_at": instant_text(clock.wall_now()),
            }
            changed = manifest.model_copy(update=changes)
            write_manifest(changed, folder)
            remove_orphans(folder, changed)
            fsync_folder(folder)
    except OSError as error:
        raise LandingError(
            f"Landed records cannot be taken out: {error.strerror or error}",
            source=manifest.source_id,
            object=manifest.object,
            run_id=manifest.run_id,
            fix=f"make room or mend it, then go on with: handoff sync --source "
            f"{manifest.source_id}",
        ) from None
    return sum(part.rows for part in manifest.parts) - sum(part.rows for part in parts)


def _rewritten(
    landing_dir: Path, manifest: Manifest, part: Part, scrubber: Scrubber, words: Words
) -> Part:
    """The part as it stays, or a new one beside it."""
    data = part_bytes(landing_dir, manifest, part)
    if not words.are_in(data):
        return part
    lines: list[bytes] = []
    is_changed = False
    for line in data.splitlines(keepends=True):
        if words.are_in(line):
            record = parsed(manifest, part, line)
            kept = scrubber.scrub(part.stream, record)
            if kept is not record:
                is_changed = True
                line = b"" if kept is None else encode_lines([kept])[0]
        if line:
            lines.append(line)
    if not is_changed:
        return part
    file = PartFile(manifest.folder(landing_dir) / next_name(part.file), part.stream)
    if lines:
        file.write(b"".join(lines), len(lines))
    return file.finish()


def next_name(file: str) -> str:
    """The name of a part that is written anew: ``part-00001.contacts.ndjson.gz`` becomes
    ``part-00001.contacts.2.ndjson.gz``, which keeps its place among the run's parts.
    """
    head, *middle = file.removesuffix(".ndjson.gz").split(".")
    stream, number = middle[0], int(middle[1]) if len(middle) > 1 else 1
    return f"{head}.{stream}.{number + 1}.ndjson.gz"
