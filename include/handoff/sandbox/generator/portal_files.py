"""Writes a portal folder: one gzipped NDJSON file an object, equal bytes for equal records."""

from __future__ import annotations

import gzip
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

OBJECTS = (
    "contacts",
    "companies",
    "deals",
    "owners",
    "calls",
    "emails",
    "meetings",
    "tasks",
    "notes",
    "campaigns",
    "forms",
    "form_submissions",
    "properties",
    "pipelines",
)


class NdjsonFile:
    """A gzipped NDJSON file. No name and no time in its header, so equal content is equal bytes."""

    def __init__(self, path: Path) -> None:
        self._raw: BufferedWriter = path.open("wb")
        self._gzip = gzip.GzipFile("", "wb", compresslevel=1, fileobj=self._raw, mtime=0)
        self._lines: list[bytes] = []
        self.rows = 0

    def write(self, record: dict[str, Any]) -> None:
        self._lines.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        self.rows += 1
        # Compressing a few hundred lines at once is several times faster than one by one.
        if len(self._lines) >= 500:
            self._flush()

    def _flush(self) -> None:
        self._gzip.write(b"".join(self._lines))
        self._lines.clear()

    def close(self) -> None:
        self._flush()
        self._gzip.close()
        self._raw.close()


class PortalFiles:
    """The files of one HubSpot portal below ``folder``/hubspot; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "hubspot"
        self._files: dict[str, NdjsonFile] = {}

    def __enter__(self) -> PortalFiles:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._files = {name: NdjsonFile(self._folder / f"{name}.ndjson.gz") for name in OBJECTS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()

    def write(self, name: str, record: dict[str, Any]) -> None:
        self._files[name].write(record)

    @property
    def rows(self) -> dict[str, int]:
        return {name: file.rows for name, file in self._files.items()}
