"""A portal folder: the records of a CRM account as files, one folder a CRM, one file an object.

    <portal>/hubspot/contacts.ndjson      (or contacts.ndjson.gz)
    <portal>/hubspot/deals.ndjson.gz      an absent file is an empty object
    <portal>/salesforce/Lead.ndjson

Each line is a record as the CRM's API returns it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from handoff.errors import SandboxError


def crm_folders(portal: Path, crms: Sequence[str]) -> dict[str, Path]:
    """The folders of the CRMs that the portal has. Raises SandboxError when there is none."""
    if not portal.is_dir():
        raise SandboxError(
            f"the portal folder does not exist: {portal}",
            fix="name an existing folder, or make one: handoff sandbox --generate DIR",
        )
    found = {crm: portal / crm for crm in crms if (portal / crm).is_dir()}
    if not found:
        is_inner = any(portal.glob("*.ndjson*"))
        names = " or ".join(f"{crm}/" for crm in crms)
        raise SandboxError(
            f"the portal folder has no folder {names}: {portal}",
            fix=f"give the folder above it: {portal.parent}"
            if is_inner
            else f"put the records under {portal / crms[0]} (an empty folder is an empty account)",
        )
    return found


def read_records(folder: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each record of an object with the place it stands at (``contacts.ndjson line 3``).

    The plain file is taken when it stands beside its compressed one. Raises SandboxError for a
    damaged file and for a line that is not a JSON object.
    """
    path = next(
        (p for p in (folder / f"{name}.ndjson", folder / f"{name}.ndjson.gz") if p.is_file()), None
    )
    if path is None:
        return
    number = 0
    with _opened(path) as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if not line.isspace():
                    place = f"{path.name} line {number}"
                    yield place, _record(line, path, number)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SandboxError(
                f"{path} cannot be decompressed after line {number}: {error}",
                object=name,
                fix=f"write {path.name} anew",
            ) from error


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    try:
        return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise SandboxError(
            f"{path} cannot be read: {error.strerror}", fix=f"make {path} readable"
        ) from error


def _record(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        # The decoder's own message names a position; the text itself may hold personal data.
        raise SandboxError(
            f"{path} line {number} is not JSON: {error.msg} (column {error.colno})",
            fix=f"repair or remove line {number} of {path.name}",
        ) from None
    if not isinstance(record, dict):
        raise SandboxError(
            f"{path} line {number} is not a JSON object", fix=f"repair line {number} of {path.name}"
        )
    return record
