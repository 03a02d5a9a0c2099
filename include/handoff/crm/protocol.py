"""What every CRM connector can do. The sync knows nothing else of a CRM."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

# A sweep reads the ids of all records, and all links, to find what reads of changes cannot. A
# repair reads records by id: those that a sweep found and that had not landed.
Mode = Literal["full", "incremental", "sweep", "repair"]
Selection = dict[str, list[str]]
TrackedProperties = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Batch:
    """Records that were read together, and the place from which the read goes on after them.

    rows: records by stream. cursor: plain JSON of the connector's own, its ``live`` counts the
    live records so far; None where the read cannot stop, since links of these records are still to
    come. The last batch has a cursor. expected: how many records the read will give in all, when
    the CRM said so.
    """

    rows: dict[str, list[dict[str, Any]]]
    cursor: dict[str, Any] | None
    expected: int | None = None


@dataclass(frozen=True)
class ReadRequest:
    """One read of one object.

    since: watermark of the read before (None for a full read); the connector reads an overlap
    before it. until: records modified at or after this instant may be left for the next read.
    ids: of a repair, the live records to read.
    """

    object: str
    mode: Mode
    until: datetime
    since: datetime | None = None
    selection: Selection = field(default_factory=dict)
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PropertyDefinition:
    """One property of an object, in the CRM's own words.

    options: the values that it may have, where the CRM keeps a list; option_labels: what people see
    for those that are no words. is_calculated: the CRM works it out itself, so that a change of it
    may not move the record's modified instant.
    """

    name: str
    label: str
    type: str
    options: tuple[str, ...] = ()
    option_labels: Mapping[str, str] = field(default_factory=dict)
    is_custom: bool = False
    is_calculated: bool = False


@dataclass(frozen=True)
class AccountFacts:
    """What an account says of itself; each field None (or empty) where the CRM has no such thing.

    scopes: what the token was granted. needed_scopes: what reading takes, writing none.
    optional_scopes: what reading objects takes that an account may lack. answered_at: the server's
    own clock as it answered.
    support_ends_on: the first day without support of the API version. limits: name, calls
    used, calls allowed.
    """

    account_id: str | None = None
    label: str | None = None
    scopes: frozenset[str] | None = None
    needed_scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()
    api_version: str | None = None
    support_ends_on: date | None = None
    limits: tuple[tuple[str, int, int], ...] = ()
    answered_at: datetime | None = None


def ids_stream(object: str) -> str:
    """The stream of a sweep's ids.

    Its lines are ``{"id", "archived"}``. A record that was merged away, and of which the list
    itself does not tell, has a line with ``"merged_into"``, the id of the record that took it in.
    """
    return f"{object}_ids"


class Connector(Protocol):
    """One CRM account. Methods raise CrmError and its kinds; messages hold no token.

    keeps_archived_days: for how long the CRM lists a record that was archived, before it clears it
    away by itself; None where that is not sure. One that vanishes sooner was erased.
    unlisted_when_archived: objects whose archived records no list has; a sweep reads those by id.
    """

    crm: str
    api_version: str
    objects: tuple[str, ...]
    keeps_archived_days: int | None
    unlisted_when_archived: frozenset[str]

    def selection(self, object: str) -> Selection:
        """What is asked for of each record of an object, by kind, such as ``properties``."""

    def check(
        self,
        objects: Sequence[str],
        named_in: Mapping[str, Path],
        known_before: Mapping[str, Collection[str]],
    ) -> None:
        """Check token and tracked properties before anything is read.

        named_in: the file to mend, by ``object.property``. known_before: properties that existed
        once, by object: that such a one is gone is told elsewhere and no reason to stop; reads
        leave it out.
        """

    def can_read_changes(self, object: str) -> bool:
        """Whether the API can give what changed since an instant."""

    def full_read_is_due(self, object: str, last_full_at: datetime, now: datetime) -> str:
        """Why an object is to be read in full again, though changes could be read, or nothing.

        last_full_at: when it was last read in full.
        """

    def can_sweep(self, object: str) -> bool:
        """Whether the ids of all records can be listed, archived ones too where there are any."""

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None) -> Iterator[Batch]:
        """Read an object from its beginning, or go on from a batch's cursor.

        A sweep gives the stream ``ids_stream(object)`` and all links of the object, no records;
        sweeps and repairs are asked for only where the object can be swept.
        Raises CursorRefusedError when the CRM no longer takes the cursor.
        """

    def confirm_gone(self, object: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that the CRM has no record of, live or archived, under any name.

        A record that was merged away or restored is not gone.
        """

    def properties(self, object: str) -> Sequence[PropertyDefinition]:
        """The properties that an object has now; none where the CRM does not list them."""

    def account(self) -> AccountFacts:
        """What the account says of itself, for an examination."""

    def count(self, object: str, created_before: datetime | None = None) -> int | None:
        """Live records by the CRM's own count, or None where it has no such count.

        created_before: count only records that were created before this instant.
        """

    def clock_behind(self) -> timedelta:
        """By how much the CRM's clock was behind this one at its last answer, never below zero."""

    def interrupt(self) -> None:
        """End waiting and retrying, from another thread."""

    def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class CanSample(Protocol):
    """A connector whose first batch of a read costs more than a few records."""

    def sample(self, object: str, limit: int) -> list[dict[str, Any]]:
        """Some records of an object with all that is asked for of them, by one call or few."""
