"""The names of a query looked up: what it selects, tests and sorts by, as one user may see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from typing import Any, NoReturn

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import Refusal
from handoff.sandbox.server.salesforce.ids import to_18
from handoff.sandbox.server.salesforce.org_state import OrgState, Record
from handoff.sandbox.server.salesforce.schema import Field, SObject
from handoff.sandbox.server.salesforce.soql_query import BoundQuery, Column, Getter, Test
from handoff.sandbox.server.salesforce.soql_text import (
    Combined,
    Comparison,
    Condition,
    Literal,
    Ordering,
    Query,
    Selected,
    located,
)

_EXACT = frozenset({"id", "reference"})
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class Binder:
    """Looks up a query's names as one user may see them.

    hidden_objects, hidden_fields: what the user may not see, which is as if it were not there.
    """

    def __init__(
        self,
        state: OrgState,
        hidden_objects: frozenset[str] = frozenset(),
        hidden_fields: dict[str, frozenset[str]] | None = None,
    ) -> None:
        self._state = state
        self._hidden_objects = hidden_objects
        self._hidden_fields = hidden_fields or {}

    def visible(self, name: str) -> SObject | None:
        """The sObject of a name in any case, or None where there is none for the user."""
        lower = name.lower()
        found = next(
            (kind for one, kind in self._state.objects.items() if one.lower() == lower), None
        )
        return None if found is None or found.name in self._hidden_objects else found

    def shows(self, kind: SObject, field: Field | None) -> bool:
        return field is not None and field.name not in self._hidden_fields.get(kind.name, ())

    def bind(self, query: Query) -> BoundQuery:
        """The query over its sObject. Raises Refusal INVALID_TYPE or INVALID_FIELD."""
        kind = self.visible(query.entity)
        if kind is None:
            problem = (
                f"sObject type '{query.entity}' is not supported. If you are attempting to use a "
                "custom object, be sure to append the '__c' after the entity name. Please "
                "reference your WSDL or the describe call for the appropriate names."
            )
            raise Refusal(400, "INVALID_TYPE", located(query.text, query.entity_at, problem))
        bound = _Binding(self, self._state, query, kind)
        columns: list[Column] = []
        for number, selected in enumerate(query.selected):
            columns.append(bound.column(selected, number))
        twice = [
            c.label for n, c in enumerate(columns) if c.label in {d.label for d in columns[:n]}
        ]
        if twice and not query.is_aggregate:
            raise Refusal(400, "INVALID_FIELD", f"duplicate field selected: {twice[0]}")
        test = bound.test(query.where) if query.where is not None else None
        order = tuple((bound.sorted_by(one), one) for one in query.order)
        return BoundQuery(query, kind.name, tuple(columns), test, order)


class _Binding:
    """One query on the way to its columns and tests."""

    def __init__(self, binder: Binder, state: OrgState, query: Query, kind: SObject) -> None:
        self._binder, self._state, self._query, self._kind = binder, state, query, kind

    def column(self, selected: Selected, number: int) -> Column:
        if selected.aggregate and not selected.field:
            return Column((f"expr{number}",), "int", lambda _: True, selected.aggregate)
        path, field, get = self._find(selected.field, selected.at)
        if selected.aggregate:
            label = selected.alias or f"expr{number}"
            return Column((label,), field.kind, get, selected.aggregate)
        return Column(path, field.kind, get)

    def sorted_by(self, ordering: Ordering) -> Getter:
        _, field, get = self._find(ordering.field, ordering.at)
        if not field.is_filterable:
            self._refuse(ordering.at, f"field '{ordering.field}' can not be sorted in a query call")
        return _comparable(field, get)

    def test(self, condition: Condition) -> Test:
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        return self._combined(condition)

    def _combined(self, condition: Combined) -> Test:
        tests = [self.test(part) for part in condition.parts]
        if condition.sign == "not":
            (only,) = tests
            return lambda record: not only(record)
        if condition.sign == "or":
            return lambda record: any(test(record) for test in tests)
        if len(tests) == 2:
            first, second = tests
            return lambda record: first(record) and second(record)
        return lambda record: all(test(record) for test in tests)

    def _comparison(self, comparison: Comparison) -> Test:
        _, field, get = self._find(comparison.field, comparison.at)
        if not field.is_filterable:
            name = comparison.field
            self._refuse(comparison.at, f"field '{name}' can not be filtered in a query call")
        get = _comparable(field, get)
        sign = comparison.sign
        if sign == "like":
            (literal,) = comparison.literals
            return self._like(field, get, literal)
        wanted = [self._value(field, literal) for literal in comparison.literals]
        if sign in ("in", "not in"):
            found = set(wanted)
            if sign == "in":
                return lambda record: get(record) in found
            return lambda record: get(record) not in found
        (only,) = wanted
        if sign == "=":
            return lambda record: get(record) == only
        if sign == "!=":
            return lambda record: get(record) != only
        return _ordering_test(get, _ORDERED[sign], only)

    def _like(self, field: Field, get: Getter, literal: Literal) -> Test:
        if literal.kind != "string" or field.kind in ("datetime", "date", "boolean", "int"):
            self._refuse(literal.at, "invalid operator on field")
        pieces = re.split(r"(\\[_%]|[_%])", literal.text)
        wild = {"%": ".*", "_": "."}
        pattern = re.compile(
            "".join(wild.get(piece) or re.escape(piece.lstrip("\\")) for piece in pieces if piece),
            re.IGNORECASE | re.DOTALL,
        )
        return lambda record: (value := get(record)) is not None and bool(pattern.fullmatch(value))

    def _value(self, field: Field, literal: Literal) -> Any:
        """What a literal means to a field. Raises Refusal where it is of another kind."""
        if literal.kind == "null" or (literal.kind == "string" and not literal.text):
            return False if field.kind == "boolean" else None
        wanted = _literal_kind(field.kind)
        if literal.kind != wanted:
            quotes = " and should not be enclosed in quotes" if literal.kind == "string" else ""
            shown = "dateTime" if field.kind == "datetime" else field.kind
            if wanted == "string":
                shown, quotes = "string", " and should be enclosed in quotes"
            self._refuse(
                literal.at,
                f"value of filter criterion for field '{field.name}' must be of type "
                f"{shown}{quotes}",
            )
        if wanted == "datetime":
            return _exact_instant(literal.text)
        if wanted == "number":
            return float(literal.text)
        if wanted == "boolean":
            return literal.text == "true"
        if wanted == "date":
            return literal.text
        text = re.sub(r"\\([_%])", r"\1", literal.text)
        return to_18(text) if field.kind in _EXACT else text.casefold()

    def _find(self, name: str, at: int) -> tuple[tuple[str, ...], Field, Getter]:
        """A name's path in Salesforce's case, its field, and what gets its value of a record."""
        *relationships, last = name.split(".")
        # `SELECT Lead.Id FROM Lead` names the sObject first, which changes nothing.
        if relationships and relationships[0].lower() == self._kind.name.lower():
            relationships = relationships[1:]
        path: list[str] = []
        kind = self._kind
        steps: list[str] = []
        for relationship in relationships:
            reference = kind.find_relationship(relationship)
            if reference is None or not self._binder.shows(kind, reference):
                self._refuse(
                    at,
                    f"Didn't understand relationship '{relationship}' in field path. If you are "
                    "attempting to use a custom relationship, be sure to append the '__r' after "
                    "the custom relationship name. Please reference your WSDL or the describe "
                    "call for the appropriate names.",
                )
            path.append(str(reference.relationship))
            steps.append(reference.name)
            target = self._binder.visible(reference.targets[0]) if reference.targets else None
            kind = target or SObject(relationship, "", {})
        field = kind.find(last)
        if field is None or not self._binder.shows(kind, field):
            self._refuse(
                at,
                f"No such column '{last}' on entity '{kind.name}'. If you are attempting to use "
                "a custom field, be sure to append the '__c' after the custom field name. Please "
                "reference your WSDL or the describe call for the appropriate names.",
            )
        return (*path, field.name), field, self._getter(steps, field)

    def _getter(self, steps: list[str], field: Field) -> Getter:
        own = own_getter(field)
        if not steps:
            return own
        find = self._state.find

        def follow(record: Record) -> Any:
            for step in steps:
                referred = find(record.get(step))
                if referred is None:
                    return None
                record = referred
            return own(record)

        return follow

    def _refuse(self, at: int, problem: str) -> NoReturn:
        raise Refusal(400, "INVALID_FIELD", located(self._query.text, at, problem))


def own_getter(field: Field) -> Getter:
    """What gets a field's value of its own record."""
    name = field.name
    if field.kind == "boolean":
        # A checkbox is never null.
        return lambda record: record.get(name) or False
    if field.kind == "address":
        return lambda record: _address(record, name.removesuffix("Address"))
    return lambda record: record.get(name)


