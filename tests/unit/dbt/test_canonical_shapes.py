"""Every CRM's staging folder ends in the same shapes, since models read them all by position."""

from __future__ import annotations

import re

import pytest
from ruamel.yaml import YAML

from handoff.crm.registry import CRMS
from handoff.dbt_runner import PROJECT_DIR

Columns = list[tuple[str, str]]


def shapes() -> set[str]:
    """What models ask of every CRM."""
    asked = r"crm_union\('(\w+)'\)"
    models = [*(PROJECT_DIR / "models").rglob("*.sql"), *(PROJECT_DIR / "tests").glob("*.sql")]
    return {
        shape for model in models for shape in re.findall(asked, model.read_text(encoding="utf-8"))
    }


def columns(crm: str, shape: str) -> Columns:
    path = PROJECT_DIR / "models" / "staging" / crm / f"stg_{crm}__{shape}.yml"
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    (model,) = document["models"]
    return [(column["name"], column["data_type"]) for column in model["columns"]]


def test_models_read_shapes_of_all_crms() -> None:
    assert {"person_records", "property_changes", "deals", "activities"} <= shapes()


@pytest.mark.parametrize("crm", CRMS)
@pytest.mark.parametrize("shape", sorted(shapes()))
def test_a_shape_has_the_same_columns_in_every_crm(crm: str, shape: str) -> None:
    assert columns(crm, shape) == columns("hubspot", shape)
