"""Reads the worked examples of a document: which file each fenced block makes or changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"^(?:Create `(?P<created>[^`]+)`|In `(?P<changed>[^`]+)`, above `(?P<above>[^`]+)`, add):\n\n"
    r"```\w*\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Edit:
    """One file of an example. above: the beginning of the line that the text goes before."""

    path: str
    text: str
    above: str | None

    def apply(self, root: Path) -> None:
        """Make the file, or put the text into it. Raises AssertionError where it does not fit."""
        path = root / self.path
        if self.above is None:
            assert not path.exists(), f"{self.path} is there already"
            path.write_text(self.text, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        places = [number for number, line in enumerate(lines) if line.startswith(self.above)]
        assert len(places) == 1, f"{self.path} has {len(places)} lines that begin so: {self.above}"
        # Above a blank line, so that the text joins the list that ends there.
        place = places[0] - 1 if not lines[places[0] - 1].strip() else places[0]
        path.write_text("".join([*lines[:place], self.text, *lines[place:]]), encoding="utf-8")


def read_edits(document: Path) -> list[Edit]:
    """Every edit of a document, in its order."""
    return [
        Edit(match["created"] or match["changed"], match["text"], match["above"])
        for match in _BLOCK.finditer(document.read_text(encoding="utf-8"))
    ]