def _address(record: Record, prefix: str) -> dict[str, Any] | None:
    parts = {part: record.get(f"{prefix}{part}") for part in ("City", "Country", "PostalCode")}
    parts |= {part: record.get(f"{prefix}{part}") for part in ("State", "Street")}
    if not any(parts.values()):
        return None
    found = {f"{name[0].lower()}{name[1:]}": value for name, value in parts.items()}
    return {**found, "geocodeAccuracy": None, "latitude": None, "longitude": None}


def _comparable(field: Field, get: Getter) -> Getter:
    """Text compares without its case; ids, instants and the rest as they are."""
    if field.kind in _EXACT or _literal_kind(field.kind) != "string":
        return get
    return lambda record: value.casefold() if (value := get(record)) is not None else None


def _ordering_test(get: Getter, holds: Callable[[Any, Any], bool], wanted: Any) -> Test:
    if wanted is None:
        return lambda _: False
    return lambda record: (value := get(record)) is not None and holds(value, wanted)


def _literal_kind(kind: str) -> str:
    if kind in values.DOUBLES or kind == "int":
        return "number"
    return kind if kind in ("datetime", "date", "boolean") else "string"


def _exact_instant(text: str) -> str:
    """An instant to the millisecond, in the form that kept instants compare with."""
    instant = values.parse_instant(text).astimezone(UTC)
    milliseconds = instant.microsecond // 1000
    return instant.strftime(f"%Y-%m-%dT%H:%M:%S.{milliseconds:03}+0000")
