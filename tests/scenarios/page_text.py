"""The words of a page as a reader sees them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

_UNSEEN = {"style", "script", "svg", "title"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._unseen += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.extend(data.split())


def page_text(path: Path) -> str:
    """All visible text of an HTML page on one line, single spaces between the words."""
    parser = _Words()
    parser.feed(path.read_text(encoding="utf-8"))
    return " ".join(parser.words)
