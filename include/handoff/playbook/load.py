"""Load a playbook folder, or say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handoff.errors import PlaybookError
from handoff.playbook.cross_references import check_references
from handoff.playbook.mistakes import Mistake, playbook_error, unknown_word
from handoff.playbook.playbook import REQUIRED_TOPICS, TOPIC_TYPES, Playbook
from handoff.playbook.validation import sound_part, validate_topic
from handoff.playbook.yaml_reading import YamlDocument, read_yaml

_FILES = tuple(f"{topic}.yml" for topic in TOPIC_TYPES)


def load_playbook(folder: Path) -> Playbook:
    """The playbook of a folder.

    Raises PlaybookError that lists every mistake with file and line: broken YAML, unknown or
    missing keys, values that are not allowed, and names that are defined nowhere.
    """
    if not folder.is_dir():
        raise PlaybookError(
            f"There is no playbook folder {folder}", fix="set HANDOFF_PLAYBOOK to the folder"
        )
    mistakes = list(_file_mistakes(folder))
    topics: dict[str, Any] = {}
    documents: dict[str, YamlDocument] = {}
    parts: dict[str, YamlDocument] = {}
    for name, topic_type in TOPIC_TYPES.items():
        path = folder / f"{name}.yml"
        if not path.exists():
            documents[name] = YamlDocument(path.name)
            topics[name] = None if name in REQUIRED_TOPICS else topic_type()
            continue
        documents[name], broken = read_yaml(path)
        mistakes += broken
        topics[name] = None
        if broken and documents[name].value is None:
            continue
        topics[name], wrong = validate_topic(topic_type, documents[name])
        mistakes += wrong
        if wrong:
            topics[name], parts[name] = sound_part(topic_type, documents[name])
    mistakes += check_references(topics, documents, parts)
    if mistakes:
        raise playbook_error(folder, mistakes)
    return Playbook(**topics)


def _file_mistakes(folder: Path) -> Iterator[Mistake]:
    present = {path.name for path in folder.iterdir() if path.suffix in (".yml", ".yaml")}
    for name in REQUIRED_TOPICS:
        if f"{name}.yml" not in present:
            yield Mistake(f"{name}.yml", 1, "this file is missing")
    for file in sorted(present - set(_FILES)):
        yield unknown_word(file, 1, "this file is no part of a playbook", file, _FILES)
