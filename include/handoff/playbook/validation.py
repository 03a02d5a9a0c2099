"""Turn a document into its topic, or into mistakes that a person can act on."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from handoff.playbook.field_paths import KEY, allowed_words
from handoff.playbook.mistakes import Mistake, unknown_word
from handoff.playbook.yaml_reading import Place, YamlDocument

# What pydantic finds, in words for somebody who edits YAML.
_EXPECTATIONS = {
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_max_places": "must have at most two decimals",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "date_type": "must be a day, such as 2026-01-31",
    "date_parsing": "must be a day, such as 2026-01-31",
    "date_from_datetime_parsing": "must be a day, such as 2026-01-31",
    "date_from_datetime_inexact": "must be a day without a time, such as 2026-01-31",
    "dict_type": "must hold `name: value` lines",
    "model_type": "must hold `name: value` lines",
    "model_attributes_type": "must hold `name: value` lines",
    "tuple_type": "must be a list, each entry on a line that begins with -",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}
_LIMITS = {
    "greater_than_equal": ("ge", "must be at least"),
    "less_than_equal": ("le", "must be at most"),
    "string_too_long": ("max_length", "must be shorter; the most characters are"),
}
_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "must be written in a-z, 0-9 and _, and begin with a letter",
    r"^[a-zA-Z0-9_]+\.[a-zA-Z0-9_]+$": "must be object.property, such as contacts.jobtitle",
    r"^[A-Z]{3}$": "must be a currency's three letters, such as EUR",
    r"^[^@\s]+\.[^@\s]+$": "must be a mail domain, such as example.com",
    r"^[^@\s]+@[^@\s]+$": "must be a mail address",
    r"^[^@\s]+$": "must be what stands before the @ of a mail address",
}


def validate_topic(topic: type[BaseModel], document: YamlDocument) -> tuple[Any, list[Mistake]]:
    """The topic that a document holds, or None and every mistake in it."""
    try:
        return topic.model_validate(_content(document)), []
    except ValidationError as error:
        return None, [_mistake(topic, document, found) for found in error.errors()]


def sound_part(topic: type[BaseModel], document: YamlDocument) -> tuple[Any, YamlDocument]:
    """The topic without the entries that are wrong, and the document without them.

    None when too little is left. It serves to check the rest of a file that has mistakes.
    """
    part = document.copy()
    while part.value:
        try:
            return topic.model_validate(part.value), part
        except ValidationError as error:
            wrong = {_wrong_part(found["type"], found["loc"]) for found in error.errors()}
        places = wrong & part.lines.keys()
        if () in wrong or not places:
            break
        # From the back, so that the places of earlier entries of a list stay what they are.
        for place in sorted(places, key=_from_the_back, reverse=True):
            part.remove(place)
    return None, part


def _wrong_part(kind: str, place: Place) -> Place:
    """What to leave out: a wrong value, or the entry that lacks something."""
    steps = tuple(step for step in place if step != KEY)
    return steps[:-1] if kind == "missing" else steps


def _from_the_back(place: Place) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in place]


def _content(document: YamlDocument) -> Any:
    return {} if document.value is None else document.value


def _mistake(topic: type[BaseModel], document: YamlDocument, found: Any) -> Mistake:
    place: Place = tuple(found["loc"])
    file, line = document.file, document.line(place)
    kind, context, given = found["type"], found.get("ctx") or {}, found.get("input")
    if kind == "extra_forbidden" or (kind == "literal_error" and place[-1] == KEY):
        around = place[:-1] if kind == "extra_forbidden" else place
        problem = f"{_name(place)} is not known"
        return unknown_word(file, line, problem, _last(place), allowed_words(topic, around))
    if kind == "missing":
        return Mistake(file, line, f"{_name(place)} is missing")
    if kind == "literal_error":
        problem = f"{_name(place)} is {given!r}"
        return unknown_word(file, line, problem, str(given), allowed_words(topic, place))
    expectation = _expectation(kind, context)
    if expectation is None:
        problem = f"{_name(place)}: {found['msg']}"
    else:
        problem = f"{_name(place)} {expectation}{_given(given)}"
    return Mistake(file, line, problem, tuple(context.get("allowed", ())), context.get("meant"))


def _expectation(kind: str, context: dict[str, Any]) -> str | None:
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"])
    if kind in _LIMITS:
        limit, words = _LIMITS[kind]
        return f"{words} {context[limit]:g}"
    return _EXPECTATIONS.get(kind)


def _given(value: Any) -> str:
    """What stands there now, where it is short enough to be shown."""
    is_plain = isinstance(value, str | int | float) and len(str(value)) <= 60
    return f", not {value!r}" if is_plain and str(value) else ""


def _name(place: Place) -> str:
    """The place in words, such as ``teams.sdr: 'role'``."""
    steps = tuple(step for step in place if step != KEY)
    if not steps:
        return "this file"
    around = [str(step + 1) if isinstance(step, int) else step for step in steps[:-1]]
    within = f"{'.'.join(around)}: " if around else ""
    last = steps[-1]
    return f"{within}entry {last + 1}" if isinstance(last, int) else f"{within}{last!r}"


def _last(place: Place) -> str:
    return str(place[-2] if place[-1] == KEY else place[-1])
