"""The dbt project on an account without records: everything builds, and every unit test passes."""

from __future__ import annotations

import json

import pytest

from handoff.dbt_runner import PROJECT_DIR, NodeResult, build_layer, run_dbt
from handoff.errors import WarehouseError
from handoff.landing.manifest import Manifest
from handoff.landing.writer import LandingWriter
from handoff.settings import PROJECT_ROOT, Settings
from handoff.warehouse import load_landing, open_warehouse

INSTANT = "2026-01-05T06:00:00Z"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("empty")
    made = Settings(home=home, playbook_dir=PROJECT_ROOT / "include" / "playbook", as_of=None)
    manifest = Manifest(
        source_id="hubspot",
        crm="hubspot",
        object="contacts",
        run_id="20260105T060000Z-abc123",
        mode="full",
        started_at=INSTANT,
        updated_at=INSTANT,
        landed_at=INSTANT,
    )
    with LandingWriter(made.landing_dir, manifest) as writer:
        writer.complete(None, watermark=INSTANT, crm_total=0)
    load_landing(made, "20260105T060000Z-abc123")
    return made


@pytest.fixture(scope="module")
def results(settings: Settings) -> list[NodeResult]:
    """All CRMs are built; unit tests give the rows of one, where models read several."""
    built = run_dbt(["build", "--exclude-resource-type", "unit_test"], settings)
    one_crm = ["--vars", json.dumps({"crms": ["hubspot"]})]
    return [*built, *run_dbt(["test", "--select", "test_type:unit", *one_crm], settings)]


def test_no_model_and_no_test_fails(results: list[NodeResult]) -> None:
    assert [f"{result.name}: {result.message}" for result in results if result.failed] == []


def test_every_unit_test_was_run(settings: Settings, results: list[NodeResult]) -> None:
    manifest = json.loads((settings.home / "dbt" / "target" / "manifest.json").read_text())
    asked = set(manifest["unit_tests"])
    assert len(asked) > 60
    assert asked <= {result.unique_id for result in results if result.status == "pass"}


def test_every_model_has_its_own_yml_that_begins_with_its_grain() -> None:
    lacking = []
    for model in sorted((PROJECT_DIR / "models").rglob("*.sql")):
        neighbour = model.with_suffix(".yml")
        text = neighbour.read_text(encoding="utf-8") if neighbour.exists() else ""
        words = " ".join(text.lower().split())
        if f"- name: {model.stem} " not in words or "one row a" not in words:
            lacking.append(model.stem)
    assert lacking == []


def test_a_model_that_fails_is_named(settings: Settings, results: list[NodeResult]) -> None:
    assert results
    with open_warehouse(settings) as connection:
        connection.execute("drop table raw.hubspot__forms")
    with pytest.raises(WarehouseError, match="stg_hubspot__forms"):
        build_layer("staging", settings)
