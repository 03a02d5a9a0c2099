"""Sync the case's account as a source of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_case import CrmCase

from handoff.settings import Settings
from handoff.sync import SourceSummary, SyncSource, sync_source

_OF_CONNECTION = ("token", "tracked", "retry", "api_version")
_OF_SOURCE = ("sweep_every_hours", "named_in", "tracked")


def sync(case: CrmCase, sandbox: Any, settings: Settings, **options: Any) -> SourceSummary:
    """One sync. options: those of ``sync_source``, ``case.connect`` and ``SyncSource``."""
    connect = {name: options.pop(name) for name in _OF_CONNECTION if name in options}
    connector = case.connect(sandbox, **connect)
    if "tracked" in connect:
        options["tracked"] = connect["tracked"]
    of_source = {name: options.pop(name) for name in _OF_SOURCE if name in options}
    source = SyncSource("case", case.crm, "handoff_case", **of_source)
    try:
        return sync_source(source, settings=settings, connector=connector, **options)
    finally:
        connector.close()


def modes(summary: SourceSummary) -> Mapping[str, str | None]:
    """How each object was read."""
    return {one.object: one.mode for one in summary.objects}
