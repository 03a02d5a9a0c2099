"""playbook.yml, sources.yml, people.yml and teams.yml: who we are and what we read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from handoff.playbook.topics.words import (
    Currency,
    Days,
    Label,
    PropertyName,
    Slug,
    Topic,
    Value,
    ZoneName,
)  # fmt: skip
from handoff.playbook.vocabulary import CrmKind, TeamRole

EmailDomain = Annotated[str, StringConstraints(pattern=r"^[^@\s]+\.[^@\s]+$", to_lower=True)]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", to_lower=True)]
LocalPart = Annotated[str, StringConstraints(pattern=r"^[^@\s]+$", to_lower=True)]


class PlaybookFile(Topic):
    """playbook.yml: the version, and single numbers that many reports share."""

    playbook: Slug = Field(description="Whose playbook this is; versions of one follow each other")
    version: Label = Field(description="The version as people call it")
    effective_from: date = Field(description="First day in force, from midnight of the zone below")
    reporting_time_zone: ZoneName = Field(description="Weeks and months are cut in this IANA zone")
    reporting_currency: Currency = "USD"
    stale_after_days: Days = 180
    default_accept_hours: Annotated[int, Field(ge=1, le=8760)] = 24
    attribution_lookback_days: Days = 180
    inbound_mail_quiet_days: Days = 30
    small_sample_hidden_below: Annotated[int, Field(ge=1, le=1000)] = 5
    small_sample_marked_below: Annotated[int, Field(ge=1, le=10000)] = 30
    headline_horizon_days: Literal[30, 60, 90] = 90
    counts_archived_records: bool = True


class Source(Topic):
    """One CRM account."""

    label: Label
    crm: CrmKind
    connection: Slug = Field(description="Airflow connection with its address and token")
    portal_id: Value = Field(description="The account's id, for links into the CRM")
    linked_source: Slug | None = Field(
        default=None,
        description="Whose ids this one's records hold, where that is not clear",
    )
    record_url: Value | None = Field(
        default=None, description="Page of a record, with {portal_id} {object_type_id} {record_id}"
    )
    daily_call_budget: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="Share of the account's calls of a day that all use may come to"
    )
    reload_formulas_every_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=7, description="Formulas change without their records, so these are read anew"
    )
    requests_at_a_time: Annotated[int, Field(ge=1, le=16)] = 4
    sweep_every_hours: Annotated[int, Field(ge=1, le=720)] = Field(
        default=24, description="How often all ids are listed, which finds who was erased"
    )
    has_owner_history: bool = True
    has_activities: bool = True
    has_reasons: bool = True
    human_change_sources: tuple[Value, ...] | None = Field(
        default=None, description="Change sources of the CRM behind which a person sits"
    )


class SourcesFile(Topic):
    """sources.yml: the CRM accounts that are read."""

    sources: dict[Slug, Source] = Field(min_length=1)


class ExclusionProperty(Topic):
    """A property of a source whose values exclude a person."""

    source: Slug
    property: PropertyName
    values: tuple[Value, ...] = Field(min_length=1)


class Exclusion(Topic):
    """Whom to leave out: by mail domain, by address or by a property."""

    rule: Slug
    kind: Literal["test", "internal", "partner"]
    email_domains: tuple[EmailDomain, ...] = ()
    email_addresses: tuple[EmailAddress, ...] = ()
    properties: tuple[ExclusionProperty, ...] = ()

    @model_validator(mode="after")
    def _excludes_somebody(self) -> Exclusion:
        if not (self.email_domains or self.email_addresses or self.properties):
            raise PydanticCustomError(
                "exclusion", "an exclusion needs email_domains, email_addresses or properties"
            )
        return self


class PeopleFile(Topic):
    """people.yml: addresses that are no person, and people who are no lead."""

    role_addresses: tuple[LocalPart, ...] = (
        "admin", "billing", "contact", "hello", "help", "hr", "info", "jobs", "mail", "marketing",
        "no-reply", "noreply", "office", "sales", "service", "support", "team", "webmaster",
    )  # fmt: skip
    exclusions: tuple[Exclusion, ...] = ()


class Members(Topic):
    """How a source tells who is in a team: its own teams, owners' addresses or owner ids."""

    crm_teams: tuple[Value, ...] = ()
    owner_emails: tuple[EmailAddress, ...] = ()
    owner_ids: tuple[Value, ...] = ()


class Team(Topic):
    """People who work together. Teams of the roles sdr and ae are sales."""

    label: Label
    role: TeamRole
    calendar: Slug | None = Field(default=None, description="Default: default_calendar of sla.yml")
    members: dict[Slug, Members] = Field(default={}, description="By source")


class Queue(Topic):
    """An owner in the CRM that is no person."""

    label: Label
    source: Slug
    kind: Literal["queue", "automatic"] = "queue"
    owner_id: Value | None = None
    email: EmailAddress | None = None

    @model_validator(mode="after")
    def _is_named(self) -> Queue:
        if self.owner_id is None and self.email is None:
            raise PydanticCustomError("queue", "a queue needs owner_id or email")
        return self


class TeamsFile(Topic):
    """teams.yml: who marketing and sales are, and which owners are nobody."""

    teams: dict[Slug, Team] = Field(default={})
    queues: dict[Slug, Queue] = Field(default={})
