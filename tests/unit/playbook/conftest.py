"""A copy of the default playbook that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from handoff.errors import PlaybookError
from handoff.playbook import load_playbook

PROJECT = Path(__file__).resolve().parents[3]
DEFAULT = PROJECT / "include" / "playbook"
OLIST = PROJECT / "tests" / "playbooks" / "olist"

Spoil = Callable[[str, str, str], None]
LineOf = Callable[[str, str], int]
Mistakes = Callable[[], tuple[str, ...]]


@pytest.fixture
def default_folder() -> Path:
    return DEFAULT


@pytest.fixture
def olist_folder() -> Path:
    return OLIST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT, tmp_path / "playbook"))


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Replace the first occurrence of a text in a file; the text must be there."""

    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture
def line_of(folder: Path) -> LineOf:
    """The line (from 1) of the only place of a text in a file."""

    def find(file: str, text: str) -> int:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        found = [number for number, line in enumerate(lines, start=1) if text in line]
        assert len(found) == 1, f"{text!r} stands on lines {found} of {file}"
        return found[0]

    return find


@pytest.fixture
def mistakes(folder: Path) -> Mistakes:
    """What loading the copy complains about."""

    def load() -> tuple[str, ...]:
        with pytest.raises(PlaybookError) as caught:
            load_playbook(folder)
        return caught.value.mistakes

    return load
