"""The filters of HubSpot's search: columns answer for ids and instants, records for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from handoff.sandbox.server.hubspot.answers import Refusal
from handoff.sandbox.server.hubspot.instants import to_ms
from handoff.sandbox.server.hubspot.record_store import RecordStore

Mask = npt.NDArray[np.bool_]
Comparable = float | str

_ONE_VALUE = frozenset(
    ("EQ", "NEQ", "LT", "LTE", "GT", "GTE", "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN")
)
_MANY_VALUES = frozenset(("IN", "NOT_IN"))
_NO_VALUE = frozenset(("HAS_PROPERTY", "NOT_HAS_PROPERTY"))


@dataclass(frozen=True)
class Filter:
    """One condition on one property."""

    name: str
    operator: str
    value: str | None = None
    high: str | None = None
    values: tuple[str, ...] = ()


def read_filter(raw: dict[str, Any], store: RecordStore) -> Filter:
    """A filter as a request gives it. Raises Refusal."""
    name, operator = str(raw.get("propertyName")), str(raw.get("operator", "")).upper()
    if name not in store.known:
        raise Refusal(
            400,
            f"There was a problem with the request. Property '{name}' does not exist on"
            f" {store.kind.name}",
        )
    if operator in _MANY_VALUES:
        values = raw.get("values")
        if not isinstance(values, list) or not values:
            raise Refusal(400, f"operator {operator} needs values")
        return Filter(name, operator, values=tuple(str(value) for value in values))
    if operator == "BETWEEN":
        if raw.get("value") is None or raw.get("highValue") is None:
            raise Refusal(400, "operator BETWEEN needs value and highValue")
        return Filter(name, operator, value=str(raw["value"]), high=str(raw["highValue"]))
    if operator in _NO_VALUE:
        return Filter(name, operator)
    if operator not in _ONE_VALUE:
        raise Refusal(400, f"Invalid operator: {raw.get('operator')}")
    if raw.get("value") is None:
        raise Refusal(400, f"operator {operator} needs a value")
    return Filter(name, operator, value=str(raw["value"]))


def matching(store: RecordStore, filters: list[Filter]) -> Mask:
    """Which live records satisfy all filters of a group."""
    mask = ~store.archived
    rest: list[Callable[[dict[str, str | None]], bool]] = []
    for given in filters:
        column = _column_mask(store, given)
        if column is not None:
            mask &= column
        else:
            rest.append(_condition(given))
    if rest:
        for at in np.flatnonzero(mask).tolist():
            properties = store.properties(int(store.ids[at]))
            mask[at] = all(holds(properties) for holds in rest)
    return mask


def _column_mask(store: RecordStore, given: Filter) -> Mask | None:
    kind = store.kind
    columns = {
        kind.modified: store.modified,
        kind.created: store.created,
        "hs_object_id": store.ids,
    }
    column = columns.get(given.name)
    if column is None or given.operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        return None
    if given.operator in _NO_VALUE:
        return np.full(len(column), given.operator == "HAS_PROPERTY")
    if given.operator in _MANY_VALUES:
        found = np.isin(column, np.array([_whole(given, value) for value in given.values]))
        return found if given.operator == "IN" else ~found
    value = _whole(given, given.value)
    if given.operator == "BETWEEN":
        return (column >= value) & (column <= _whole(given, given.high))
    compare: dict[str, Callable[[Any, int], Any]] = {
        "EQ": np.equal,
        "NEQ": np.not_equal,
        "LT": np.less,
        "LTE": np.less_equal,
        "GT": np.greater,
        "GTE": np.greater_equal,
    }
    mask: Mask = compare[given.operator](column, value)
    return mask


def _whole(given: Filter, text: str | None) -> int:
    number = comparable(text or "")
    if isinstance(number, str):
        raise Refusal(400, f"{given.name}: {text!r} is neither a number nor an instant")
    return int(number)


def _condition(given: Filter) -> Callable[[dict[str, str | None]], bool]:
    """A test of one record's properties; without a value only NOT_HAS_PROPERTY holds."""
    name = given.name
    if given.operator == "HAS_PROPERTY":
        return lambda properties: bool(properties.get(name))
    if given.operator == "NOT_HAS_PROPERTY":
        return lambda properties: not properties.get(name)
    test = _value_test(given)

    def holds(properties: dict[str, str | None]) -> bool:
        value = properties.get(name)
        return bool(value) and test(value or "")

    return holds


def _value_test(given: Filter) -> Callable[[str], bool]:
    operator, text = given.operator, given.value or ""
    if operator in _MANY_VALUES:
        wanted = {value.casefold() for value in given.values}
        return lambda value: (value.casefold() in wanted) is (operator == "IN")
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        pattern = re.compile(re.escape(text.casefold()).replace(r"\*", ".*"))
        is_wanted = operator == "CONTAINS_TOKEN"

        def contains(value: str) -> bool:
            tokens = re.split(r"[\s@,;]+", value.casefold())
            found = any(pattern.fullmatch(token) for token in (*tokens, value.casefold()))
            return found is is_wanted

        return contains
    low = comparable(text)
    if operator == "BETWEEN":
        high = comparable(given.high or "")
        return lambda value: _order(comparable(value), low) >= 0 >= _order(comparable(value), high)
    signs = {"EQ": (0,), "NEQ": (-1, 1), "LT": (-1,), "LTE": (-1, 0), "GT": (1,), "GTE": (0, 1)}
    return lambda value: _order(comparable(value), low) in signs[operator]


def comparable(text: str) -> Comparable:
    """A value as a number (instants as epoch milliseconds), or as text without case."""
    try:
        return float(text)
    except ValueError:
        pass
    if len(text) >= 10 and text[4:5] == "-":
        try:
            return float(to_ms(text))
        except ValueError:
            pass
    return text.casefold()


def _order(one: Comparable, other: Comparable) -> int:
    if isinstance(one, str) or isinstance(other, str):
        one, other = str(one), str(other)
        return (one > other) - (one < other)
    return (one > other) - (one < other)
