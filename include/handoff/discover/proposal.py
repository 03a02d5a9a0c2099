"""A playbook that could fit an account, as YAML to paste: what was guessed, and what was not.

Each guess stands beside the words that it was made from. What could not be guessed is there too,
as a comment that begins with `# ?`, so that nothing is mapped that nobody has looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handoff.crm.traits import CrmTraits
from handoff.discover.facts import DealPipeline, ObjectFacts, PropertyFacts
from handoff.discover.guesses import (
    ENOUGH,
    FIELD_WORDS,
    REASON_WORDS,
    STAGE_WORDS,
    is_reason_name,
    is_stage_name,
    likeness,
    meaning_of,
)

Lines = list[str]

_PLAIN_YAML = re.compile(r"[A-Za-z][A-Za-z0-9_ .-]*")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_UNSURE = "# ?"


@dataclass(frozen=True)
class Proposal:
    """Contents of lifecycle.yml, fields.yml and reasons.yml for the sources, by file name."""

    files: Mapping[str, str]


def propose(accounts: Sequence[tuple[str, CrmTraits, Sequence[ObjectFacts]]]) -> Proposal:
    """A proposal for the sources, given by id with their traits and facts."""
    lifecycle: Lines = ["sources:"]
    reasons: Lines = ["sources:"]
    fields: dict[str, Lines] = {name: [] for name in FIELD_WORDS}
    for source_id, traits, objects in accounts:
        lifecycle += [f"  {source_id}:", *_indented(_lifecycle(traits, objects), 4)]
        reasons += [f"  {source_id}:", *_indented(_reasons(objects), 4)]
        for name, line in _read_from(source_id, traits, objects):
            fields[name].append(line)
    return Proposal(
        {
            "lifecycle.yml": _text(lifecycle),
            "fields.yml": _text(_fields(fields)),
            "reasons.yml": _text(reasons),
        }
    )


def _lifecycle(traits: CrmTraits, objects: Sequence[ObjectFacts]) -> Lines:
    stages: Lines = []
    pipelines: Lines = []
    for facts in objects:
        is_of_deals = facts.name == traits.deal_object
        for one in facts.properties:
            definition = one.definition
            if is_of_deals:
                if definition.name == traits.deal_stage_property and not facts.pipelines:
                    own = {option: _label(one, option) for option in definition.options}
                    pipelines += _pipeline(DealPipeline("default", "", own), one.counts)
                continue
            if definition.options and is_stage_name(definition.name, definition.label):
                stages.append(f"{facts.name}.{definition.name}:  # {definition.label}")
                values = {option: _label(one, option) for option in definition.options}
                stages += _indented(_mapped(values, STAGE_WORDS, one.counts), 2)
        for pipeline in facts.pipelines:
            pipelines += _pipeline(pipeline, {})
    lines: Lines = []
    if stages:
        lines += ["stages:", *_indented(stages, 2)]
    if pipelines:
        lines += ["pipelines:", *_indented(pipelines, 2)]
    return lines or ["{}  # no property was found that holds a stage"]


def _pipeline(pipeline: DealPipeline, counts: Mapping[str, int]) -> Lines:
    comment = f"  # {pipeline.label}" if pipeline.label else ""
    return [
        f"{_scalar(pipeline.id)}:{comment}",
        *_indented(["stages:", *_indented(_mapped(pipeline.stages, STAGE_WORDS, counts), 2)], 2),
    ]


def _mapped(
    values: Mapping[str, str], words: Mapping[str, tuple[str, ...]], counts: Mapping[str, int]
) -> Lines:
    """A line a value. Values without a guess stand behind the others, out of force."""
    sure: Lines = []
    unsure: Lines = []
    for value, label in values.items():
        meaning = meaning_of((value, label), words)
        told = " · ".join(
            part
            for part in (
                label if label and label != value else "",
                _told_count(counts.get(value, 0)),
            )
            if part
        )
        if meaning:
            sure.append(f"{_scalar(value)}: {meaning}" + (f"  # {told}" if told else ""))
        else:
            unsure.append(f"{_UNSURE} {_scalar(value)}:" + (f"  {told}" if told else ""))
    return [*sure, *unsure] if sure else ["{}", *unsure]


def _told_count(count: int) -> str:
    return f"{count:,} record{'s' if count > 1 else ''}" if count else ""


def _reasons(objects: Sequence[ObjectFacts]) -> Lines:
    lines: Lines = []
    for facts in objects:
        for one in facts.properties:
            definition = one.definition
            if not is_reason_name(definition.name, definition.label):
                continue
            lines.append(f"- property: {facts.name}.{definition.name}  # {definition.label}")
            if definition.options:
                values = {option: _label(one, option) for option in definition.options}
                lines += ["  values:", *_indented(_mapped(values, REASON_WORDS, one.counts), 4)]
            else:
                lines += [f"  values: {{}}  {_UNSURE} free text: map what the reports show"]
    return lines or ["[]  # no property was found that holds a reason"]


def _read_from(
    source_id: str, traits: CrmTraits, objects: Sequence[ObjectFacts]
) -> Iterator[tuple[str, str]]:
    """For each handoff field the property that is most like it, of people before deals."""
    people = [one for one in objects if one.name != traits.deal_object]
    for name, (_, _, _, words) in FIELD_WORDS.items():
        found = [
            (likeness(words, one.name, one.definition.label), one.fill_rate or 0.0, facts.name, one)
            for facts in people
            for one in facts.properties
        ]
        best = max(found, key=lambda each: each[:2], default=None)
        if best is not None and best[0] >= ENOUGH:
            yield name, f"{source_id}: {best[2]}.{best[3].name}"


def _fields(found: Mapping[str, Lines]) -> Lines:
    lines: Lines = ["fields:"]
    for name, read_from in found.items():
        stage, fixer, severity, words = FIELD_WORDS[name]
        entry = [
            f"- field: {name}",
            f"  label: {words[0].capitalize()}",
            f"  needed_at: {stage}",
            f"  read_from: {{{', '.join(read_from)}}}",
            f"  fixed_by: {fixer}",
            f"  severity: {severity}",
        ]
        if not read_from:
            entry = [f"{_UNSURE} {line}" for line in entry]
        lines += _indented(entry, 2)
    return lines if any(found.values()) else ["fields: []", *lines[1:]]


def _label(one: PropertyFacts, option: str) -> str:
    return one.definition.option_labels.get(option, option)


def _scalar(text: str) -> str:
    """A value as YAML reads it back, quoted where it would be read as something else."""
    is_plain = _PLAIN_YAML.fullmatch(text) and text.lower() not in _YAML_WORDS
    return text if is_plain and text == text.strip() else json.dumps(text, ensure_ascii=False)


def _indented(lines: Sequence[str], spaces: int) -> Lines:
    return [f"{' ' * spaces}{line}" for line in lines]


def _text(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"
