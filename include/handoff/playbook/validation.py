"""Turn a document into its topic, or into mistakes that a person can act on."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from handoff.playbook.field_paths import allowed_words
from handoff.playbook.mistakes import Mistake, unknown_word
from handoff.playbook.yaml_reading import Place, YamlDocument

# What pydantic finds, in words for somebody who edits YAML.
_EXPECTATIONS = {
    "string_type": "is text; put it in quotes",
    "int_type": "is a whole number",
    "int_parsing": "is a whole number",
    "int_from_float": "is a whole number",
    "float_type": "is a number",
    "float_parsing": "is a number",
    "decimal_type": "is a number",
    "decimal_parsing": "is a number",
    "decimal_max_places": "has at most two decimals",
    "bool_type": "is true or false",
    "bool_parsing": "is true or false",
    "date_type": "is a day, such as 2026-01-31",
    "date_parsing": "is a day, such as 2026-01-31",
    "date_from_datetime_parsing": "is a day, such as 2026-01-31",
    "date_from_datetime_inexact": "is a day without a time of day, such as 2026-01-31",
    "dict_type": "holds `name: value` lines",
    "model_type": "holds `name: value` lines",
    "model_attributes_type": "holds `name: value` lines",
    "tuple_type": "is a list, each entry on a line that begins with -",
    "list_type": "is a list, each entry on a line that begins with -",
}
_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "is written in a-z, 0-9 and _, and begins with a letter",
    r"^[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+$": "is object.property, such as contacts.jobtitle",
    r"^[A-Z]{3}$": "is a currency's three letters, such as EUR",
    r"^[^@\s]+\.[^@\s]+$": "is a mail domain, such as example.com",
    r"^[^@\s]+@[^@\s]+$": "is a mail address",
    r"^[^@\s]+$": "is what stands before the @ of a mail address",
}


def validate_topic(topic: type[BaseModel], document: YamlDocument) -> tuple[Any, list[Mistake]]:
    """The topic that a document holds, or None and every mistake in it."""
    value = {} if document.value is None else document.value
    try:
        return topic.model_validate(value), []
    except ValidationError as error:
        return None, [_mistake(topic, document, found) for found in error.errors()]


def _mistake(topic: type[BaseModel], document: YamlDocument, found: Any) -> Mistake:
    place: Place = tuple(found["loc"])
    file, line = document.file, document.line(place)
    kind, context = found["type"], found.get("ctx") or {}
    given = found.get("input")
    if kind == "extra_forbidden":
        word, allowed = str(place[-1]), allowed_words(topic, place[:-1])
        return unknown_word(file, line, f"{_within(place)}{word!r} is not known", word, allowed)
    if kind == "missing":
        return Mistake(file, line, f"{_within(place)}{str(place[-1])!r} is missing")
    name = _name(place)
    if kind == "literal_error":
        problem = f"{name} is {given!r}"
        return unknown_word(file, line, problem, str(given), allowed_words(topic, place))
    problem = f"{name} {_expectation(kind, context, found['msg'])}{_given(given)}"
    return Mistake(file, line, problem, tuple(context.get("allowed", ())), context.get("meant"))


def _expectation(kind: str, context: dict[str, Any], message: str) -> str:
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], message)
    if kind in _EXPECTATIONS:
        return _EXPECTATIONS[kind]
    limits = {
        "greater_than_equal": ("ge", "is at least"),
        "less_than_equal": ("le", "is at most"),
        "string_too_long": ("max_length", "has at most this many characters:"),
    }
    if kind in limits:
        limit, words = limits[kind]
        return f"{words} {context[limit]}"
    if kind in ("string_too_short", "too_short"):
        return "is empty"
    return f": {message}"


def _given(value: Any) -> str:
    """What stands there now, where it is short enough to be shown."""
    is_plain = isinstance(value, str | int | float) and len(str(value)) <= 60
    return f", not {value!r}" if is_plain and str(value) else ""


def _name(place: Place) -> str:
    steps = [step for step in place if step != "[key]"]
    if not steps:
        return "this file"
    last = steps[-1]
    if isinstance(last, int):
        owner = steps[-2] if len(steps) > 1 else "the list"
        return f"entry {last + 1} of {owner!r}"
    return f"{_within(tuple(steps))}{last!r}"


def _within(place: Place) -> str:
    """The names around the last step, such as ``teams.sdr: ``."""
    around = [str(step + 1) if isinstance(step, int) else step for step in place[:-1]]
    return f"{'.'.join(around)}: " if around else ""
