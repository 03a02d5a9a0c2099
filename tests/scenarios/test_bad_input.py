"""What a person meets at the command line when something that they gave is wrong: a message with
source, object and the next thing to do, the documented exit code, nothing lost, no secret told.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pipeline_home import SHIPPED_PLAYBOOK, PipelineHome, pipeline_home
from quiet_files import addresses, leaks

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import running_sandbox

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
TOKEN = "pat-eu1-a-token-that-nobody-may-see"  # noqa: S105 -- of no account


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    generate_portal(folder, people=30, ends_at=AS_OF, with_scenarios=False)
    return folder


@pytest.fixture
def home(portal: Path, tmp_path: Path) -> Iterator[PipelineHome]:
    with running_sandbox(portal, token=TOKEN) as sandbox:
        yield pipeline_home(tmp_path / "home", sandbox, AS_OF)


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    """A copy of the shipped playbook, to be spoiled."""
    return Path(shutil.copytree(SHIPPED_PLAYBOOK, tmp_path / "playbook"))


def told(home: PipelineHome, *arguments: str, exit_code: int, **changes: str) -> str:
    """All that a command that fails says, on one line; it must fail so, and leak nothing."""
    done = home.command(*arguments, **changes)
    assert done.returncode == exit_code, done.stderr
    assert "Traceback" not in done.stderr
    given = json.loads(home.variables(**changes)["AIRFLOW_CONN_HANDOFF_HUBSPOT"])
    assert leaks(home.settings.home, [done.stdout, done.stderr], secrets=[given["password"]]) == []
    return " ".join(f"{done.stdout} {done.stderr}".split())


def landed(home: PipelineHome) -> dict[str, int]:
    """Rows by object, of its newest run that has any."""
    found = {}
    for path in sorted(home.settings.landing_dir.glob("*/*/*/manifest.json")):
        parts = json.loads(path.read_bytes())["parts"]
        if parts:
            found[path.parts[-3]] = sum(part["rows"] for part in parts)
    return found


def test_a_wrong_token(home: PipelineHome) -> None:
    account = {"host": home.sandbox.base_url, "password": "pat-eu1-another-token"}
    said = told(home, "sync", exit_code=1, AIRFLOW_CONN_HANDOFF_HUBSPOT=json.dumps(account))
    assert "refused the token" in said
    assert "source hubspot" in said
    assert "next check host and password (the token) in AIRFLOW_CONN_HANDOFF_HUBSPOT" in said
    assert landed(home) == {}


@pytest.mark.parametrize("scope", ["crm.objects.deals.read", "crm.objects.contacts.read"])
def test_a_missing_scope(portal: Path, tmp_path: Path, scope: str) -> None:
    with running_sandbox(portal, token=TOKEN, missing_scopes={scope}) as sandbox:
        home = pipeline_home(tmp_path / "home", sandbox, AS_OF)
        said = told(home, "sync", exit_code=1)
    assert f"lacks the scope {scope}" in said
    assert "source hubspot object" in said
    assert f"next grant the scope {scope} to the token in HubSpot's settings" in said
    assert "handoff sync --source hubspot" in said
    before = landed(home)
    with running_sandbox(portal, token=TOKEN) as sandbox:
        granted = pipeline_home(tmp_path / "home", sandbox, AS_OF)
        granted.run(("sync",))
        undisturbed = pipeline_home(tmp_path / "undisturbed", sandbox, AS_OF)
        undisturbed.run(("sync",))
    assert before
    after = landed(granted)
    assert all(rows <= after[name] for name, rows in before.items())
    assert sum(before.values()) < sum(after.values())
    assert landed(granted) == landed(undisturbed)


def test_a_missing_scope_of_an_optional_object_is_told_and_stops_nothing(
    portal: Path, tmp_path: Path
) -> None:
    with running_sandbox(portal, token=TOKEN, missing_scopes={"campaigns"}) as sandbox:
        home = pipeline_home(tmp_path / "home", sandbox, AS_OF)
        done = home.command("sync")
    assert done.returncode == 0
    assert "not covered by the account or token: campaigns" in done.stderr
    assert "marketing.campaigns.read" in done.stderr
    assert list((home.settings.landing_dir / "hubspot").glob("contacts/*/manifest.json"))


def test_a_property_that_the_crm_does_not_have(home: PipelineHome, playbook: Path) -> None:
    fields = playbook / "fields.yml"
    fields.write_text(fields.read_text().replace("jobtitle", "jobtitel"))
    said = told(home, "sync", exit_code=1, HANDOFF_PLAYBOOK=str(playbook))
    assert "contacts have no property 'jobtitel' (near: jobtitle)" in said
    assert "source hubspot object contacts" in said
    assert f"next edit {fields}" in said
    assert landed(home) == {}


@pytest.mark.parametrize("verb", [("sync",), ("run",), ("playbook", "check")])
def test_a_broken_yaml(home: PipelineHome, playbook: Path, verb: tuple[str, ...]) -> None:
    path = playbook / "sla.yml"
    lines = path.read_text().splitlines()
    lines.insert(4, "urgent: [60, 480")
    path.write_text("\n".join(lines) + "\n")
    said = told(home, *verb, exit_code=1, HANDOFF_PLAYBOOK=str(playbook))
    assert "sla.yml:" in said
    assert int(said.split("sla.yml:")[1].split(":")[0]) in range(5, 9)
    assert "is not YAML" in said
    assert f"next edit the files in {playbook}" in said


def test_a_mistake_in_the_playbook_stops_a_build_and_keeps_what_is_there(
    home: PipelineHome, playbook: Path
) -> None:
    home.run(("sync", "load"))
    before = home.warehouse("select count(*) from raw.hubspot__contacts")
    path = playbook / "lifecycle.yml"
    path.write_text(path.read_text().replace("salesqualifiedlead: sql", "salesqualifiedlead: sqll"))
    line = next(
        number
        for number, text in enumerate(path.read_text().splitlines(), start=1)
        if "sqll" in text
    )
    said = told(home, "build", exit_code=1, HANDOFF_PLAYBOOK=str(playbook))
    assert f"lifecycle.yml:{line}:" in said
    assert "did you mean 'sql'?" in said
    assert home.warehouse("select count(*) from raw.hubspot__contacts") == before


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HANDOFF_AS_OF", "yesterday", "HANDOFF_AS_OF is not an ISO instant"),
        ("HANDOFF_AS_OF", "2026-10-05T06:00:00", "has no time zone"),
        ("HANDOFF_PLAYBOOK", "/no/such/folder", "/no/such/folder"),
        ("HANDOFF_HOME", "/proc/home", "/proc/home"),
    ],
)
def test_a_setting_that_cannot_be(
    home: PipelineHome, variable: str, value: str, words: str
) -> None:
    said = told(home, "sync", exit_code=1, **{variable: value})
    assert words in said
    assert " next " in said


def test_a_connection_that_cannot_be_read_is_not_repeated(home: PipelineHome) -> None:
    half = '{"host": "http://127.0.0.1:9", "password": "' + TOKEN
    done = home.command("sync", AIRFLOW_CONN_HANDOFF_HUBSPOT=half)
    assert done.returncode == 1
    assert "AIRFLOW_CONN_HANDOFF_HUBSPOT is not JSON" in done.stderr
    assert TOKEN not in done.stdout + done.stderr


def test_building_before_anything_has_landed(home: PipelineHome) -> None:
    said = told(home, "build", exit_code=1)
    assert "Nothing has landed yet" in said
    assert "next handoff sync" in said


def test_publishing_before_anything_is_built(home: PipelineHome) -> None:
    said = told(home, "publish", exit_code=1)
    assert "next handoff" in said
    assert not home.settings.published_path.exists()


def test_a_sync_says_and_logs_nothing_of_the_people_it_reads(
    home: PipelineHome, portal: Path
) -> None:
    people = addresses(portal)
    assert len(people) > 30
    done = home.command("sync")
    assert done.returncode == 0
    said = [done.stdout, done.stderr]
    assert leaks(home.settings.home, said, secrets={TOKEN, *people}) == []
    # The search itself finds an address where one is.
    assert leaks(home.settings.home, ["from " + min(people)], secrets=people) == [
        f"{min(people)} in the output"
    ]
