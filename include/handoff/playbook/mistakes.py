"""Mistakes of a playbook, and the one error that lists them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from handoff.errors import PlaybookError

# Below this likeness (0–100) a guess would only confuse.
_LEAST_LIKENESS = 60
_LEAST_BEGINNING = 3
_MOST_SHOWN = 12


@dataclass(frozen=True)
class Mistake:
    """One mistake: file and line (from 1), what is wrong, what would be right."""

    file: str
    line: int
    problem: str
    allowed: tuple[str, ...] = ()
    meant: str | None = None

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}: {self.problem}"
        text += f"; did you mean {self.meant!r}?" if self.meant else "."
        if self.allowed:
            shown = ", ".join(self.allowed[:_MOST_SHOWN])
            more = len(self.allowed) - _MOST_SHOWN
            text += f" Allowed: {shown}" + (f" and {more} more" if more > 0 else "")
        return text


def unknown_word(file: str, line: int, problem: str, given: str, allowed: Iterable[str]) -> Mistake:
    """A mistake about a word that is none of the allowed ones, with the likeliest of them."""
    words = tuple(allowed)
    return Mistake(file, line, problem, words, probably_meant(given, words))


def probably_meant(given: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that is most like what was given, or None when none is near."""
    words = list(allowed)
    best = process.extractOne(
        given, words, scorer=fuzz.ratio, processor=str.lower, score_cutoff=_LEAST_LIKENESS
    )
    if best:
        return str(best[0])
    begun = [word for word in words if word.startswith(given)]
    return begun[0] if len(begun) == 1 and len(given) >= _LEAST_BEGINNING else None


def playbook_error(folder: Path, mistakes: Iterable[Mistake]) -> PlaybookError:
    """The error that lists every mistake, by file and line."""
    listed = sorted(set(mistakes), key=lambda m: (m.file, m.line, m.problem))
    count = "1 mistake" if len(listed) == 1 else f"{len(listed)} mistakes"
    lines = "\n".join(f"  {mistake}" for mistake in listed)
    error = PlaybookError(f"The playbook has {count}\n{lines}", fix=f"edit the files in {folder}")
    error.mistakes = tuple(str(mistake) for mistake in listed)
    return error
