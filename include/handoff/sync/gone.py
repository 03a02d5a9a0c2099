"""Which of the records that we hold were erased in the CRM: what a sweep does not list."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

from handoff.crm.protocol import Connector
from handoff.errors import TooManyErasedError
from handoff.landing.manifest import Manifest, parse_instant, write_manifest
from handoff.landing.writer import remove_orphans
from handoff.warehouse.landed_ids import LandedIds, VanishedRecord

# So many may go at once without a question: of more, a wrong portal or token is likelier.
_ALWAYS_ALLOWED = 20
_ALLOWED_SHARE = 0.05


def erased_ids(
    ids: LandedIds, connector: Connector, sweep: Manifest, *, accepts_many: bool
) -> set[str]:
    """Ids of records that are gone for good, each confirmed by the CRM.

    Raises TooManyErasedError when they are more than a day's erasures would be.
    """
    candidates = [
        record.id
        for record in ids.vanished()
        if not _was_cleared_away(record, sweep, connector.keeps_archived_days)
    ]
    if not candidates:
        return set()
    name = sweep.object
    allowed = max(_ALWAYS_ALLOWED, int(ids.held_count * _ALLOWED_SHARE))
    if len(candidates) > allowed and not accepts_many:
        # One more than is allowed tells enough; the others are asked for only if it is fewer.
        first = connector.confirm_gone(name, candidates[: allowed + 1])
        rest: set[str] = set()
        if len(first) <= allowed:
            rest = connector.confirm_gone(name, candidates[allowed + 1 :])
        if len(first) + len(rest) > allowed:
            raise _too_many(sweep, len(candidates), ids.held_count)
        return first | rest
    return connector.confirm_gone(name, candidates)


def void_sweep(landing_dir: Path, sweep: Manifest) -> None:
    """Leave nothing of a sweep that may be of another account."""
    folder = sweep.folder(landing_dir)
    voided = sweep.model_copy(update={"status": "failed", "parts": [], "cursor": None})
    write_manifest(voided, folder)
    remove_orphans(folder, voided)


def _was_cleared_away(
    record: VanishedRecord, sweep: Manifest, keeps_archived_days: int | None
) -> bool:
    """Whether the CRM may have emptied its recycle bin by itself: that erases nobody."""
    if not record.is_archived:
        return False
    if keeps_archived_days is None or record.archived_at is None:
        return True
    age = parse_instant(sweep.landed_at) - record.archived_at.replace(tzinfo=UTC)
    return age >= timedelta(days=keeps_archived_days - 1)


def _too_many(sweep: Manifest, count: int, held: int) -> TooManyErasedError:
    source = sweep.source_id
    return TooManyErasedError(
        f"The CRM no longer has {count:,} of the {held:,} {sweep.object} that we hold, so nothing "
        "was erased: another account's token is likelier",
        source=source,
        object=sweep.object,
        run_id=sweep.run_id,
        fix="check the connection and portal_id of the source; if they were erased indeed: "
        f"handoff sync --source {source} --sweep --accept-erasures",
    )
