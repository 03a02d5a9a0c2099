"""The documents as tests read them: code, links, headings, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from handoff.settings import PROJECT_ROOT

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"(?:(?<=\n\n)|\A)((?: {4}[^\n]*\n|\n(?= {4}))+)")
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(PROJECT_ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[str]:
        """Text of every block of code, fenced or indented."""
        fenced = [match[3] for match in _FENCE.finditer(self.text)]
        return fenced + _INDENTED.findall(_FENCE.sub("", self.text))

    @cached_property
    def prose(self) -> str:
        """What is no block of code."""
        return _INDENTED.sub("\n", _FENCE.sub("", self.text))

    @cached_property
    def spans(self) -> list[str]:
        """Text of every code span."""
        return _SPAN.findall(self.prose)

    @property
    def links(self) -> list[str]:
        return _LINK.findall(_SPAN.sub("", self.prose))

    @property
    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        found: dict[str, int] = {}
        anchors: set[str] = set()
        for heading in _HEADING.findall(self.prose):
            slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            number = found.get(slug, 0)
            anchors.add(f"{slug}-{number}" if number else slug)
            found[slug] = number + 1
        return anchors

    def commands(self, program: str) -> Iterator[list[str]]:
        """Arguments of each call of a program, in spans and at the starts of lines of blocks."""
        start = re.compile(rf"(?:^|[ ])(?:[A-Z_]+=\S+ +)*(?:\.venv/bin/)?{program} ([a-z-][^#|&]*)")
        lines = [line.strip() for block in self.blocks for line in block.splitlines()]
        for text in [*self.spans, *lines]:
            match = start.match(text) or (start.search(text) if "&& " in text else None)
            if match:
                yield match[1].split()

    def table(self, heading: str) -> list[list[str]]:
        """Cells of the first table below a heading, without its head."""
        _, _, rest = self.text.partition(f"\n## {heading}\n")
        assert rest, f"{self.name} has no heading {heading!r}"
        rows = re.search(r"(?:^\|.*\n)+", rest, re.MULTILINE)
        assert rows, f"there is no table below {heading!r} in {self.name}"
        lines = rows[0].splitlines()[2:]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


DOCUMENTS = [
    Document(path) for path in (PROJECT_ROOT / "README.md", *(PROJECT_ROOT / "docs").glob("*.md"))
]
README = DOCUMENTS[0]


def document(name: str) -> Document:
    """The document of a name such as ``operations.md``."""
    return next(each for each in DOCUMENTS if each.path.name == name)
