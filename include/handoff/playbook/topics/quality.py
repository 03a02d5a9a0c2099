"""icp.yml, scoring.yml and qualification.yml: who is worth a call, and what it should tell."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from handoff.playbook.topics.words import Days, Label, NumberRange, Prose, Share, Slug, Topic, Value
from handoff.playbook.vocabulary import Fixer


class IcpRule(Topic):
    """One thing that is true of an account: one of in, not_in (words) or between (numbers)."""

    rule: Slug
    label: Label
    importance: Literal["must", "should", "never"]
    attribute: Literal["industry", "country", "employee_count", "annual_revenue"]
    in_: tuple[Value, ...] | None = Field(default=None, alias="in", min_length=1)
    not_in: tuple[Value, ...] | None = Field(default=None, min_length=1)
    between: NumberRange | None = None

    @model_validator(mode="after")
    def _has_one_test(self) -> IcpRule:
        tests = [self.in_ is not None, self.not_in is not None, self.between is not None]
        if sum(tests) != 1:
            raise PydanticCustomError("icp_rule", "a rule has exactly one of in, not_in, between")
        is_number = self.attribute in ("employee_count", "annual_revenue")
        if is_number != (self.between is not None):
            wanted = "between" if is_number else "in or not_in"
            raise PydanticCustomError("icp_rule", f"{self.attribute} is tested with {wanted}")
        return self


class CompanySize(Topic):
    """A band of company size, in employees."""

    label: Label
    from_: Annotated[int, Field(ge=0)] = Field(alias="from")
    to: int | None = None


class IcpFile(Topic):
    """icp.yml: the account that we sell to."""

    strong_from: Share = Field(default=0.5, description="Share of should rules for a strong fit")
    rules: tuple[IcpRule, ...] = ()
    company_sizes: tuple[CompanySize, ...] = (
        CompanySize.model_validate({"label": "1–49", "from": 1, "to": 49}),
        CompanySize.model_validate({"label": "50–249", "from": 50, "to": 249}),
        CompanySize.model_validate({"label": "250–999", "from": 250, "to": 999}),
        CompanySize.model_validate({"label": "1,000 and more", "from": 1000}),
    )


class ScoringRule(Topic):
    """Points for something that a person did before becoming an MQL."""

    rule: Slug
    label: Label
    signal: Literal["offer_type", "touch_kind", "activity_type"]
    value: Value
    points: Annotated[int, Field(ge=-1000, le=1000)]
    within_days: Days = 90
    max_times: Annotated[int, Field(ge=1, le=100)] = 1


class ScoreBand(Topic):
    """Scores from a number up to the next band."""

    label: Label
    from_: int = Field(alias="from")


class ScoringFile(Topic):
    """scoring.yml: engagement, in points. Fit and qualification are judged apart."""

    rules: tuple[ScoringRule, ...] = ()
    bands: tuple[ScoreBand, ...] = ()


class Question(Topic):
    """One question of the qualification checklist, and the field that holds its answer."""

    question: Slug
    label: Label
    ask: Prose = Field(description="Words to use")
    good_answer: str = ""
    asked_by: Fixer = "sdr"
    field: Slug = Field(description="A field of fields.yml")


class QualificationFile(Topic):
    """qualification.yml: what sales find out before a lead becomes an SQL."""

    questions: tuple[Question, ...] = ()
