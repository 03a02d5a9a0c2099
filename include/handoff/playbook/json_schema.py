"""JSON Schemas of the playbook's files, so that editors can complete and check while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from handoff.playbook.playbook import TOPIC_TYPES


def build_schemas() -> dict[str, str]:
    """The text of each schema file, by its name such as ``sla.json``."""
    return {
        f"{topic}.json": json.dumps(_schema(topic), ensure_ascii=False, indent=2) + "\n"
        for topic in TOPIC_TYPES
    }


def export(folder: Path) -> list[Path]:
    """Write every schema into a folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in build_schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def _schema(topic: str) -> dict[str, Any]:
    schema = TOPIC_TYPES[topic].model_json_schema(by_alias=True, mode="validation")
    _take_numbers_as_text(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _take_numbers_as_text(node: Any) -> None:
    """Ids of digits need no quotes in YAML; a schema must not ask for them."""
    if isinstance(node, list):
        for item in node:
            _take_numbers_as_text(item)
    elif isinstance(node, dict):
        if node.get("type") == "string" and not {"pattern", "enum", "const", "format"} & set(node):
            node["type"] = ["string", "number"]
        for item in node.values():
            _take_numbers_as_text(item)
