"""The plan is the act_* tables of a file, whole, in order, and nothing else."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from handoff.errors import WarehouseError
from handoff.write_back import plan_view, plan_write_back, summary

COLUMNS = (
    "action_key varchar, handoff_key varchar, person_key varchar, source_id varchar,"
    " object varchar, record_id varchar, record_url varchar, owner_key varchar, team_id varchar,"
    " campaign_key varchar, action_kind varchar, proposed_change varchar, reason varchar,"
    " due_at timestamp"
)


def database(path: Path, schema: str) -> Path:
    """A file with two act_* tables in a schema; one table has a column of its own."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {schema}")
        connection.execute(f"create table {schema}.act_missed_sla ({COLUMNS})")
        connection.execute(
            f"create table {schema}.act_missing_fields (field_id varchar, {COLUMNS})"
        )
        connection.execute(f"create table {schema}.fct_handoffs (handoff_key varchar)")
        connection.execute(
            f"insert into {schema}.act_missed_sla by name select 'k2' as action_key, 'h1' as"
            " handoff_key, 'p1' as person_key, 's' as source_id, 'contacts' as object, '7' as"
            " record_id, 'create_task' as action_kind, 'Create a [red]task[/red]' as"
            " proposed_change, 'SLA urgent' as reason, timestamp '2026-10-05 06:00' as due_at"
        )
        connection.execute(
            f"insert into {schema}.act_missing_fields by name select 'use_case' as field_id, 'k1'"
            " as action_key, 'h1' as handoff_key, 'p1' as person_key, 's' as source_id, 'contacts'"
            " as object, '7' as record_id, 'https://crm.example/7' as record_url, 's/owners/1' as"
            " owner_key, 'fill_field' as action_kind, 'Fill Use case' as proposed_change,"
            " 'Required' as reason, timestamp '2026-10-04 06:00' as due_at"
        )
    return path


@pytest.mark.parametrize("schema", ["reporting", "marts"])
def test_the_plan_holds_every_action_the_first_due_first(tmp_path: Path, schema: str) -> None:
    changes = plan_write_back(database(tmp_path / "some.duckdb", schema))

    assert [(change.action, change.action_key, change.record_id) for change in changes] == [
        ("act_missing_fields", "k1", "7"),
        ("act_missed_sla", "k2", "7"),
    ]
    assert summary(changes) == "2 changes proposed: 1 create_task, 1 fill_field"


def test_the_published_tables_go_before_the_warehouse_s(tmp_path: Path) -> None:
    path = database(tmp_path / "both.duckdb", "reporting")
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.act_missed_sla ({COLUMNS})")

    assert len(plan_write_back(path)) == 2


def test_values_are_shown_as_they_are_and_the_rest_is_counted(tmp_path: Path) -> None:
    changes = plan_write_back(database(tmp_path / "some.duckdb", "marts"))
    screen = Console(file=StringIO(), width=200)

    screen.print(plan_view(changes, shown=2))
    screen.print(plan_view(changes, shown=1))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]

    assert "Create a [red]task[/red]" in shown
    assert "s/contacts/7" in shown
    assert "nobody" in shown
    assert "… and 1 more" in shown


def test_an_empty_plan_says_so(tmp_path: Path) -> None:
    path = tmp_path / "some.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema marts; create table marts.act_missed_sla ({COLUMNS})")
    screen = Console(file=StringIO(), width=200)

    screen.print(plan_view(plan_write_back(path)))

    assert screen.file.getvalue().strip() == "nothing to change"  # type: ignore[attr-defined]


def test_a_file_without_actions_names_the_next_command(tmp_path: Path) -> None:
    path = tmp_path / "some.duckdb"
    duckdb.connect(str(path)).close()

    with pytest.raises(WarehouseError, match="holds no act_") as caught:
        plan_write_back(path)
    assert caught.value.fix == "handoff build"


def test_a_file_that_is_not_there_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"no published\.duckdb yet"):
        plan_write_back(tmp_path / "published.duckdb")
