"""What a CRM holds, as plain records, and the playbook's rules, as plain values.

Instants are aware and in UTC. A record's key is ``source/object/id``, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Change:
    """One entry of a property's history. user_id: who made it, if the CRM says."""

    at: datetime
    value: str
    source: str = "CRM_UI"
    user_id: int | None = None


@dataclass(frozen=True)
class ContactRecord:
    """A contact. values: histories by property. merged_ids: the records that it took in."""

    source_id: str
    record_id: int
    email: str | None
    values: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    merged_ids: tuple[int, ...] = ()
    is_archived: bool = False

    @property
    def key(self) -> str:
        return f"{self.source_id}/contacts/{self.record_id}"


@dataclass(frozen=True)
class Link:
    """An association of a deal with a contact of its source."""

    contact_id: int
    is_primary: bool = False


@dataclass(frozen=True)
class DealRecord:
    """A deal. stages: the history of its stage."""

    source_id: str
    record_id: int
    pipeline: str
    created_at: datetime
    stages: tuple[Change, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.source_id}/deals/{self.record_id}"


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
    """

    contact_stages: Mapping[str, Mapping[str, str]]
    pipelines: Mapping[str, Pipeline]
    human_sources: frozenset[str]
    sales_users: frozenset[int]


@dataclass(frozen=True)
class Rules:
    """What the playbook says, and the instant that the tables stand at."""

    sources: Mapping[str, SourceRules]
    role_addresses: frozenset[str]
    zone: ZoneInfo
    stale_after: timedelta
    as_of: datetime


@dataclass(frozen=True)
class Portal:
    """All records of all sources."""

    contacts: tuple[ContactRecord, ...]
    deals: tuple[DealRecord, ...]
