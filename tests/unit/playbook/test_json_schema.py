"""The schemas beside the playbook are those of the code, and the playbooks satisfy them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from handoff.playbook.json_schema import build_schemas, export
from handoff.playbook.playbook import TOPIC_TYPES

PROJECT = Path(__file__).resolve().parents[3]
FOLDERS = (PROJECT / "include" / "playbook", PROJECT / "tests" / "playbooks" / "olist")
FILES = [file for folder in FOLDERS for file in sorted(folder.glob("*.yml"))]


def test_the_exported_schemas_are_up_to_date() -> None:
    folder = PROJECT / "include" / "playbook" / "schema"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    assert written == build_schemas(), "write them anew with handoff.playbook.json_schema.export"


def test_export_writes_every_topic(tmp_path: Path) -> None:
    assert {path.stem for path in export(tmp_path / "new")} == set(TOPIC_TYPES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_names_its_schema_and_satisfies_it(file: Path) -> None:
    first_line = file.read_text(encoding="utf-8").splitlines()[0]
    schema_file = (
        file.parent / first_line.removeprefix("# yaml-language-server: $schema=")
    ).resolve()
    assert schema_file == FOLDERS[0] / "schema" / f"{file.stem}.json"
    jsonschema.validate(as_json(file), json.loads(schema_file.read_text(encoding="utf-8")))


def test_a_schema_refuses_what_the_code_refuses() -> None:
    schema = json.loads(build_schemas()["sla.json"])
    content = as_json(FOLDERS[0] / "sla.yml")
    content["tiers"]["urgent"]["minutes"] = 5
    with pytest.raises(jsonschema.ValidationError, match="minutes"):
        jsonschema.validate(content, schema)
    content = as_json(FOLDERS[0] / "sla.yml")
    hours = content["calendars"]["europe"]["hours"]
    hours["mondy"] = hours.pop("monday")
    with pytest.raises(jsonschema.ValidationError, match="mondy"):
        jsonschema.validate(content, schema)


def as_json(file: Path) -> Any:
    """The file as an editor's schema check sees it: days are text."""
    content = YAML(typ="safe", pure=True).load(file)
    return json.loads(json.dumps(content, default=str))
