"""Looking up names of the playbook, and noting those that are defined nowhere or twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handoff.crm.registry import crm_traits
from handoff.playbook.mistakes import Mistake, unknown_word
from handoff.playbook.yaml_reading import Place, YamlDocument


class References:
    """The topics that could be read, what they define, and the mistakes found so far."""

    def __init__(
        self,
        topics: Mapping[str, Any],
        documents: Mapping[str, YamlDocument],
        parts: Mapping[str, YamlDocument],
    ) -> None:
        self.topics = topics
        self.documents = documents
        self.parts = parts
        self.mistakes: list[Mistake] = []

    def defined(self, topic: str, collection: str, key: str = "") -> tuple[str, ...] | None:
        """The names that a topic defines: keys of a map, or the key of each entry of a list.

        What has a mistake of its own is defined all the same. None when nothing could be read.
        """
        value = self.documents[topic].value
        written = value.get(collection) if isinstance(value, dict) else None
        if isinstance(written, dict):
            return tuple(written)
        if isinstance(written, list):
            return tuple(str(entry.get(key)) for entry in written if isinstance(entry, dict))
        content = self.topics[topic]
        return None if content is None else tuple(getattr(content, collection))

    def document(self, topic: str) -> YamlDocument:
        """The document in which the places of the topic are those that were read."""
        return self.parts.get(topic, self.documents[topic])

    def known(
        self, topic: str, place: Place, what: str, name: str | None,
        defined: Iterable[str] | None,
    ) -> bool:  # fmt: skip
        """Note a mistake when a name is given that is none of those defined."""
        if name is None or defined is None:
            return True
        words = tuple(defined)
        document = self.document(topic)
        is_left_out = topic in self.parts and place not in document.lines
        if name in words or is_left_out:
            return True
        problem = f"{what} {name!r} is defined nowhere"
        if not words:
            problem += ", and there is none yet"
        self.mistakes.append(
            unknown_word(document.file, document.line(place), problem, name, words)
        )
        return False

    def add(self, topic: str, place: Place, problem: str) -> None:
        document = self.document(topic)
        self.mistakes.append(Mistake(document.file, document.line(place), problem))

    def unique(self, topic: str, entries: Iterable[tuple[Place, Any]], what: str) -> None:
        """Note a mistake for every name after its first use."""
        first: dict[Any, Place] = {}
        document = self.document(topic)
        for place, name in entries:
            if name in first:
                line = document.line(first[name])
                shown = name[-1] if isinstance(name, tuple) else name
                self.add(topic, place, f"{what} {shown!r} stands here twice (first on line {line})")
            else:
                first[name] = place

    def source(self, topic: str, place: Place, source_id: str | None) -> str | None:
        """The kind of CRM of a source, None when the source is not known."""
        if source_id is None:
            return None
        if not self.known(topic, place, "source", source_id, self.defined("sources", "sources")):
            return None
        sources = self.topics["sources"]
        named = sources.sources.get(source_id) if sources else None
        return str(named.crm) if named else None

    def property(self, topic: str, place: Place, crm: str | None, name: str) -> None:
        """Check the object of a property such as ``contacts.jobtitle``."""
        if crm is not None:
            objects = crm_traits(crm).objects
            self.known(topic, place, "object", name.split(".")[0], objects)
