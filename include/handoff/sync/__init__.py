"""Stops 1 and 2: read the CRMs' APIs into landing."""

from __future__ import annotations

from handoff.sync.progress import SyncProgress
from handoff.sync.progress_display import progress_display
from handoff.sync.source_sync import sync_all, sync_source
from handoff.sync.sources import SyncSource, playbook_sources
from handoff.sync.summary import ObjectSummary, SourceSummary, SyncSummary

__all__ = [
    "ObjectSummary",
    "SourceSummary",
    "SyncProgress",
    "SyncSource",
    "SyncSummary",
    "playbook_sources",
    "progress_display",
    "sync_all",
    "sync_source",
]
