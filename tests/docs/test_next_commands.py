"""The commands that messages tell people to type exist, with their options."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import find_fault, verbs

from handoff.settings import PROJECT_ROOT

_COMMAND = re.compile(rf"\bhandoff (?=(?:{'|'.join(sorted(verbs()))})\b)([^\n,;:()\"`]+)")
_VALUE = "VALUE"


def _texts(path: Path) -> Iterator[str]:
    """Every text of a Python file that is no docstring; what is filled in becomes VALUE."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else _VALUE
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in inside | documented:
            yield str(node.value)


def _told() -> Iterator[tuple[str, list[str]]]:
    for path in sorted((PROJECT_ROOT / "include" / "handoff").rglob("*.py")):
        for text in _texts(path):
            for match in _COMMAND.finditer(text):
                yield str(path.relative_to(PROJECT_ROOT)), match[1].split()


def test_messages_name_commands() -> None:
    assert {words[0] for _, words in _told()} >= {"sync", "build", "check", "publish", "doctor"}


@pytest.mark.parametrize(
    ("path", "words"),
    [pytest.param(*each, id=f"{each[0]}: {' '.join(each[1])}") for each in _told()],
)
def test_a_command_in_a_message_exists(path: str, words: list[str]) -> None:
    fault = find_fault(words)
    assert fault is None, f"{path}: {fault}"


@pytest.mark.parametrize(
    "line", ["sinc", "sync --fast", "build now", "playbook chek", "playbook check here there"]
)
def test_a_wrong_call_is_found(line: str) -> None:
    assert find_fault(line.split())


@pytest.mark.parametrize("line", ["sync --source hubspot --full", "check arrived", "demo --help"])
def test_a_right_call_is_taken(line: str) -> None:
    assert find_fault(line.split()) is None
