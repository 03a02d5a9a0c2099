"""Readers see the old file or the new one, and the new one only after the checks have passed."""

from __future__ import annotations

import fcntl
import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from passed_checks import note_checks

from handoff.checks import read_last_blocked
from handoff.errors import ChecksFailedError, PublishError, WarehouseBusyError
from handoff.publish import publish
from handoff.publish.exports import KEPT_EXPORTS
from handoff.settings import Settings
from scratch_marts import RUN_ID, make_warehouse, settings_of


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = settings_of(tmp_path / "home")
    make_warehouse(settings)
    note_checks(settings)
    return settings


def change(settings: Settings, statement: str) -> None:
    """Change the warehouse and have it checked again."""
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute(statement)
    note_checks(settings)


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def leftovers(settings: Settings) -> list[str]:
    return [path.name for path in settings.home.rglob("*") if "building" in path.name]


def test_everything_that_readers_need_is_published(home: Settings) -> None:
    summary = publish(home, RUN_ID)

    tables = {
        name
        for (name,) in read(
            home.published_path,
            "select table_name from information_schema.tables where table_schema = 'reporting'",
        )
    }
    assert tables == set(summary.row_counts)
    assert {"fct_handoffs", "rpt_sla", "act_missed_sla", "dim_people", "playbook_teams"} <= tables
    assert {"run_manifest", "metric_definitions", "map_person_records"} <= tables
    assert not [name for name in tables if name.startswith(("int_", "stg_"))]
    assert summary.row_counts["fct_handoffs"] == 3
    assert leftovers(home) == []


def test_people_leave_without_name_address_or_number(home: Settings) -> None:
    change(
        home,
        "alter table marts.dim_people add column full_name varchar default 'Jane Doe'; "
        "alter table marts.dim_people add column email varchar default 'jane@example.com'; "
        "alter table marts.dim_people add column mobile_phone varchar default '+49 151 1'; "
        "update marts.fct_handoffs set reason_raw_value = 'ask jane@example.com first'; "
        "update marts.fct_touches set landing_page = 'https://x.example/?m=jane%40example.com'",
    )

    summary = publish(home, RUN_ID)

    columns = [
        name
        for (name,) in read(
            home.published_path,
            "select column_name from information_schema.columns where table_name = 'dim_people'",
        )
    ]
    assert "has_email" in columns
    assert not {"full_name", "email", "mobile_phone"} & set(columns)
    assert read(
        home.published_path, "select distinct reason_raw_value from reporting.fct_handoffs"
    ) == [("ask (address) first",)]
    (rule,) = read(home.published_path, "select value from reporting.playbook_exclusion_rules")
    assert rule == ("(address)",)
    (page,) = read(home.published_path, "select landing_page from reporting.fct_touches")
    assert page == ("https://x.example/?m=(address)",)
    for path in (home.published_path, *summary.exports.rglob("*.csv")):
        assert b"jane@example" not in path.read_bytes()
        assert b"jane%40" not in path.read_bytes()


def test_only_the_playbook_in_force_is_published(home: Settings) -> None:
    publish(home, RUN_ID)

    assert read(home.published_path, "select team_id from reporting.playbook_teams") == [("sdr",)]


def test_the_manifest_tells_what_the_file_was_made_of(home: Settings) -> None:
    publish(home, RUN_ID)

    def facts(kind: str, columns: str) -> list[tuple[object, ...]]:
        return read(
            home.published_path,
            f"select {columns} from reporting.run_manifest "  # noqa: S608
            f"where fact_kind = '{kind}' order by all",
        )

    assert ("as_of", "2026-10-05T06:00:00Z") in facts("run", "fact, value")
    assert ("run_id", RUN_ID) in facts("run", "fact, value")
    assert ("playbook_label", "2026 autumn") in facts("run", "fact, value")
    assert ("code_version", "0.1.0") in facts("run", "fact, value")
    landing = facts("landing_run", "fact, source_id, object, status, row_count, expected_count")
    assert landing == [("r1", "hubspot", "contacts", "complete", 3, 3)]
    checks = facts("check", "value, fact, status, severity, owner, row_count, failing_keys")
    assert checks[0] == (
        *("arrived", "fields_are_covered", "failed", "warn", "marketing", 2),
        json.dumps(["mql/country", "sql/need"]),
    )
    assert len(checks) == 4
    assert ("fct_handoffs", 3) in facts("table", "fact, row_count")


