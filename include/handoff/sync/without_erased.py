"""Keep out of landing what was erased and what the CRM still gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from handoff.crm.erasure_rules import ErasureRules
from handoff.crm.protocol import Batch
from handoff.landing.erasing import Erased
from handoff.landing.erasing.scrub import Scrubber


def without_erased(
    batches: Iterator[Batch], rules: ErasureRules, erased: Erased
) -> Iterator[Batch]:
    """The batches without records that were forgotten and texts that were emptied."""
    if not erased:
        yield from batches
        return
    scrubber = Scrubber(rules, erased)
    for batch in batches:
        rows = {
            stream: [
                kept for record in records if (kept := scrubber.scrub(stream, record)) is not None
            ]
            for stream, records in batch.rows.items()
        }
        yield replace(batch, rows=rows)
