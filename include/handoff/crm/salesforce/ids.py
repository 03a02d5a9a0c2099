"""Ids of records: 15 characters that differ by case, or 18 that do not; here always 18."""

from __future__ import annotations

import re

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_CHECK_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def is_id(text: str) -> bool:
    """Whether a text has the form of an id, short or long."""
    return _ID.fullmatch(text) is not None


def long_id(text: str) -> str:
    """The 18 characters of an id of 15; anything else stays as it is.

    Each of the last three tells, as five bits, which of five characters are capitals.
    """
    if len(text) != 15 or not is_id(text):
        return text
    return text + "".join(_check_character(text[start : start + 5]) for start in (0, 5, 10))


def _check_character(five: str) -> str:
    bits = sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")
    return _CHECK_CHARACTERS[bits]
