"""The data dictionary is what the YAML says now, and tells of exactly what is published."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from handoff.data_dictionary import MODELS, OUTPUT, Table, published_tables, read_docs, render
from handoff.errors import DictionaryError
from handoff.publish.run_manifest import COLUMNS
from handoff.publish.tables import plan_tables
from scratch_marts import make_warehouse, settings_of


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    return published_tables()


def test_the_page_is_up_to_date(tables: list[Table]) -> None:
    assert OUTPUT.read_text(encoding="utf-8") == render(tables), "run: make docs"


def test_it_tells_of_every_published_table_and_column(tables: list[Table], tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings)
    told = {table.name: {column.name: column.type for column in table.columns} for table in tables}
    assert told.pop("run_manifest") == COLUMNS
    with duckdb.connect() as connection:
        connection.execute(f"attach '{settings.warehouse_path}' as warehouse (read_only)")
        published = {
            table.name: {
                name: type_.lower()
                for name, type_, *_ in connection.execute(f"describe {table.query}").fetchall()
            }
            for table in plan_tables(connection, "warehouse")
        }
    assert told == published


def test_every_description_is_resolved_and_ends_with_its_grain(tables: list[Table]) -> None:
    for table in tables:
        first_sentence = table.description.split(". ")[0]
        assert "one row" in first_sentence, f"{table.name} does not tell its grain"
        for text in (table.description, *(column.description for column in table.columns)):
            assert "{{" not in text


def test_a_shared_text_is_told_where_it_is_named(tables: list[Table]) -> None:
    handoffs = next(table for table in tables if table.name == "fct_handoffs")
    key = next(column for column in handoffs.columns if column.name == "handoff_key")
    assert key.description == read_docs()["handoff_key"]
    assert key.type == "varchar"


def test_names_and_addresses_of_people_are_not_among_the_columns(tables: list[Table]) -> None:
    people = next(table for table in tables if table.name == "dim_people")
    texts = {column.name for column in people.columns if column.type == "varchar"}
    assert not {name for name in texts if re.search(r"mail|phone|name", name)}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("description: \"{{ doc('owner_id') }}\"", 'description: ""', "dim_owners.*owner_id"),
        ("doc('owner_id')", "doc('no_such_text')", "no_such_text"),
    ],
)
def test_a_hole_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    models = shutil.copytree(MODELS, tmp_path / "models")
    path = models / "marts" / "speed" / "dim_owners.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DictionaryError, match=named):
        published_tables(models)
