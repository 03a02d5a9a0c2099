"""Where a read of an object stands, as plain JSON that the next process can go on from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.crm.salesforce.ids import is_id
from handoff.crm.salesforce.soql import Window, after_id, instant_literal

_SHORTEST = timedelta(seconds=2)


@dataclass(frozen=True)
class Stretch:
    """Records of a window that are still to be read: those after an id, in the order of ids."""

    window: Window
    last_id: str = ""

    @property
    def conditions(self) -> list[str]:
        return [*self.window.conditions, *after_id(self.last_id)]

    def halves(self, first: datetime, last: datetime) -> tuple[Stretch, Stretch] | None:
        """The stretch as two, by the instant of the change; None where it is too short for that.

        first, last: the earliest and the latest change in it. Open ends stay open, so that no
        record falls between.
        """
        since, until = self.window.since or first, self.window.until or last
        if until - since < _SHORTEST:
            return None
        middle = since + (until - since) / 2
        return (
            replace(self, window=replace(self.window, until=middle)),
            replace(self, window=replace(self.window, since=middle)),
        )


@dataclass
class Job:
    """A job of the Bulk API that reads the first stretch. locator: of its next page.

    is_ours: made by this process. live_before: live records when it was made.
    """

    id: str
    locator: str | None = None
    is_ours: bool = False
    live_before: int = 0


@dataclass
class ReadState:
    """stretches: what is still to be read, earliest change first. live: live records so far.

    failed_jobs: of this process, one after the other.
    """

    stretches: list[Stretch]
    version: str
    live: int = 0
    job: Job | None = None
    failed_jobs: int = 0

    def cursor(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "stretches": [
                [_text(one.window.since), _text(one.window.until), one.last_id]
                for one in self.stretches
            ],
            "version": self.version,
            "live": self.live,
        }
        if self.job is not None:
            told["job"] = [self.job.id, self.job.locator]
        return told


def state_of(cursor: dict[str, Any], field_name: str, version: str) -> ReadState | None:
    """The state that a cursor tells, or None for what is no cursor of this version's."""
    try:
        stretches = [
            Stretch(Window(field_name, _instant(since), _instant(until)), str(last_id))
            for since, until, last_id in cursor["stretches"]
        ]
        job = None
        if cursor.get("job") is not None:
            job_id, locator = cursor["job"]
            job = Job(str(job_id), None if locator is None else str(locator))
        state = ReadState(stretches, cursor["version"], int(cursor["live"]), job)
    except (KeyError, TypeError, ValueError):
        return None
    ids = [one.last_id for one in stretches if one.last_id]
    is_sound = state.version == version and all(map(is_id, ids)) and (not job or bool(stretches))
    return state if is_sound and (job is None or is_id(job.id)) else None


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant_literal(instant)


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(str(text)).astimezone(UTC)