def test_a_reader_keeps_the_old_file_and_a_new_one_sees_the_new(home: Settings) -> None:
    publish(home, RUN_ID)
    query = "select count(*) from reporting.fct_handoffs"
    with duckdb.connect(str(home.published_path), read_only=True) as reader:
        assert reader.execute(query).fetchall() == [(3,)]
        old = home.published_path.stat().st_ino
        change(home, "delete from marts.fct_handoffs where handoff_key = 'h3'")

        publish(home, "later")

        assert home.published_path.stat().st_ino != old
        assert reader.execute(query).fetchall() == [(3,)]
    assert read(home.published_path, query) == [(2,)]


def test_a_blocking_failure_keeps_the_published_file(home: Settings) -> None:
    publish(home, RUN_ID)
    before = home.published_path.read_bytes()
    note_checks(home, leaving_fails=True)

    with pytest.raises(ChecksFailedError, match="funnel_narrows") as raised:
        publish(home, "later")

    assert "handoff check leaving" in str(raised.value.fix)
    assert home.published_path.read_bytes() == before
    assert (home.exports_dir / "latest").readlink() == Path(RUN_ID)
    assert read_last_blocked(home) is not None
    note_checks(home)
    publish(home, "mended")
    assert read_last_blocked(home) is None


def test_nothing_is_published_unchecked(home: Settings) -> None:
    (home.runs_dir / "last_checks_leaving.json").unlink()
    with pytest.raises(ChecksFailedError, match="What leaves has not been checked"):
        publish(home, RUN_ID)

    note_checks(home, build_run_id="another-build")
    with pytest.raises(ChecksFailedError, match="What arrived has not been checked"):
        publish(home, RUN_ID)

    note_checks(home)
    with duckdb.connect(str(home.warehouse_path)) as connection:
        connection.execute("delete from marts.fct_handoffs")
    with pytest.raises(ChecksFailedError, match="has changed since"):
        publish(home, RUN_ID)
    assert not home.published_path.exists()


def test_a_mart_that_is_not_built_is_named(home: Settings) -> None:
    change(home, "drop table marts.rpt_sla")

    with pytest.raises(PublishError, match="rpt_sla") as raised:
        publish(home, RUN_ID)

    assert raised.value.fix == "handoff build"
    assert not home.published_path.exists()
    assert leftovers(home) == []


def test_empty_tables_are_published(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings, empty=True)
    note_checks(settings)

    summary = publish(settings, RUN_ID)

    assert summary.row_counts["fct_handoffs"] == 0
    header = (summary.exports / "csv" / "fct_handoffs.csv").read_text().splitlines()
    assert len(header) == 1
    assert header[0].startswith("handoff_key,")
    assert summary.workbook.exists()


@contextmanager
def small_disk(limit: int) -> Iterator[None]:
    """Let no file grow beyond the limit, which the kernel reports as it does a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_files(home: Settings) -> None:
    publish(home, RUN_ID)
    before = home.published_path.read_bytes()
    change(
        home,
        "insert into marts.fct_touches by name select "
        "md5(id::varchar) as touch_key, md5((id * 7)::varchar) || md5((id * 3)::varchar) "
        "as touch_id "
        "from range(200000) as r (id)",
    )

    with small_disk(4 * 1024 * 1024), pytest.raises(PublishError) as raised:
        publish(home, "later")

    assert "df -h" in str(raised.value.fix)
    assert "old ones stay" in raised.value.message
    assert home.published_path.read_bytes() == before
    assert (home.exports_dir / "latest").readlink() == Path(RUN_ID)
    assert leftovers(home) == []
    assert sorted(path.name for path in home.exports_dir.iterdir()) == [RUN_ID, "latest"]


def test_what_a_killed_publish_left_is_removed(home: Settings) -> None:
    (home.home / "published.duckdb.building").write_bytes(b"half")
    (home.home / "published.duckdb.building.wal").write_bytes(b"half")
    (home.exports_dir / ".building-gone" / "csv").mkdir(parents=True)

    publish(home, RUN_ID)

    assert leftovers(home) == []


def test_the_last_few_exports_are_kept(home: Settings) -> None:
    kept = [publish(home, f"run-{number}").exports for number in range(KEPT_EXPORTS + 2)]

    found = {path.name for path in home.exports_dir.iterdir()}
    assert found == {"latest", *(path.name for path in kept[2:])}
    assert (home.exports_dir / "latest").resolve() == kept[-1].resolve()


def test_a_run_can_be_published_again(home: Settings) -> None:
    publish(home, RUN_ID)
    again = publish(home, RUN_ID)

    assert again.exports.name == f"{RUN_ID}.2"
    assert (home.exports_dir / "latest" / "handoff.xlsx").exists()


def test_a_second_writer_is_told_to_wait(home: Settings) -> None:
    with (home.home / "warehouse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(WarehouseBusyError):
            publish(home, RUN_ID)
