"""Read YAML into plain values while remembering the line of every key and value."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from handoff.playbook.mistakes import Mistake

Place = tuple[str | int, ...]

_MERGE_TAG = "tag:yaml.org,2002:merge"


@dataclass
class YamlDocument:
    """One file: its plain value (maps have text keys), and the line on which each place stands."""

    file: str
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def copy(self) -> YamlDocument:
        """A document that can be taken apart without touching this one."""
        return YamlDocument(self.file, deepcopy(self.value), dict(self.lines))

    def remove(self, place: Place) -> None:
        """Take out what stands at a place, if anything does; later entries of a list move up."""
        container: Any = self.value
        for step in place[:-1]:
            container = container[step]
        last, depth = place[-1], len(place) - 1
        if isinstance(container, list) and isinstance(last, int):
            del container[last]
        elif isinstance(container, dict):
            container.pop(last, None)
        self.lines = {
            moved: line
            for at, line in self.lines.items()
            if (moved := _without(at, place[:-1], last, depth)) is not None
        }


def read_yaml(path: Path) -> tuple[YamlDocument, list[Mistake]]:
    """The document of a file, and what is wrong with it as YAML (then its value may be partial)."""
    document = YamlDocument(path.name)
    yaml = YAML(typ="safe", pure=True)
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return document, [Mistake(path.name, line, "is not UTF-8 text")]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join(str(error.problem or error.context).split())
        return document, [Mistake(path.name, line, f"is not YAML: {problem}")]
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return document, [Mistake(path.name, line, "holds a character that YAML does not allow")]
    except (YAMLError, ValueError) as error:
        problem = " ".join(str(error).split())
        return document, [Mistake(path.name, 1, f"is not YAML: {problem}")]
    except OSError as error:
        return document, [Mistake(path.name, 1, f"cannot be read: {error.strerror}")]
    if node is None:
        return document, []
    reading = _Reading(document, yaml)
    document.value = reading.plain(node, ())
    return document, reading.mistakes


def _without(at: Place, container: Place, removed: str | int, depth: int) -> Place | None:
    """Where a place is after an entry of a container was removed; None for the entry itself."""
    if len(at) <= depth or at[:depth] != container:
        return at
    step = at[depth]
    if step == removed:
        return None
    if isinstance(step, int) and isinstance(removed, int) and step > removed:
        return (*container, step - 1, *at[depth + 1 :])
    return at


class _Reading:
    def __init__(self, document: YamlDocument, yaml: YAML) -> None:
        self.document = document
        self.yaml = yaml
        self.mistakes: list[Mistake] = []
        self.open: set[int] = set()

    def plain(self, node: Node, place: Place) -> Any:
        self.document.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        # An alias can point back to a node that contains it.
        if id(node) in self.open:
            self._add(node, "refers to itself")
            return None
        self.open.add(id(node))
        try:
            if isinstance(node, SequenceNode):
                return [self.plain(item, (*place, i)) for i, item in enumerate(node.value)]
            return self._mapping(cast(MappingNode, node), place)
        finally:
            self.open.discard(id(node))

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or key_node.tag == _MERGE_TAG:
                self._add(key_node, "keys are plain text here")
                continue
            # Stage and owner ids may be digits: a key is the text that was written.
            key = str(key_node.value)
            if key in value:
                first = self.document.lines[(*place, key)]
                self._add(key_node, f"{key!r} stands here twice (first on line {first})")
                continue
            self.document.lines[(*place, key)] = key_node.start_mark.line + 1
            value[key] = self.plain(value_node, (*place, key))
        return value

    def _scalar(self, node: ScalarNode) -> Any:
        try:
            return self.yaml.constructor.construct_object(node)
        except (YAMLError, ValueError) as error:
            problem = getattr(error, "problem", None) or str(error)
            self._add(node, f"{node.value!r} cannot be read: {' '.join(str(problem).split())}")
            return None

    def _add(self, node: Node, problem: str) -> None:
        self.mistakes.append(Mistake(self.document.file, node.start_mark.line + 1, problem))
