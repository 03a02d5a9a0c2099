"""The demo portal as the chain left it, with the truth that was planted in it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline_home import PipelineHome

Row = dict[str, Any]


@dataclass(frozen=True)
class Rerun:
    """The same home after a second run. incremental: its warehouse before it was made anew."""

    home: PipelineHome
    incremental: Path
    exports: Path


@dataclass(frozen=True)
class DemoPortal:
    """kept: copies of both databases after the first run. exports: its folder of exports."""

    home: PipelineHome
    portal: Path
    kept: Path
    exports: Path

    @property
    def warehouse(self) -> Path:
        return self.kept / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.kept / "published.duckdb"

    @cached_property
    def truth(self) -> Row:
        """Sums over the planted handoffs, and lists of what was planted."""
        sums: Row = json.loads((self.portal / "truth.json").read_bytes())
        return sums

    @cached_property
    def planted_handoffs(self) -> list[Row]:
        """One line a planted handoff."""
        return list(_lines(self.portal / "truth_handoffs.ndjson.gz"))

    def records(self, name: str) -> Iterator[Row]:
        """Records of an object as the portal's files hold them."""
        return _lines(self.portal / "hubspot" / f"{name}.ndjson.gz")


def _lines(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
