"""`handoff new-crm`: what it makes is read, served, staged and tested like any CRM, at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from handoff.cli.main import app
from handoff.crm.registry import CRMS
from handoff.errors import SettingsError
from handoff.new_crm import make_crm
from handoff.new_crm.renaming import CrmName
from handoff.new_crm.shapes import canonical_shapes, model_columns, staging_folder
from handoff.settings import PROJECT_ROOT

NEEDED = (
    "include/handoff",
    "dbt_project/models",
    "dbt_project/macros",
    "dbt_project/dbt_project.yml",
    "dbt_project/profiles.yml",
    "tests/contract",
    "tests/conftest.py",
    "pyproject.toml",
)
MADE_CONNECTOR = (
    "test_a_full_read_lands_every_record or test_two_full_reads or test_reading_changes_twice"
    " or test_what_happens_between or test_a_wrong_token or test_a_missing_scope"
    " or test_an_unknown_property or test_an_empty_portal"
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository in which a CRM was made."""
    folder = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        source, target = PROJECT_ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    made = CliRunner().invoke(
        app, ["new-crm", "close_io", "--label", "Close", "--project", str(folder)]
    )
    assert made.exit_code == 0, made.output
    assert "include/handoff/crm/close_io/connector.py" in made.output
    return folder


def run(copy: Path, *words: str, **variables: str) -> str:
    """A command in the copy, whose code goes before the installed one."""
    done = subprocess.run(  # noqa: S603 -- our own tools
        [sys.executable, "-m", *words],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "include"), **variables},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def test_a_made_crm_is_code_of_the_house(copy: Path) -> None:
    made = [
        "include/handoff/crm/close_io",
        "include/handoff/sandbox/server/close_io",
        "tests/contract/close_io_case.py",
        "tests/contract/crm_cases.py",
    ]
    run(copy, "ruff", "check", *made)
    run(copy, "ruff", "format", "--check", *made)
    texts = [path.read_text() for name in made for path in (copy / name).glob("*.py")]
    assert not any(word in text for text in texts for word in ("example_crm", "ExampleCrm"))


def test_a_made_crm_fulfils_the_contract_of_connectors(copy: Path) -> None:
    told = run(
        copy,
        "pytest",
        "-q",
        "tests/contract/test_sync_contract.py",
        "-p",
        "no:cacheprovider",
        "-k",
        f"close_io and ({MADE_CONNECTOR})",
    )
    assert "8 passed" in told


@pytest.mark.slow
def test_the_empty_shapes_of_a_made_crm_build(copy: Path, tmp_path: Path) -> None:
    told = run(
        copy,
        "dbt.cli.main",
        "build",
        "--project-dir",
        "dbt_project",
        "--profiles-dir",
        "dbt_project",
        "--select",
        "path:models/staging/close_io",
        "--vars",
        "{crms: [close_io]}",
        HANDOFF_WAREHOUSE=str(tmp_path / "warehouse.duckdb"),
    )
    assert "ERROR=0" in told
    assert f"of {len(canonical_shapes(copy))} START" in told or "PASS=" in told


def test_a_made_crm_has_every_shape_with_the_columns_of_the_others(copy: Path) -> None:
    folder = staging_folder(copy, "close_io")
    for shape in canonical_shapes(copy):
        assert model_columns(folder / f"stg_close_io__{shape.name}.yml") == shape.columns
        assert (folder / f"stg_close_io__{shape.name}.sql").is_file()


@pytest.mark.parametrize("crm", CRMS)
def test_every_crm_is_in_step(crm: str) -> None:
    """Connector folder, staging folder, sandbox folder and the words in the lists."""
    code = PROJECT_ROOT / "include" / "handoff"
    for file in ("connector.py", "objects.py", "paths.py", "raw_tables.py", "traits.py"):
        assert (code / "crm" / crm / file).is_file(), file
    assert (code / "sandbox" / "server" / crm / "__init__.py").is_file()
    project = yaml.safe_load((PROJECT_ROOT / "dbt_project" / "dbt_project.yml").read_text())
    assert tuple(project["vars"]["crms"]) == CRMS
    missing = [
        shape.name
        for shape in canonical_shapes(PROJECT_ROOT)
        if not (staging_folder(PROJECT_ROOT, crm) / f"stg_{crm}__{shape.name}.sql").is_file()
    ]
    assert missing == []


def test_every_folder_of_a_crm_is_in_the_list() -> None:
    code = PROJECT_ROOT / "include" / "handoff"
    connectors = {path.parent.name for path in (code / "crm").glob("*/connector.py")}
    servers = {path.parent.name for path in (code / "sandbox" / "server").glob("*/__init__.py")}
    staged = {path.name for path in staging_folder(PROJECT_ROOT, "").iterdir()} - {"sources"}
    assert connectors == servers == staged == set(CRMS)


@pytest.mark.parametrize(
    ("slug", "said"),
    [("Close", "no name"), ("9lives", "no name"), ("hubspot", "already"), ("a b", "no name")],
)
def test_a_name_that_cannot_be_is_refused(copy: Path, slug: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        make_crm(copy, slug)


def test_a_crm_is_not_made_twice(copy: Path) -> None:
    with pytest.raises(SettingsError, match="is there already"):
        make_crm(copy, "close_io")


def test_imports_stay_in_order_under_the_new_name() -> None:
    text = (
        "from handoff.crm.http.auth import A\n"
        "from handoff.new_crm.template.connector.api import (\n    B,\n)\n"
        "from handoff.settings import C\n"
    )
    assert CrmName("aaa", "A").renamed(text).startswith("from handoff.crm.aaa.api import (")
    assert CrmName("zzz", "Z").renamed(text).startswith("from handoff.crm.http.auth")
