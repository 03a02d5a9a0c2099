"""Rows of passed_properties.yml."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.playbook.playbook import Playbook
from handoff.playbook.rows.company import Row, split_property


def passed_properties(playbook: Playbook) -> Iterator[Row]:
    for entry in playbook.passed_properties.passed_properties:
        yield {
            "source_id": entry.source,
            **split_property(entry.property),
            "name": entry.name,
            "label": entry.label,
        }
