"""What every CRM connector can do. The sync knows nothing else of a CRM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

Mode = Literal["full", "incremental"]
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
    """

    object: str
    mode: Mode
    until: datetime
    since: datetime | None = None
    selection: Selection = field(default_factory=dict)


class Connector(Protocol):
    """One CRM account. Methods raise CrmError and its kinds; messages hold no token."""

    crm: str
    api_version: str
    objects: tuple[str, ...]

    def selection(self, object: str) -> Selection:
        """What is asked for of each record of an object, by kind, such as ``properties``."""

    def check(self, objects: Sequence[str], named_in: Mapping[str, Path]) -> None:
        """Check token and tracked properties before anything is read.

        named_in: the file to mend, by ``object.property``.
        """

    def can_read_changes(self, object: str) -> bool:
        """Whether the API can give what changed since an instant."""

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None) -> Iterator[Batch]:
        """Read an object from its beginning, or go on from a batch's cursor.

        Raises CursorRefusedError when the CRM no longer takes the cursor.
        """

    def count(self, object: str, created_before: datetime | None = None) -> int | None:
        """Live records by the CRM's own count, or None where it has no such count.

        created_before: count only records that were created before this instant.
        """

    def interrupt(self) -> None:
        """End waiting and retrying, from another thread."""

    def close(self) -> None:
        """Let go of connections."""
