"""routing.yml and sla.yml: who takes a lead, and by when."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import holidays
from holidays.registry import COUNTRIES
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.playbook.mistakes import probably_meant
from handoff.playbook.topics.words import (
    Label,
    NumberRange,
    Opening,
    Slug,
    Topic,
    Value,
    ZoneName,
)  # fmt: skip
from handoff.playbook.vocabulary import OfferType, Weekday

RoutingAttribute = Literal["country", "industry", "employee_count", "offer_type", "theme", "source"]


class RoutingWhen(Topic):
    """All that is named here must hold."""

    country: tuple[Value, ...] = ()
    industry: tuple[Value, ...] = ()
    employee_count: NumberRange | None = None
    offer_type: tuple[OfferType, ...] = ()
    theme: tuple[Slug, ...] = ()
    source: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> RoutingWhen:
        if not any(getattr(self, name) for name in type(self).model_fields):
            raise PydanticCustomError("when", "when names at least one thing that must hold")
        return self


class RoutingRule(Topic):
    """Where leads of a kind go."""

    rule: Slug
    label: Label
    when: RoutingWhen
    send_to: Slug = Field(description="A team or queue of teams.yml")


class MissingData(Topic):
    """Where leads go that no rule took, when something about them is not known."""

    attributes: tuple[RoutingAttribute, ...] = Field(min_length=1)
    send_to: Slug


class RoutingFile(Topic):
    """routing.yml: the first rule that holds decides; then missing data; then the rest."""

    rules: tuple[RoutingRule, ...] = ()
    missing_data: MissingData | None = None
    otherwise: Slug | None = None


class Tier(Topic):
    """How long a lead may wait for the first touch, in minutes of its owner's calendar."""

    label: Label
    business_minutes: Annotated[int, Field(ge=1, le=100_000)]


class SlaRule(Topic):
    """Which leads get a tier: by what they asked for, or by the form."""

    tier: Slug
    offer_types: tuple[OfferType, ...] = ()
    form_ids: tuple[Value, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> SlaRule:
        if not (self.offer_types or self.form_ids):
            raise PydanticCustomError("sla_rule", "a rule names offer_types, form_ids or both")
        return self


def _code_of_country(name: str) -> str | None:
    """The two-letter code of a country that is written out, or written nearly right."""
    codes = {names[0].lower(): names[1] for names in COUNTRIES.values()}
    meant = probably_meant(name.replace(" ", "").lower(), codes)
    return codes[meant] if meant else probably_meant(name, codes.values())


class PublicHolidays(Topic):
    """Public holidays of a country, by its two-letter code, and of one of its parts."""

    country: Value
    subdivision: Value | None = None

    @model_validator(mode="after")
    def _is_known(self) -> PublicHolidays:
        countries = holidays.list_supported_countries(include_aliases=False)
        if self.country not in countries:
            raise PydanticCustomError(
                "holidays",
                "no public holidays are known for {country}; use a two-letter code such as DE",
                {"country": repr(self.country), "meant": _code_of_country(self.country)},
            )
        parts = countries[self.country]
        if self.subdivision is not None and self.subdivision not in parts:
            raise PydanticCustomError(
                "holidays",
                "{country} has no part {part}",
                {
                    "country": self.country,
                    "part": repr(self.subdivision),
                    "allowed": tuple(parts),
                    "meant": probably_meant(self.subdivision, parts),
                },
            )
        return self


class Calendar(Topic):
    """When a team is there."""

    label: Label
    time_zone: ZoneName | None = Field(default=None, description="Default: the reporting zone")
    hours: dict[Weekday, Opening] = Field(min_length=1)
    public_holidays: PublicHolidays | None = None
    also_closed: dict[date, Label] = Field(default={}, description="Day and its name")
    open_anyway: tuple[date, ...] = Field(default=(), description="Holidays that are worked")


_OFFICE_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_OFFICE_HOURS = dict.fromkeys(_OFFICE_DAYS, "09:00-17:00")


class SlaFile(Topic):
    """sla.yml: tiers, who gets which, and the calendars in which their minutes are counted."""

    default_tier: Slug = "standard"
    default_calendar: Slug = "office"
    tiers: dict[Slug, Tier] = Field(
        default={
            "urgent": Tier(label="Urgent", business_minutes=60),
            "standard": Tier(label="Standard", business_minutes=480),
        },
        min_length=1,
    )
    rules: tuple[SlaRule, ...] = (
        SlaRule(tier="urgent", offer_types=("demo_request", "pricing", "contact_sales", "trial")),
    )
    calendars: dict[Slug, Calendar] = Field(
        default={"office": Calendar.model_validate({"label": "Office", "hours": _OFFICE_HOURS})},
        min_length=1,
    )
