"""Whether the properties that a playbook names exist, told with what was probably meant.

An API that ignores unknown names would leave them empty for ever, and say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from rapidfuzz import process

from handoff.crm.protocol import PropertyDefinition, TrackedProperties
from handoff.errors import AccountError

_NEAR_ENOUGH = 60


def check_named_properties(
    properties: Callable[[str], Sequence[PropertyDefinition]],
    property_objects: Sequence[str],
    tracked: TrackedProperties,
    objects: Sequence[str],
    named_in: Mapping[str, Path],
    known_before: Mapping[str, Collection[str]],
    *,
    vendor: str,
    source_id: str,
) -> None:
    """Raises AccountError that names the property, what was probably meant, and the file to edit.

    properties: lists those of an object. property_objects: the objects that have some. objects:
    only these are asked for. named_in: the file to mend, by ``object.property``.
    """
    for object_, names in tracked.items():
        if object_ not in property_objects:
            listed = ", ".join(map(repr, names))
            raise AccountError(
                f"The playbook names {listed} of {object_}, which {vendor} has not; it has "
                f"{', '.join(property_objects)}",
                source=source_id,
                object=object_,
                fix=_edit(object_, names, named_in),
            )
    for object_, names in tracked.items():
        if object_ not in objects or not names:
            continue
        found = properties(object_)
        known = {one.name for one in found}
        # An account always has properties; a portal folder without any tells nothing.
        known |= set(known_before.get(object_, ())) if known else set()
        unknown = [name for name in names if known and name not in known]
        if unknown:
            raise _unknown(vendor, source_id, object_, unknown, found, named_in)


def _unknown(
    vendor: str,
    source_id: str,
    object_: str,
    unknown: Sequence[str],
    found: Sequence[PropertyDefinition],
    named_in: Mapping[str, Path],
) -> AccountError:
    told = "; ".join(f"{name!r}{_near(name, found)}" for name in unknown)
    noun = "properties" if len(unknown) > 1 else "property"
    return AccountError(
        f"{vendor}'s {object_} have no {noun} {told}",
        source=source_id,
        object=object_,
        fix=f"{_edit(object_, unknown, named_in)}, or make the {noun} in {vendor}",
    )


def _near(name: str, found: Sequence[PropertyDefinition]) -> str:
    """What was probably meant, by a property's name or by the label that people see."""
    spellings = {text: one.name for one in found for text in (one.name, one.label)}
    matches = process.extract(name, list(spellings), limit=3, score_cutoff=_NEAR_ENOUGH)
    near = dict.fromkeys(spellings[match] for match, *_ in matches)
    return f" (near: {', '.join(near)})" if near else ""


def _edit(object_: str, names: Iterable[str], named_in: Mapping[str, Path]) -> str:
    files = sorted({str(path) for name in names if (path := named_in.get(f"{object_}.{name}"))})
    return f"edit {' and '.join(files) or 'the playbook'}"
