"""Rows of lifecycle.yml, fields.yml and reasons.yml, and the properties that they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handoff.crm.registry import crm_traits
from handoff.playbook.playbook import Playbook
from handoff.playbook.rows.company import Row, split_property
from handoff.playbook.topics.stages import ReasonWords
from handoff.playbook.topics.words import folded
from handoff.playbook.vocabulary import REASON_LABELS


def stage_map(playbook: Playbook) -> Iterator[Row]:
    for source_id, lifecycle in sorted(playbook.lifecycle.sources.items()):
        crm = crm_traits(playbook.sources.sources[source_id].crm)
        entries: list[tuple[str, str | None, Mapping[str, str]]]
        entries = [(name, None, values) for name, values in sorted(lifecycle.stages.items())]
        deal_stage = f"{crm.deal_object}.{crm.deal_stage_property}"
        entries += [
            (deal_stage, pipeline_id, pipeline.stages)
            for pipeline_id, pipeline in sorted(lifecycle.pipelines.items())
        ]
        for name, pipeline_id, values in entries:
            for value, stage in sorted(values.items()):
                yield {
                    "source_id": source_id,
                    **split_property(name),
                    "pipeline_id": pipeline_id,
                    "raw_value": folded(value),
                    "stage": stage,
                }


def pipelines(playbook: Playbook) -> Iterator[Row]:
    for source_id, lifecycle in sorted(playbook.lifecycle.sources.items()):
        for pipeline_id, pipeline in sorted(lifecycle.pipelines.items()):
            yield {
                "source_id": source_id,
                "pipeline_id": pipeline_id,
                "counts": pipeline.counts,
                "creation_stage": pipeline.creation_stage,
            }


def required_fields(playbook: Playbook) -> Iterator[Row]:
    for position, field in enumerate(playbook.fields.fields, start=1):
        for source_id, name in sorted(field.read_from.items()):
            condition = field.required_when.get(source_id)
            equals = condition.equals if condition else None
            yield {
                "field_id": field.field,
                "position": position,
                "label": field.label,
                "stage": field.needed_at,
                "source_id": source_id,
                **split_property(name),
                "required_when_property": (
                    split_property(condition.property)["property"] if condition else None
                ),
                "required_when_value": None if equals is None else folded(equals),
                "fixed_by": field.fixed_by,
                "severity": field.severity,
                "guidance": field.guidance,
            }


def empty_values(playbook: Playbook) -> Iterator[Row]:
    for value in dict.fromkeys(map(folded, ("", *playbook.fields.empty_values))):
        yield {"value": value}


def reasons(playbook: Playbook) -> Iterator[Row]:
    named: Mapping[str, ReasonWords] = dict(playbook.reasons.reasons.items())
    for position, (reason, words) in enumerate(REASON_LABELS.items(), start=1):
        own = named.get(reason)
        label, description = (own.label, own.description) if own else words
        yield {
            "reason": reason,
            "position": position,
            "label": label,
            "description": description,
        }


def reason_map(playbook: Playbook) -> Iterator[Row]:
    for source_id, properties in sorted(playbook.reasons.sources.items()):
        for entry in properties:
            for value, reason in sorted(entry.values.items()):
                yield {
                    "source_id": source_id,
                    **split_property(entry.property),
                    "raw_value": folded(value),
                    "reason": reason,
                }


def reason_precedence(playbook: Playbook) -> Iterator[Row]:
    for source_id, properties in sorted(playbook.reasons.sources.items()):
        for position, entry in enumerate(properties, start=1):
            yield {
                "source_id": source_id,
                **split_property(entry.property),
                "position": position,
            }


def tracked_properties(playbook: Playbook) -> Iterator[Row]:
    """Everything of a CRM record that some rule of the playbook reads, with its history."""
    found: set[tuple[str, str, str, str]] = set()

    def note(purpose: str, rows: Iterator[Row], property_column: str = "property") -> None:
        found.update(
            (row["source_id"], row["object"], row[property_column], purpose)
            for row in rows
            if row[property_column] is not None and row["source_id"] is not None
        )

    note("stage", stage_map(playbook))
    note("field", required_fields(playbook))
    note("field", required_fields(playbook), "required_when_property")
    note("reason", reason_precedence(playbook))
    from_rules = (
        {"source_id": entry.source, **split_property(entry.property)}
        for exclusion in playbook.people.exclusions
        for entry in exclusion.properties
    )
    note("exclusion", from_rules)
    for source_id, source in playbook.sources.sources.items():
        owners = crm_traits(source.crm).owner_properties
        found.update((source_id, object_, name, "owner") for object_, name in owners)
    for source_id, object_, name, purpose in sorted(found):
        yield {"source_id": source_id, "object": object_, "property": name, "purpose": purpose}
