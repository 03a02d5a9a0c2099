"""The small types that the playbook's topics are made of."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from handoff.playbook.mistakes import probably_meant


class Topic(BaseModel):
    """A part of the playbook: unknown keys are mistakes, and nothing changes once it is read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True
    )


def _known_zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        raise PydanticCustomError(
            "time_zone",
            "{name} is no IANA time zone, such as Europe/Berlin",
            {"name": repr(name), "meant": probably_meant(name, sorted(zones))},
        )
    return name


def _opening(text: str) -> str:
    opens, closes = opening_minutes(text)
    if opens >= closes:
        raise PydanticCustomError("opening", "hours end after they begin, such as 09:00-17:30")
    return text


def opening_minutes(text: str) -> tuple[int, int]:
    """Minutes after midnight at which hours such as ``09:00-17:30`` begin and end (up to 1440)."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", text)
    if match:
        from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
        opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
        if from_minute < 60 and to_minute < 60 and closes <= 24 * 60:
            return opens, closes
    raise PydanticCustomError("opening", "hours are written as 09:00-17:30, from 00:00 to 24:00")


def folded(text: str) -> str:
    """How values of a CRM are compared: trimmed and lower-case."""
    return text.strip().lower()


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Value = Annotated[str, StringConstraints(min_length=1, max_length=200)]
PropertyName = Annotated[
    str, StringConstraints(pattern=r"^[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+$"),
    Field(description="Object and property in the CRM's own words, such as contacts.jobtitle"),
]  # fmt: skip
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
Opening = Annotated[str, AfterValidator(_opening)]
Days = Annotated[int, Field(ge=1, le=3650)]
Share = Annotated[float, Field(ge=0, le=1)]


class NumberRange(Topic):
    """Numbers from one to another, both inclusive; leave one out for no limit on that side."""

    from_: float | None = Field(default=None, alias="from")
    to: float | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> NumberRange:
        if self.from_ is None and self.to is None:
            raise PydanticCustomError("range", "a range needs from, to or both")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise PydanticCustomError("range", "a range ends after it begins")
        return self
