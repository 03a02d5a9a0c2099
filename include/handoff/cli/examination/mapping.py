"""What the playbook names of a CRM: properties that exist, can hold what they shall, and values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import process

from handoff.cli.examination.finding import Finding, guarded
from handoff.crm.protocol import Connector, PropertyDefinition
from handoff.errors import HandoffError
from handoff.playbook import load_playbook
from handoff.playbook.rows.stages import stage_map, tracked_properties
from handoff.settings import Settings
from handoff.sync import SyncSource

# A stage or a reason is a word out of a list, or a yes or no, as that a lead was converted; none of
# these can be one.
_NO_WORDS = frozenset({"number", "datetime", "date", "double", "currency", "monetary", "percent"})
_WANTS_WORDS = frozenset({"stage", "reason"})
_NEAR_ENOUGH = 60


def examine_mapping(
    settings: Settings, source: SyncSource, connector: Connector
) -> Iterator[Finding]:
    """The properties that the playbook names, against those of the account."""
    name = source.source_id
    existing = guarded(name, lambda: _existing(source, connector))
    yield existing
    if existing.state == "bad":
        return
    try:
        definitions = {
            object_: {one.name: one for one in connector.properties(object_)}
            for object_ in source.tracked
        }
    except HandoffError as error:
        yield Finding(name, "bad", error.message, error.fix)
        return
    yield from _types(settings, source, definitions)
    yield from _values(settings, source, definitions)


def _existing(source: SyncSource, connector: Connector) -> Finding:
    connector.check(tuple(source.tracked), source.named_in, {})
    count = sum(map(len, source.tracked.values()))
    return Finding(source.source_id, "good", f"all {count} properties of the playbook exist")


def _types(
    settings: Settings,
    source: SyncSource,
    definitions: Mapping[str, Mapping[str, PropertyDefinition]],
) -> Iterator[Finding]:
    purposes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in tracked_properties(load_playbook(settings.playbook_dir)):
        if row["source_id"] == source.source_id:
            purposes[row["object"], row["property"]].add(row["purpose"])
    for (object_, property_), wanted in purposes.items():
        found = definitions.get(object_, {}).get(property_)
        if found is None:
            continue
        purpose = min(wanted & _WANTS_WORDS, default=None)
        full_name = f"{object_}.{property_}"
        file = source.named_in.get(full_name)
        if purpose is not None and found.type.lower() in _NO_WORDS:
            yield Finding(
                source.source_id,
                "bad",
                f"{full_name} is of the type {found.type}, which holds no {purpose}",
                f"name another property in {file}",
            )
        elif purpose is not None and found.is_calculated:
            yield Finding(
                source.source_id,
                "warning",
                f"{full_name} is calculated by the CRM: a change of it may be seen late",
                f"name the property that it is calculated from in {file}, if there is one",
            )


def _values(
    settings: Settings,
    source: SyncSource,
    definitions: Mapping[str, Mapping[str, PropertyDefinition]],
) -> Iterator[Finding]:
    """Values of the lifecycle that no option of the property has: a typo maps nothing, silently."""
    unknown: dict[str, list[str]] = defaultdict(list)
    known: dict[str, Sequence[str]] = {}
    for row in stage_map(load_playbook(settings.playbook_dir)):
        if row["source_id"] != source.source_id or row["pipeline_id"] is not None:
            continue
        found = definitions.get(row["object"], {}).get(row["property"])
        if found is None or not found.options:
            continue
        full_name = f"{row['object']}.{row['property']}"
        known[full_name] = [option.strip().lower() for option in found.options]
        if row["raw_value"] not in known[full_name]:
            unknown[full_name].append(row["raw_value"])
    for full_name, values in unknown.items():
        near = {
            value: process.extractOne(value, known[full_name], score_cutoff=_NEAR_ENOUGH)
            for value in values
        }
        told = ", ".join(
            f"{value!r}" + (f" (near: {match[0]})" if (match := near[value]) else "")
            for value in values
        )
        yield Finding(
            source.source_id,
            "warning",
            f"lifecycle.yml maps values that {full_name} has not: {told}",
            f"edit {settings.playbook_dir / 'lifecycle.yml'}; the account's own: handoff discover "
            f"--source {source.source_id}",
        )
