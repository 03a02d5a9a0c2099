"""Each check of what arrived passes on a sound source and fails on the error it is for."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from landed_portal import AS_OF, land, load, record, settings_of, usual_records

from handoff.checks import CheckReport, CheckResult, read_last_blocked, run_checks
from handoff.crm.hubspot.objects import OBJECTS
from handoff.errors import ChecksFailedError, LandingError, WarehouseError
from handoff.settings import Settings
from handoff.warehouse.database import open_reader


@pytest.fixture(scope="module")
def sound_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sound")
    settings = settings_of(home)
    for day in (3, 2, 1, 0):
        land(settings, f"2026100{5 - day}", usual_records(), landed_at=AS_OF - timedelta(days=day))
    load(settings)
    return home


@pytest.fixture
def home(sound_home: Path, tmp_path: Path) -> Settings:
    """A copy of the sound home that a test may spoil."""
    shutil.copytree(sound_home, tmp_path / "home")
    return settings_of(tmp_path / "home")


def spoil(settings: Settings, *statements: str) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for statement in statements:
            connection.execute(statement)


def failed(report: CheckReport) -> dict[str, CheckResult]:
    return {f"{r.table} {r.check_id}": r for r in report.results if not r.passed}


def test_a_sound_source_passes_every_check(home: Settings) -> None:
    report = run_checks("arrived", home, "run-1")

    assert failed(report) == {}
    assert len(report.results) > 40
    assert not [r for r in report.results if r.status == "skipped"]
    report.raise_if_blocked()
    saved = json.loads((home.runs_dir / "run-1" / "checks_arrived.json").read_text())
    assert saved["is_blocked"] is False
    assert saved["build_run_id"] == "run-1"
    assert read_last_blocked(home) is None


def test_an_empty_portal_passes(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    land(settings, "20261005", {})
    load(settings)

    assert failed(run_checks("arrived", settings, "run-1")) == {}


# Error, the check that must find it, and how many rows it must name. They touch different rows,
# so that one run can find them all.
PLANTED = [
    (
        "update raw.landing_parts set row_count = 9 where part_file like '%/20261005/%.calls.%'",
        "landing_files every_part_is_loaded",
        2,
    ),
    (
        "delete from raw.landing_parts where part_file like '%/20261005/%.deals.%'",
        "landing_files every_part_is_loaded",
        2,
    ),
    (
        "insert into playbook.sources by name (select 'v1' as version_key, 'other' as source_id)",
        "raw.landing_runs every_source_has_landed",
        1,
    ),
    (
        "delete from raw.landing_runs where object = 'emails'",
        "raw.landing_runs every_needed_object_has_landed",
        1,
    ),
    (
        "update raw.landing_runs set landed_at = landed_at - interval 3 days"
        " where object = 'notes'",
        "raw.landing_runs last_read_is_fresh",
        1,
    ),
    (
        "update raw.landing_runs set status = 'failed' where object = 'notes'"
        " and run_id = '20261005'",
        "raw.landing_runs last_read_is_complete",
        1,
    ),
    (
        "update raw.landing_runs set api_version = '2025-03' where object = 'deals'",
        "raw.landing_runs api_version_is_supported",
        2,
    ),
    (
        "update raw.landing_runs set api_version = 'v3' where object = 'forms'",
        "raw.landing_runs api_version_is_supported",
        2,
    ),
    (
        "update raw.landing_runs set api_version = '2026-03' where object = 'tasks'",
        "raw.landing_runs one_api_version_a_source",
        1,
    ),
    (
        "update raw.landing_runs set crm_total = 40 "
        "where object = 'contacts' and run_id = '20261005'",
        "landing_sizes volume_is_as_usual",
        1,
    ),
    (
        "update raw.landing_runs set crm_total = 0 where object = 'deals' and run_id = '20261005'",
        "landing_sizes object_is_not_suddenly_empty",
        1,
    ),
    (
        "alter table raw.hubspot__tasks drop column archived",
        "raw.hubspot__tasks columns_are_there",
        1,
    ),
    (
        "update raw.hubspot__contacts set id = null where id in ('3', '4')",
        "raw.hubspot__contacts ids_are_filled",
        8,
    ),
    (
        "update raw.hubspot__deals set properties = null where id = '1' and run_id = '20261004'",
        "raw.hubspot__deals properties_are_filled",
        1,
    ),
    (
        """update raw.hubspot__calls set "updatedAt" = 'yesterday'""",
        "raw.hubspot__calls instants_can_be_read",
        4,
    ),
    (
        """update raw.hubspot__deals set "propertiesWithHistory" = null""",
        "raw.hubspot__deals history_has_arrived",
        1,
    ),
    (
        "update raw.hubspot__contacts set properties = map {'lifecyclestage': 'Parked'} "
        "where id = '5' and run_id = '20261005'",
        "raw.hubspot__contacts stage_values_are_mapped",
        1,
    ),
    (
        "update raw.hubspot__contacts set properties = map {'lifecyclestage': 'Parked'} "
        "where id = '6' and run_id = '20261004'",  # mended since: no news
        "raw.hubspot__contacts stage_values_are_mapped",
        1,
    ),
    (
        "update raw.hubspot__deals set properties = map {'dealstage': 'renewed', "
        "'pipeline': 'default'} where id = '2'",
        "raw.hubspot__deals stage_values_are_mapped",
        1,
    ),
    (
        "update raw.hubspot__owners set id = null where run_id = '20261005'",
        "raw.hubspot__owners ids_are_filled",
        1,
    ),
    (
        """update raw.hubspot__form_submissions set "submittedAt" = 12""",
        "raw.hubspot__form_submissions submissions_are_dated",
        4,
    ),
    (
        """update raw.hubspot__form_submissions set "formGuid" = null where run_id = '20261005'""",
        "raw.hubspot__form_submissions submissions_name_their_form",
        1,
    ),
    (
        """update raw.hubspot__associations set "from" = null where run_id = '20261005'""",
        "raw.hubspot__associations links_name_their_record",
        1,
    ),
    (
        "update raw.hubspot__properties set name = 'life' where name = 'lifecyclestage'",
        "raw.hubspot__properties playbook_properties_exist",
        1,  # of deals the account now tells nothing, which is not judged
    ),
    (
        "delete from raw.hubspot__properties where name = 'dealstage'",
        "raw.hubspot__properties playbook_properties_exist",
        1,
    ),
]


@pytest.fixture(scope="module")
def spoilt_report(sound_home: Path, tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    settings = settings_of(shutil.copytree(sound_home, tmp_path_factory.mktemp("spoilt") / "home"))
    spoil(settings, *(statement for statement, _, _ in PLANTED))
    return run_checks("arrived", settings, "run-1")


@pytest.mark.parametrize(("statement", "check", "rows"), PLANTED)
def test_each_check_finds_its_error(
    spoilt_report: CheckReport, statement: str, check: str, rows: int
) -> None:
    found = failed(spoilt_report)

    assert check in found, statement
    assert found[check].note is None
    assert found[check].failing_rows == rows
    assert len(found[check].failing_keys) == rows


def test_nothing_else_is_found(spoilt_report: CheckReport) -> None:
    columns_of_tasks = "raw.hubspot__tasks columns_are_there"
    assert set(failed(spoilt_report)) == {check for _, check, _ in PLANTED} | {columns_of_tasks}


def test_a_damaged_part_blocks_and_is_named(home: Settings) -> None:
    part = next(home.landing_dir.glob("hubspot/contacts/20261005/*.gz"))
    part.write_bytes(part.read_bytes()[:-9])

    report = run_checks("arrived", home, "run-1")

    result = failed(report)["landing_files parts_match_their_manifests"]
    assert result.failing_keys == (part.relative_to(home.landing_dir).as_posix(),)
    with pytest.raises(ChecksFailedError) as raised:
        report.raise_if_blocked()
    assert "parts_match_their_manifests" in raised.value.message
    assert "owner: engineer" in raised.value.message
    assert str(report.path) in str(raised.value.fix)
    note = read_last_blocked(home)
    assert note is not None
    assert (note["run_id"], note["stage"]) == ("run-1", "arrived")
    assert [check["check_id"] for check in note["checks"]] == ["parts_match_their_manifests"]


def test_a_damaged_manifest_blocks_and_is_named(home: Settings) -> None:
    manifest = next(home.landing_dir.glob("hubspot/deals/20261005/manifest.json"))
    manifest.write_text("{")

    result = failed(run_checks("arrived", home, "run-1"))[
        "landing_files parts_match_their_manifests"
    ]

    assert result.failing_keys == ("hubspot/deals/20261005/manifest.json",)


def test_a_read_that_broke_off_blocks(home: Settings) -> None:
    land(home, "20261006", usual_records(), complete=False, objects=("deals",))
    load(home)

    report = run_checks("arrived", home, "run-1")

    assert list(failed(report)) == ["raw.landing_runs last_read_is_complete"]
    assert report.is_blocked


def test_what_landed_after_the_build_stands_is_not_judged(home: Settings) -> None:
    later = AS_OF + timedelta(hours=1)
    land(home, "20261006", {}, complete=False, objects=("deals",), landed_at=later)
    load(home)

    assert failed(run_checks("arrived", home, "run-1")) == {}


def test_results_hold_keys_and_never_values(home: Settings) -> None:
    address = "jane.doe@example.com"
    spoil(
        home,
        """update raw.hubspot__contacts set "updatedAt" = 'jane.doe@example.com',
            properties = map {'lifecyclestage': 'jane.doe@example.com'}""",
    )

    report = run_checks("arrived", home, "run-1")

    assert "raw.hubspot__contacts instants_can_be_read" in failed(report)
    assert "raw.hubspot__contacts stage_values_are_mapped" in failed(report)
    kept = [path.read_text() for path in home.runs_dir.rglob("*.json")]
    assert kept
    assert not [text for text in kept if address in text]


def test_a_failed_load_still_names_the_damaged_part(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    land(settings, "20261005", {"contacts": [record("1")]})
    part = next(settings.landing_dir.glob("hubspot/contacts/20261005/*.gz"))
    part.write_bytes(b"")
    duckdb.connect(str(settings.warehouse_path)).close()  # all that a load that rolled back leaves

    report = run_checks("arrived", settings, "run-1")

    found = failed(report)
    assert found["landing_files parts_match_their_manifests"].failing_rows == 1
    assert found["raw.landing_runs last_read_is_complete"].note == "the table is absent"
    assert report.build_run_id is None


def test_an_object_whose_manifest_is_gone_blocks(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    land(settings, "20261005", usual_records())
    (settings.landing_dir / "hubspot" / "contacts" / "20261005" / "manifest.json").unlink()
    load(settings)

    report = run_checks("arrived", settings, "run-1")
    assert "raw.landing_runs every_needed_object_has_landed" in failed(report)
    with pytest.raises(ChecksFailedError):
        report.raise_if_blocked()


def test_a_build_as_of_before_the_first_read_blocks(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    land(settings, "20261006", usual_records(), landed_at=AS_OF + timedelta(hours=1))
    load(settings)

    report = run_checks("arrived", settings, "run-1")
    assert "raw.landing_runs every_needed_object_has_landed" in failed(report)


def test_what_must_have_landed_is_what_the_connector_cannot_do_without(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    land(settings, "20261005", {}, objects=("campaigns",))
    load(settings)

    result = failed(run_checks("arrived", settings, "run-1"))[
        "raw.landing_runs every_needed_object_has_landed"
    ]
    assert result.failing_rows == len([one for one in OBJECTS.values() if not one.is_optional])


def test_a_damaged_part_is_named_when_it_is_loaded(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    land(settings, "20261005", usual_records())
    part = next((settings.landing_dir / "hubspot" / "contacts").glob("*/*.gz"))
    part.write_bytes(b"garbage")
    with pytest.raises(LandingError, match=part.name) as refused:
        load(settings)
    assert "restore the file" in (refused.value.fix or "")


@pytest.mark.parametrize(
    ("name", "rebuild"), [("warehouse", "handoff build --full"), ("published", "handoff publish")]
)
def test_a_database_that_is_garbage_is_told_with_its_cure(
    tmp_path: Path, name: str, rebuild: str
) -> None:
    path = tmp_path / f"{name}.duckdb"
    path.write_text("garbage")
    with pytest.raises(WarehouseError, match="is damaged") as refused, open_reader(path):
        pass
    assert rebuild in (refused.value.fix or "")
