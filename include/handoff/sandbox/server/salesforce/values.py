"""Values as Salesforce keeps them, and as its JSON and its CSV write them.

Kept: instants as ``2026-01-05T06:00:00.000+0000`` to the second (text that sorts by time), dates as
text, doubles as float, the rest as JSON has it; empty text is no value.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson

from handoff.sandbox.server.salesforce.ids import to_18

DOUBLES = frozenset({"double", "currency", "percent"})
# The kinds whose kept value is text that needs no check, and those that JSON and CSV rewrite.
TEXTS = frozenset({"string", "picklist", "email", "phone", "url", "textarea"})
JSON_REWRITES = DOUBLES | {"boolean", "address"}
CSV_REWRITES = DOUBLES | {"boolean", "datetime"}


def keep(kind: str, value: Any) -> Any:
    """A value as it is kept. Raises ValueError for one of another kind."""
    if value is None or value == "":
        return None
    if kind in DOUBLES:
        return float(value)
    if kind == "int":
        return int(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind == "datetime":
        text = str(value)
        is_kept = len(text) == 28 and text[10] == "T" and text.endswith(".000+0000")
        return text if is_kept else instant_text(parse_instant(text))
    if kind == "date":
        return date.fromisoformat(str(value)[:10]).isoformat()
    if kind in ("id", "reference"):
        return to_18(str(value))
    if kind in ("address", "anyType"):
        return value
    return str(value)


def parse_instant(text: str) -> datetime:
    """An ISO instant; UTC when it names no zone. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """An instant as kept. Salesforce keeps whole seconds, so that changes often share one."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def double_text(value: float) -> str:
    """A number as Java writes a double: ``15.0``, ``1.25E8``, ``5.0E-4``."""
    size = abs(value)
    if size == 0 or 1e-3 <= size < 1e7:
        plain = format(Decimal(repr(value)), "f")
        return plain if "." in plain else f"{plain}.0"
    digits, exponent = format(Decimal(repr(value)).normalize(), "E").split("E")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def json_value(kind: str, value: Any) -> Any:
    """A kept value for orjson: big doubles in the notation that Salesforce's JSON has too."""
    if kind in DOUBLES and value is not None:
        return orjson.Fragment(double_text(value).encode())
    return value


def csv_text(kind: str, value: Any) -> str:
    """A kept value in a CSV field; no value is no text."""
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    if kind in DOUBLES:
        return double_text(value)
    if kind == "datetime":
        return f"{value[:-5]}Z"
    return str(value)
