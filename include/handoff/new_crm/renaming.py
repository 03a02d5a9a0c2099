"""The words of the template, in another CRM's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_IMPORT = re.compile(r"^from (?P<module>handoff[\w.]*) import ")


@dataclass(frozen=True)
class CrmName:
    """A CRM's name as a word of the code, and as people say it."""

    slug: str
    label: str

    @property
    def class_name(self) -> str:
        return "".join(part.capitalize() for part in self.slug.split("_"))

    def renamed(self, text: str) -> str:
        """A text of the template as one of this CRM."""
        for word, other in (
            ("handoff.new_crm.template.connector", f"handoff.crm.{self.slug}"),
            ("handoff.new_crm.template.sandbox", f"handoff.sandbox.server.{self.slug}"),
            ("ExampleCrm", self.class_name),
            ("Example CRM", self.label),
            ("example_crm", self.slug),
        ):
            text = text.replace(word, other)
        return "\n".join(_with_sorted_imports(text.split("\n")))


def _with_sorted_imports(lines: list[str]) -> Iterator[str]:
    """Lines in which each block of imports of ours is in order, as the new names are."""
    block: list[tuple[str, list[str]]] = []
    is_open = False
    for line in lines:
        found = _IMPORT.match(line)
        if found:
            block.append((found["module"], [line]))
            is_open = line.endswith("(")
        elif is_open:
            block[-1][1].append(line)
            is_open = line != ")"
        else:
            yield from _in_order(block)
            block = []
            yield line
    yield from _in_order(block)


def _in_order(block: list[tuple[str, list[str]]]) -> Iterator[str]:
    for _, statement in sorted(block):
        yield from statement
