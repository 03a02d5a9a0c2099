"""Text that came from a CRM: hostile until it is shown as text."""

from __future__ import annotations

import unicodedata

LONGEST = 200
_JOINERS = "\u200c\u200d"  # part of Persian words and of emoji


def clean(text: object, longest: int = LONGEST) -> str:
    """One line of text without control characters, cut with an ellipsis when it is too long.

    Marks that turn the direction of what follows are dropped as well: inside SVG nothing else
    holds them back.
    """
    words = "".join(
        " " if character.isspace() else character
        for character in str(text)
        if character.isspace()
        or character in _JOINERS
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
    )
    line = " ".join(words.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
