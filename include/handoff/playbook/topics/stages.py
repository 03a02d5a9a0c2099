"""lifecycle.yml, fields.yml and reasons.yml: what each stage means, needs and teaches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from handoff.playbook.topics.words import Label, PropertyName, Prose, Slug, Topic, Value
from handoff.playbook.vocabulary import (
    CanonicalReason,
    CreationStage,
    FieldStage,
    Fixer,
    Severity,
    Stage,
)  # fmt: skip

StagesByValue = dict[Value, Stage]


class Pipeline(Topic):
    """A deal pipeline: whether its deals count, and what its stages mean."""

    counts: bool = Field(default=True, description="false: its deals are no outcome of marketing")
    creation_stage: CreationStage = "opportunity"
    stages: StagesByValue = Field(default={})


class SourceLifecycle(Topic):
    """How one source spells the stages."""

    stages: dict[PropertyName, StagesByValue] = Field(default={})
    pipelines: dict[Value, Pipeline] = Field(default={})


class LifecycleFile(Topic):
    """lifecycle.yml: which value of which property is which stage, by source."""

    sources: dict[Slug, SourceLifecycle]


class RequiredWhen(Topic):
    """The field is needed only where another property of the same record is filled so."""

    property: PropertyName
    equals: Value | None = Field(default=None, description="Leave out for: has any value")


class HandoffField(Topic):
    """Something that sales must find filled in when a stage is reached."""

    field: Slug
    label: Label
    needed_at: FieldStage
    read_from: dict[Slug, PropertyName] = Field(min_length=1, description="By source")
    required_when: dict[Slug, RequiredWhen] = Field(default={}, description="By source")
    fixed_by: Fixer
    severity: Severity
    guidance: str = ""


class FieldsFile(Topic):
    """fields.yml: the shared handoff fields, and what counts as empty."""

    fields: tuple[HandoffField, ...] = ()
    empty_values: tuple[Annotated[str, StringConstraints(to_lower=True)], ...] = (
        "", "n/a", "unknown", "select", "-", "test",
    )  # fmt: skip


class ReasonWords(Topic):
    """What a reason is called, and when to choose it."""

    label: Label
    description: Prose


class ReasonProperty(Topic):
    """A property that holds reasons."""

    property: PropertyName
    values: dict[Value, CanonicalReason]


class ReasonsFile(Topic):
    """reasons.yml: why leads come back, in one vocabulary."""

    reasons: dict[CanonicalReason, ReasonWords] = Field(default={})
    sources: dict[Slug, tuple[ReasonProperty, ...]] = Field(
        default={}, description="By source, in the order in which they are asked"
    )
