"""The warehouse after an erasure: neither rows nor bytes of what was erased."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff.landing.erasing import erase
from handoff.landing.manifest import Manifest
from handoff.landing.writer import LandingWriter
from handoff.settings import PROJECT_ROOT, Settings
from handoff.warehouse import load_landing, open_warehouse
from handoff.warehouse.erasing import drop_what_was_built, erasures_applied_at

AT = "2026-01-05T06:00:00.000000Z"
RUN = "20260105T060000Z-000000"
ERASED, STAYS = "jane.doe@example.com", "john.roe@example.com"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose warehouse holds two contacts and a table that dbt built of them."""
    made = Settings(
        home=tmp_path / "home", playbook_dir=PROJECT_ROOT / "include" / "playbook", as_of=None
    )
    manifest = Manifest(
        source_id="hubspot",
        crm="hubspot",
        object="contacts",
        run_id=RUN,
        mode="full",
        started_at=AT,
        updated_at=AT,
        landed_at=AT,
    )
    people = [
        {"id": str(n), "properties": {"email": email}, "archived": False}
        for n, email in enumerate((ERASED, STAYS), start=1)
    ]
    with LandingWriter(made.landing_dir, manifest) as writer:
        writer.write("contacts", people)
        writer.complete({}, watermark=AT, crm_total=2)
    load_landing(made, "r1")
    with open_warehouse(made) as connection:
        connection.execute("create schema staging")
        connection.execute("create table staging.people as from raw.hubspot__contacts")
    return made


def in_bytes(settings: Settings, text: str) -> bool:
    return text.encode() in settings.warehouse_path.read_bytes()


def contacts(settings: Settings) -> list[str]:
    with open_warehouse(settings) as connection:
        rows = connection.execute("select id from raw.hubspot__contacts order by id").fetchall()
    return [id_ for (id_,) in rows]


def tables(settings: Settings) -> set[str]:
    with open_warehouse(settings) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
    return {name for (name,) in rows}


def test_a_load_leaves_neither_rows_nor_bytes_of_what_was_erased(settings: Settings) -> None:
    assert in_bytes(settings, ERASED)
    assert erasures_applied_at(settings) is None
    erase(settings.landing_dir, "hubspot", "hubspot", {"contacts": {"1"}}, RUN, "sweep")
    load_landing(settings, "r2")
    assert contacts(settings) == ["2"]
    assert not in_bytes(settings, ERASED)
    assert in_bytes(settings, STAYS)
    assert "staging.people" not in tables(settings)
    assert "raw.rewrite_is_pending" not in tables(settings)
    assert erasures_applied_at(settings) is not None
    assert [path.name for path in settings.home.glob("warehouse.duckdb*")] == ["warehouse.duckdb"]


def test_a_load_that_was_killed_before_the_copy_is_made_up_for(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute("delete from raw.hubspot__contacts where id = '1'")
        drop_what_was_built(connection)
    assert in_bytes(settings, ERASED)
    load_landing(settings, "r2")
    assert not in_bytes(settings, ERASED)
    assert "raw.rewrite_is_pending" not in tables(settings)


def test_a_full_load_leaves_no_bytes_of_an_older_warehouse(settings: Settings) -> None:
    erase(settings.landing_dir, "hubspot", "hubspot", {"contacts": {"1"}}, RUN, "sweep")
    load_landing(settings, "r2", full=True)
    assert contacts(settings) == ["2"]
    assert not in_bytes(settings, ERASED)


def test_what_a_backup_brings_back_does_not_get_in(settings: Settings, tmp_path: Path) -> None:
    folder = settings.landing_dir / "hubspot/contacts" / RUN
    shutil.copytree(folder, tmp_path / "backup")
    erase(settings.landing_dir, "hubspot", "hubspot", {"contacts": {"1"}}, RUN, "forget")
    load_landing(settings, "r2")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "backup", folder)
    load_landing(settings, "r3")
    assert contacts(settings) == ["2"]
    assert not in_bytes(settings, ERASED)
