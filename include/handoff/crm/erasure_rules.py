"""Where a CRM's landing files hold something of a person; each connector has its ``erasure.py``.

A place is a path into a record: keys with dots between them, ``[]`` behind a key for each element
of a list, such as ``values[].value``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Places = tuple[str, ...]


@dataclass(frozen=True)
class LinkPlaces:
    """How a stream such as ``deals_to_contacts`` tells its links: whose, the list, to whom."""

    from_id: str
    links: str
    to_id: str


@dataclass(frozen=True)
class ErasureRules:
    """Which streams hold something of a person, and where.

    ids: the place of a record's id, by stream, where it is not ``id``. addresses: e-mail addresses
    of a person's record, by stream; a text may hold several. merged: ids of records that a record
    took in, separated by signs that no id has; they are the same person's. sent_with: streams
    whose records go with the person whose address stands at the place. goes_with: streams whose
    records go with a record of another object, whose id stands at the place. mentions: streams
    whose texts are emptied when a record's id stands at the place, since they are about it. texts:
    what is emptied then. links: how links are told; an object with texts that a link leads from is
    about whom it leads to.
    """

    ids: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[str, Places] = field(default_factory=dict)
    merged: Mapping[str, Places] = field(default_factory=dict)
    sent_with: Mapping[str, Places] = field(default_factory=dict)
    goes_with: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    mentions: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    texts: Mapping[str, Places] = field(default_factory=dict)
    links: LinkPlaces | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """The objects whose records are people."""
        return tuple(self.addresses)
