"""Salesforce's ids: 15 characters that tell upper from lower case, or 18 that need not."""

from __future__ import annotations

import re
import string

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_CHECK = string.ascii_uppercase + string.digits[:6]


def is_id(text: object) -> bool:
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def to_18(text: str) -> str:
    """The 18-character form of an id of either form; other text stays as it is.

    Of each five characters, one bit a character says which are upper case.
    """
    if len(text) != 15 or not is_id(text):
        return text
    short = text[:15]
    check = ""
    for start in (0, 5, 10):
        bits = sum(1 << n for n, letter in enumerate(short[start : start + 5]) if letter.isupper())
        check += _CHECK[bits]
    return short + check


def make_id(key_prefix: str, number: int) -> str:
    """The id of the number-th record of the kind that the prefix names."""
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return to_18(f"{key_prefix}{digits.rjust(12, '0')}")


def number_in(record_id: str) -> int:
    """What `make_id` was given."""
    number = 0
    for letter in record_id[3:15]:
        number = number * len(_DIGITS) + _DIGITS.index(letter)
    return number
