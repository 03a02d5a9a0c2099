"""Rows of precedence.yml."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.playbook.playbook import Playbook
from handoff.playbook.rows.company import Row


def source_precedence(playbook: Playbook) -> Iterator[Row]:
    for subject, order in sorted(playbook.precedence.orders.items()):
        for position, source_id in enumerate(order, start=1):
            yield {"subject": subject, "source_id": source_id, "position": position}
