"""campaigns.yml and problems.yml: what marketing offers, and what goes wrong afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.playbook.topics.words import Currency, Days, Label, Prose, Share, Slug, Topic, Value
from handoff.playbook.vocabulary import Fixer, OfferType, ProblemKind


class Theme(Topic):
    """What a campaign is about."""

    label: Label
    message: Prose


class Persona(Topic):
    """Whom it speaks to."""

    label: Label
    cares_about: Prose


class Offer(Topic):
    """Something a person can ask for, and how sales take it up."""

    label: Label
    type: OfferType
    theme: Slug | None = None
    persona: Slug | None = None
    brief: Prose | None = None


class Cost(Topic):
    """What a campaign cost in all."""

    amount: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)]
    currency: Currency | None = Field(default=None, description="Default: reporting_currency")


class Campaign(Topic):
    """A campaign: found in the CRM by its id, else by its UTM value."""

    name: Label
    source: Slug
    crm_campaign_id: Value | None = None
    utm_campaign: Value | None = None
    theme: Slug | None = None
    persona: Slug | None = None
    channel: Slug | None = None
    cost: Cost | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Campaign:
        if self.crm_campaign_id is None and self.utm_campaign is None:
            raise PydanticCustomError(
                "campaign", "a campaign needs crm_campaign_id or utm_campaign"
            )
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise PydanticCustomError("campaign", "ends_on is not before starts_on")
        return self


class Form(Topic):
    """A form of a source, by id or name, and what it offers."""

    source: Slug
    form_id: Value | None = None
    form_name: Value | None = None
    offer: Slug
    campaign: Slug | None = Field(default=None, description="Only if it serves one campaign")

    @model_validator(mode="after")
    def _is_named(self) -> Form:
        if self.form_id is None and self.form_name is None:
            raise PydanticCustomError("form", "a form needs form_id or form_name")
        return self


class CampaignsFile(Topic):
    """campaigns.yml: themes, personas, offers, campaigns and forms."""

    themes: dict[Slug, Theme] = Field(default={})
    personas: dict[Slug, Persona] = Field(default={})
    offers: dict[Slug, Offer] = Field(default={})
    campaigns: dict[Slug, Campaign] = Field(default={})
    forms: tuple[Form, ...] = ()


class Fix(Topic):
    """What to do about a problem, who does it, and how one sees that it worked."""

    fix: Prose
    who: Fixer
    within_days: Days = 14
    done_when: Prose


class Problem(Topic):
    """One of the four common failures: from when on it is one, and what to do."""

    label: Label
    description: Prose
    threshold: Share
    min_handoffs: Annotated[int, Field(ge=1, le=10_000)] = 10
    owner_team: Slug
    fixes: tuple[Fix, ...] = Field(min_length=1)


class ProblemsFile(Topic):
    """problems.yml: the four common failures of a handoff."""

    problems: dict[ProblemKind, Problem] = Field(default={})
