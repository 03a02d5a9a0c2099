"""Which accounts are synced, and what the playbook wants to know of their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SyncSource:
    """One account. tracked: properties that the playbook names, by object. playbook_file: where
    a wrong one of them is mended."""

    source_id: str
    crm: str
    connection_id: str
    tracked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    playbook_file: Path | None = None


def playbook_sources(playbook_dir: Path) -> list[SyncSource]:
    """The sources of a playbook. Raises PlaybookError."""
    from handoff.playbook import load_playbook

    raise NotImplementedError(load_playbook, playbook_dir)
