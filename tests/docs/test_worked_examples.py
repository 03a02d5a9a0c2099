"""The worked examples of docs/extending.md, applied to a copy of the project and built."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from worked_examples import read_edits

from handoff.checks.suites import read_suites
from handoff.landing.reader import latest_manifest
from handoff.publish.tables import plan_tables
from handoff.sandbox.generator import generate_portal
from handoff.sandbox.generator.generate import DEMO_ENDS_AT
from handoff.sandbox.server import running_sandbox
from handoff.settings import PROJECT_ROOT, Settings
from handoff.sync import sync_all
from handoff.warehouse import load_landing

pytestmark = pytest.mark.slow

DOCUMENT = PROJECT_ROOT / "docs" / "extending.md"
TABLE = "rpt_waiting_by_country"
CITY = "Ghent"


@dataclass(frozen=True)
class Example:
    """The project with the examples applied, and the warehouse that it built."""

    root: Path
    settings: Settings

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def dbt(self, *arguments: str) -> list[dict[str, Any]]:
        """Run dbt in the copy; the results of its nodes."""
        target = self.settings.home / "target"
        project = str(self.root / "dbt_project")
        command = [sys.executable, "-m", "dbt.cli.main", *arguments, "--project-dir", project]
        command += ["--profiles-dir", project, "--target-path", str(target)]
        command += ["--log-path", str(self.settings.home / "logs")]
        done = subprocess.run(  # noqa: S603 -- dbt itself
            command,
            env={**os.environ, "HANDOFF_WAREHOUSE": str(self.settings.warehouse_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]
        results: list[dict[str, Any]] = json.loads((target / "run_results.json").read_bytes())[
            "results"
        ]
        return results


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    root = tmp_path_factory.mktemp("project")
    for name in ("dbt_project", "expectations", "include/playbook"):
        ignored = shutil.ignore_patterns("target", "logs")
        shutil.copytree(PROJECT_ROOT / name, root / name, ignore=ignored)
    for edit in read_edits(DOCUMENT):
        edit.apply(root)
    portal = tmp_path_factory.mktemp("portal")
    generate_portal(portal, people=150)
    _fill_half_of_the_cities(portal / "hubspot" / "contacts.ndjson.gz")
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        playbook_dir=root / "include" / "playbook",
        as_of=DEMO_ENDS_AT,
    )
    with pytest.MonkeyPatch.context() as patch, running_sandbox(portal) as sandbox:
        account = {"conn_type": "http", "host": sandbox.base_url, "password": sandbox.token}
        patch.setenv("AIRFLOW_CONN_HANDOFF_HUBSPOT", json.dumps(account))
        patch.setenv("HANDOFF_AS_OF", DEMO_ENDS_AT.isoformat())
        patch.setenv("DO_NOT_TRACK", "1")
        sync_all(settings)
        load_landing(settings, "20261005T060000Z-abc123")
        made = Example(root, settings)
        made.dbt("build", "--exclude-resource-type", "unit_test")
        yield made


def _fill_half_of_the_cities(path: Path) -> None:
    """The generated account has the property and no value of it."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        contacts = [json.loads(line) for line in file]
    for contact in contacts[::2]:
        contact["properties"]["city"] = CITY
        contact["propertiesWithHistory"]["city"] = [
            {"value": CITY, "timestamp": contact["createdAt"], "sourceType": "CRM_UI"}
        ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(contact) + "\n" for contact in contacts)


def test_the_document_tells_the_files_of_both_examples() -> None:
    assert [edit.path.rpartition("/")[2] for edit in read_edits(DOCUMENT)] == [
        "fields.yml",
        f"{TABLE}.sql",
        f"{TABLE}.yml",
        f"{TABLE}.unit.yml",
        f"{TABLE}.yml",
    ]


def test_the_new_field_is_read_with_its_history(example: Example) -> None:
    manifest = latest_manifest(example.settings.landing_dir, "hubspot", "contacts")
    assert manifest is not None
    assert "city" in manifest.selection["properties"]
    assert "city" in manifest.selection["history"]


def test_the_new_field_is_judged_at_its_stage(example: Example) -> None:
    # From the records themselves: filled at creation, or never. A person with several records may
    # have it from another one.
    accepted = example.rows("""
        select handoffs.mql_record_key, max(contacts.properties['city'])
        from marts.fct_handoffs as handoffs
        inner join raw.hubspot__contacts as contacts
            on handoffs.mql_record_key = 'hubspot/contacts/' || contacts.id
        where handoffs.accepted_at is not null and handoffs.person_key in (
            select person_key from marts.map_person_records group by all
            having count(*) filter (object = 'contacts') = 1
        )
        group by all
    """)
    judged = dict(
        example.rows("""
            select handoffs.mql_record_key, fields.filled_state
            from intermediate.int_fields__handoff_fields as fields
            inner join marts.fct_handoffs as handoffs using (handoff_key)
            where fields.field_id = 'city' and fields.stage = 'accepted'
        """)
    )
    assert {city for _, city in accepted} == {CITY, None}
    for record_key, city in accepted:
        assert judged[record_key] == ("filled_at_handoff" if city else "missing"), record_key


def test_what_is_missing_is_a_gap_that_sales_fix(example: Example) -> None:
    ((gaps, fixed_by, label),) = example.rows("""
        select count(*), any_value(fixed_by), any_value(field_label)
        from marts.fct_field_gaps where field_id = 'city'
    """)
    assert gaps > 0
    assert (fixed_by, label) == ("sdr", "City")


def test_the_new_table_counts_every_open_handoff_once(example: Example) -> None:
    expected = example.rows("""
        select coalesce(country, '(none)'), count(*), min(mql_at)
        from marts.fct_handoffs where is_open and not is_excluded group by all order by all
    """)
    assert len(expected) > 1
    assert expected == example.rows(
        f"select country, open_handoffs, oldest_mql_at from marts.{TABLE} order by all"  # noqa: S608
    )


def test_the_new_unit_test_passes(example: Example) -> None:
    results = example.dbt("test", "--select", f"{TABLE},test_type:unit")
    assert [result["status"] for result in results] == ["pass"]


def test_the_new_table_is_published_without_being_listed(example: Example) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{example.settings.warehouse_path}' as warehouse (read_only)")
        assert TABLE in [table.name for table in plan_tables(connection, "warehouse")]


def test_the_new_check_runs_and_finds_nothing(example: Example) -> None:
    suites = read_suites("leaving", example.root / "expectations")
    (suite,) = [suite for suite in suites if suite.table == f"marts.{TABLE}"]
    (check,) = suite.checks
    assert check.failing_rows is not None
    assert example.rows(check.failing_rows.format(batch=suite.table)) == []
