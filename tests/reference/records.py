"""What CRMs hold, as plain records, and the playbook's rules, as plain values.

Instants are aware and in UTC. A record's key is ``source/object/id``, as everywhere. Ids are
numbers here; Salesforce writes them in 18 characters, which begin with the kind of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
SALESFORCE = "salesforce"
_SALESFORCE_IDS = {"leads": "00Q{:012d}EAA", "contacts": "003{:012d}AAA", "deals": "006{:012d}AAA"}


def id_text(source_id: str, name: str, record_id: int) -> str:
    """An id as its CRM writes it."""
    return _SALESFORCE_IDS[name].format(record_id) if source_id == SALESFORCE else str(record_id)


def id_number(text: str) -> int:
    """The number in an id."""
    return int(text[3:15] if len(text) == 18 else text)


def key_of(source_id: str, name: str, record_id: int) -> str:
    """The key of a record."""
    return f"{source_id}/{name}/{id_text(source_id, name, record_id)}"


@dataclass(frozen=True)
class Change:
    """One entry of a property's history. user_id: who made it, if the CRM says."""

    at: datetime
    value: str
    source: str = "CRM_UI"
    user_id: int | None = None


@dataclass(frozen=True)
class ContactRecord:
    """A contact, or a lead of Salesforce. values: histories by property.

    merged_ids: the records that it took in. named: leads and contacts of the linked source whose
    ids it holds, landed or not. became: the contact that a lead was converted to.
    """

    source_id: str
    record_id: int
    email: str | None
    values: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    merged_ids: tuple[int, ...] = ()
    archived_at: datetime | None = None
    name: str = "contacts"
    created_at: datetime = LONG_AGO
    named: tuple[tuple[str, int], ...] = ()
    became: int | None = None

    @property
    def key(self) -> str:
        return key_of(self.source_id, self.name, self.record_id)


@dataclass(frozen=True)
class Link:
    """An association of a deal with a contact of its source."""

    contact_id: int
    is_primary: bool = False


@dataclass(frozen=True)
class DealRecord:
    """A deal. stages: the history of its stage. named: the deal of the linked source it is."""

    source_id: str
    record_id: int
    pipeline: str
    created_at: datetime
    stages: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()
    named: int | None = None

    @property
    def key(self) -> str:
        return key_of(self.source_id, "deals", self.record_id)


@dataclass(frozen=True)
class Pipeline:
    """What the playbook says of a pipeline. stages: stage by folded value."""

    counts: bool
    creation_stage: str
    stages: Mapping[str, str]


@dataclass(frozen=True)
class SourceRules:
    """What the playbook says of one source.

    contact_stages: by property, stage by folded value. sales_users: ids of users in sales teams.
    linked_source: the source whose ids its records hold.
    """

    contact_stages: Mapping[str, Mapping[str, str]]
    pipelines: Mapping[str, Pipeline]
    human_sources: frozenset[str]
    sales_users: frozenset[int]
    linked_source: str | None = None


@dataclass(frozen=True)
class Rules:
    """What the playbook says, and the instant that the tables stand at.

    precedence: by stage, the sources in the order in which they are believed.
    """

    sources: Mapping[str, SourceRules]
    role_addresses: frozenset[str]
    zone: ZoneInfo
    stale_after: timedelta
    as_of: datetime
    precedence: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Portal:
    """All records of all sources."""

    contacts: tuple[ContactRecord, ...]
    deals: tuple[DealRecord, ...]
