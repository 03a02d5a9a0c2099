"""E-mail addresses in texts: found, compared and taken out."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

ERASED = "(erased)"
_ADDRESS = re.compile(r"[^\s,;:<>()\"'=?&/#]+@[^\s,;:<>()\"'=?&/#]+")


def addresses_in(text: str) -> set[str]:
    """The addresses that a text holds, in lower case: a field may list several."""
    return {found.strip(".").lower() for found in _ADDRESS.findall(text)}


def as_written(addresses: Collection[str]) -> list[str]:
    """The forms in which addresses stand in texts: plain, and in links with ``%40``."""
    forms = {form for one in addresses for form in (one, quote(one, safe="").lower())}
    return sorted(forms | {one.replace("@", "%40") for one in addresses})


def pattern_of(addresses: Collection[str]) -> re.Pattern[str] | None:
    """Finds the addresses, not those that only end or begin in the same way."""
    if not addresses:
        return None
    forms = "|".join(re.escape(one) for one in sorted(as_written(addresses), key=len)[::-1])
    before = r"(?:(?<=%[0-9A-Fa-f][0-9A-Fa-f])|(?<![\w.+-]))"
    return re.compile(rf"{before}(?:{forms})(?![\w-]|\.\w)", re.IGNORECASE)


def without(value: Any, pattern: re.Pattern[str]) -> Any:
    """The value with the addresses taken out of its texts; the same object when it has none."""
    if isinstance(value, str):
        return pattern.sub(ERASED, value) if pattern.search(value) else value
    if isinstance(value, dict):
        inner = {key: without(one, pattern) for key, one in value.items()}
        return inner if any(inner[key] is not value[key] for key in value) else value
    if isinstance(value, list):
        items = [without(one, pattern) for one in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value
