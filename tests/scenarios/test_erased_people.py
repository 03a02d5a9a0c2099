"""A person who was erased in the CRM, or whom we were asked to forget, is nowhere any more."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crm_person import OBJECTS, CrmPerson
from held_texts import places_of
from pipeline_home import ALL_STOPS, COMMAND, PipelineHome, pipeline_home

from handoff import clock, pipeline
from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import running_sandbox

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 10, 5, 6, tzinfo=UTC)
SECOND = datetime(2026, 10, 12, 6, tzinfo=UTC)
MQL_AT = "2026-09-22T08:00:00Z"
_NOTE_TO_CONTACT = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}
NAMES = ("erased.one", "forgotten.one", "stays.here")


@dataclass(frozen=True)
class Account:
    home: PipelineHome
    ids: dict[str, str]

    def everywhere(self, text: str) -> list[str]:
        return places_of(self.home.settings.home, text)


def run(home: PipelineHome, **options: bool) -> None:
    """Every stop, dbt's layers at once and without dbt's tests."""
    walk = pipeline.Run(home.settings, clock.new_run_id(), **options)
    stops = [name for name in ALL_STOPS if not name.startswith("dbt_")]
    for name in stops:
        if name == "check_leaving":
            home.build_at_once()
        with home.entered():
            pipeline.stop(name).run(walk)


def exports(account: Account) -> set[str]:
    folder = account.home.settings.exports_dir
    return {path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink()}


def published_records(account: Account, name: str) -> list[tuple[object, ...]]:
    return account.home.published(
        "select record_key from map_person_records where record_id = ? and object = 'contacts'",
        account.ids[name],
    )


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Three people of the same life, told everywhere; everything built and published twice."""
    folder = tmp_path_factory.mktemp("erased")
    generate_portal(folder / "portal", people=120, with_scenarios=False, ends_at=FIRST)
    with running_sandbox(folder / "portal") as sandbox:
        crm = CrmPerson(sandbox)
        ids = {}
        for name in NAMES:
            ids[name] = crm.new_lead(name, MQL_AT, jobtitle=f"Head of {name}")
            note = {"hs_timestamp": MQL_AT, "hs_note_body": f"Spoke with Ms {name} at noon"}
            link = {"to": {"id": ids[name]}, "types": [_NOTE_TO_CONTACT]}
            sandbox.call(
                "POST",
                f"{OBJECTS}/notes",
                {"properties": note, "associations": [link]},
                at=MQL_AT,
            )
            crm.new_deal(ids[name], "2026-09-25T08:00:00Z")
        home = pipeline_home(folder / "home", sandbox, FIRST)
        run(home)
        yield Account(home, ids)


def test_people_are_held_before(account: Account) -> None:
    for name in NAMES:
        held = account.everywhere(f"{name}@changes.example")
        assert any(place.startswith("landing/") for place in held)
        assert any(place.startswith("warehouse.duckdb: ") for place in held)
        for text in (f"Head of {name}", f"Ms {name}"):
            assert any(place.startswith("warehouse") for place in account.everywhere(text))
        assert published_records(account, name)
    assert len(exports(account)) == 1


def test_a_person_erased_in_the_crm_is_gone_from_everything(account: Account) -> None:
    home = account.home.at(SECOND)
    body = {"objectId": account.ids["erased.one"]}
    home.sandbox.call("POST", f"{OBJECTS}/contacts/gdpr-delete", body)
    (before,) = exports(account)
    run(home, is_sweep_forced=True)
    for text in ("erased.one@changes.example", "Head of erased.one", "Ms erased.one"):
        assert account.everywhere(text) == [], text
    for name in NAMES[1:]:
        assert account.everywhere(f"{name}@changes.example")
    assert published_records(account, "erased.one") == []
    assert before not in exports(account)
    assert home.warehouse(
        "select object, id, found_by from raw.erasures where extent = 'record'"
    ) == [("contacts", account.ids["erased.one"], "sweep")]
    assert home.published("select sum(abs(left_over_count)) from rpt_reconciliation") == [(0,)]


def test_a_person_whom_we_forget_is_gone_and_stays_away(account: Account) -> None:
    home = account.home.at(SECOND)
    done = subprocess.run(  # noqa: S603 -- the product's own command
        [str(COMMAND), "forget", "--yes"],
        env={**os.environ, **home.variables()},
        input="Forgotten.One@changes.example\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "forgotten.one" not in done.stderr.lower()
    texts = ("forgotten.one@changes.example", "Head of forgotten.one", "Ms forgotten.one")
    for text in texts:
        assert account.everywhere(text) == [], text
    assert home.published(
        "select forgotten_count, left_over_count from rpt_reconciliation where object = 'contacts'"
    ) == [(1, 0)]
    # The CRM has them still: no later read may bring them back.
    with home.entered():
        for stop in ("sync", "load"):
            pipeline.stop(stop).run(pipeline.Run(home.settings, clock.new_run_id(), full=True))
    for text in texts:
        assert account.everywhere(text) == [], text
    assert account.everywhere("stays.here@changes.example")


def test_nothing_is_forgotten_of_whom_nothing_has_landed(account: Account) -> None:
    done = subprocess.run(  # noqa: S603 -- the product's own command
        [str(COMMAND), "forget", "--yes"],
        env={**os.environ, **account.home.variables()},
        input="nobody@changes.example\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "Nothing of them has landed.")
    assert not Path(account.home.settings.home / "landing/hubspot/erasures/none").exists()
