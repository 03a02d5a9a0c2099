"""Erase records: decide, write the decision down, carry it out.

The decision is ids alone, in a run of its own; from then on it is carried out, by the next sync if
this one is killed. Records of people are rewritten last, so that their addresses can be read again
until everything else is done. Only under the lock of the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from handoff import clock
from handoff.crm.registry import erasure_rules
from handoff.landing.erasing.addresses import as_written
from handoff.landing.erasing.erased import (
    OBJECT,
    Erased,
    FoundBy,
    erased_of,
    lines_of,
    unfinished,
)
from handoff.landing.erasing.part_lines import Words
from handoff.landing.erasing.people import (
    Ids,
    find_addresses,
    with_merged,
    with_what_goes_along,
)
from handoff.landing.erasing.rewrite import rewrite_run
from handoff.landing.erasing.scrub import Scrubber
from handoff.landing.manifest import Manifest, instant_text, write_manifest
from handoff.landing.reader import iter_manifests, iter_records
from handoff.landing.writer import LandingWriter, remove_orphans


@dataclass(frozen=True)
class ErasureSummary:
    """What went. records: by object, those that went with others included. rows: landed lines.

    emptied: records that lost their texts, by object.
    """

    records: dict[str, int]
    emptied: dict[str, int]
    rows: int

    def __str__(self) -> str:
        gone = ", ".join(f"{count:,} {name}" for name, count in self.records.items())
        text = f"erased {gone or 'nothing'}"
        if self.emptied:
            emptied = ", ".join(f"{count:,} {name}" for name, count in self.emptied.items())
            text += f", emptied the texts of {emptied}"
        return text


def plan_erasure(
    landing_dir: Path, source_id: str, crm: str, ids: Ids, addresses: Iterable[str] = ()
) -> Erased:
    """All that goes when these records go. Reads, writes nothing."""
    rules, manifests = erasure_rules(crm), record_runs(landing_dir, source_id)
    ids = with_merged(landing_dir, manifests, rules, ids)
    own = find_addresses(landing_dir, manifests, rules, ids)
    return with_what_goes_along(landing_dir, manifests, rules, ids, own | frozenset(addresses))


def erase(
    landing_dir: Path,
    source_id: str,
    crm: str,
    ids: Ids,
    run_id: str,
    found_by: FoundBy,
    addresses: Iterable[str] = (),
) -> ErasureSummary:
    """Take records, and what goes with them, out of everything that has landed.

    addresses: more addresses of these people than their records tell. Raises LandingError.
    """
    finish_erasures(landing_dir, source_id)
    erased = plan_erasure(landing_dir, source_id, crm, ids, addresses)
    at = instant_text(clock.wall_now())
    decision = Manifest(
        source_id=source_id,
        crm=crm,
        object=OBJECT,
        run_id=run_id,
        mode="erasure",
        started_at=at,
        updated_at=at,
        landed_at=instant_text(clock.now()),
    )
    with LandingWriter(landing_dir, decision) as writer:
        writer.write(OBJECT, lines_of(erased, ids, at, found_by))
        writer.commit(None)
    rows = _carry_out(landing_dir, writer.manifest, erased)
    return ErasureSummary(
        {name: len(ids) for name, ids in sorted(erased.records.items()) if ids},
        {name: len(ids) for name, ids in sorted(erased.texts.items())},
        rows,
    )


def finish_erasures(landing_dir: Path, source_id: str) -> None:
    """Carry out what an interrupted run decided. Raises LandingError."""
    for decision in unfinished(landing_dir, source_id):
        decided = erased_of(iter_records(landing_dir, decision))
        erased = plan_erasure(landing_dir, source_id, decision.crm, decided.records)
        _carry_out(landing_dir, decision, Erased(erased.records, decided.texts, erased.addresses))


def _carry_out(landing_dir: Path, decision: Manifest, erased: Erased) -> int:
    source_id, rules = decision.source_id, erasure_rules(decision.crm)
    scrubber = Scrubber(rules, erased)
    ids = (*erased.records.values(), *erased.texts.values())
    words = Words({id_ for listed in ids for id_ in listed} | {*as_written(erased.addresses)})
    manifests = record_runs(landing_dir, source_id)
    rows = 0
    if erased:
        for manifest in sorted(manifests, key=lambda one: one.object in rules.people):
            rows += rewrite_run(landing_dir, manifest, scrubber, words)
    for manifest in record_runs(landing_dir, source_id):
        # What no manifest lists may hold the same records: an older part, or one that was cut off.
        remove_orphans(manifest.folder(landing_dir), manifest)
    at = instant_text(clock.wall_now())
    done = decision.model_copy(update={"status": "complete", "finished_at": at, "updated_at": at})
    write_manifest(done, decision.folder(landing_dir))
    return rows


def record_runs(landing_dir: Path, source_id: str) -> list[Manifest]:
    """Runs that hold records: neither lists of ids nor erasures themselves."""
    return [
        manifest for manifest in iter_manifests(landing_dir, source_id) if manifest.object != OBJECT
    ]
