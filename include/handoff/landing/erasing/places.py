"""Paths into a record, such as ``properties.email`` or ``values[].value``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def texts_at(record: Any, place: str) -> Iterator[str]:
    """The texts (and numbers, as text) that stand at a place."""
    for holder, key in _holders(record, place):
        value = holder.get(key)
        if value is not None and not isinstance(value, dict | list):
            yield str(value)


def emptied(record: Mapping[str, Any], places: tuple[str, ...]) -> dict[str, Any] | None:
    """A copy without the texts at the places; None when there are none."""
    if not any(text for place in places for text in texts_at(record, place)):
        return None
    copy: dict[str, Any] = _copied(record)
    for place in places:
        for holder, key in _holders(copy, place):
            if key in holder:
                holder[key] = None
    return copy


def _holders(record: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The dictionaries that hold the last key of a place."""
    first, _, rest = place.partition(".")
    key, is_list = first.removesuffix("[]"), first.endswith("[]")
    if not isinstance(record, dict):
        return
    if not rest:
        yield record, key
        return
    inner = record.get(key)
    for one in inner if is_list and isinstance(inner, list) else [inner]:
        yield from _holders(one, rest)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner) for inner in value]
    return value
