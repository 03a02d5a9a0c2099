"""Values of fields as text: the same text for one value, whichever of the APIs gave it.

REST gives JSON, with 100 for an amount and ``+0000`` for UTC; the Bulk API gives CSV, with 100.0
and ``Z``. What both say here is what the CSV says, without its exponents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from handoff.crm.salesforce.ids import long_id

ValueText = Callable[[Any], str | None]

_WITH_FRACTION = frozenset({"double", "currency", "percent"})
_WHOLE = frozenset({"int", "long"})
_IDS = frozenset({"id", "reference"})
# Values of any type, such as those of a history, are told as instants by their form alone.
_WITH_INSTANTS = frozenset({"datetime", "anyType"})
_UTC_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})\+00:?00")


def value_text(field_type: str) -> ValueText:
    """How values of a type of field become text; None is no value. field_type: as described."""
    if field_type in _WITH_FRACTION:
        return lambda value: _number(value, _with_fraction)
    if field_type in _WHOLE:
        return lambda value: _number(value, _whole)
    if field_type in _IDS:
        return lambda value: long_id(str(value)) if value else None
    if field_type in _WITH_INSTANTS:
        return _instant
    return plain_text


def plain_text(value: Any) -> str | None:
    """The text of a value whose text in CSV needs no change."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _with_fraction(value) if isinstance(value, float) else str(value)


def _instant(value: Any) -> str | None:
    text = plain_text(value)
    if text is None or text.endswith("Z"):
        return text
    found = _UTC_INSTANT.fullmatch(text)
    return f"{found[1]}Z" if found else text


def _number(value: Any, told: Callable[[Any], str]) -> str | None:
    if value is None or value == "":
        return None
    try:
        return told(value)
    except (InvalidOperation, ValueError):
        return str(value)


def _with_fraction(value: Any) -> str:
    text = f"{Decimal(str(value)):f}"
    if "." not in text:
        return f"{text}.0"
    text = text.rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _whole(value: Any) -> str:
    number = Decimal(str(value))
    return f"{number:.0f}" if number == number.to_integral_value() else f"{number:f}"
