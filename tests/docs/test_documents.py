"""What the documents name is there: links, paths, commands, targets, settings, codes, scopes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import find_fault, verbs
from documents import DOCUMENTS, README, Document, document
from worked_examples import read_edits

from handoff import errors
from handoff.cli import failure
from handoff.crm.hubspot.objects import OBJECTS
from handoff.crm.registry import CRMS
from handoff.data_dictionary import published_tables
from handoff.orchestration.demo import DAGS
from handoff.pipeline import STOPS
from handoff.playbook.playbook import TOPIC_TYPES
from handoff.settings import PROJECT_ROOT, Settings

TOP_FOLDERS = ("dags", "dbt_project", "docs", "expectations", "include", "tests")
MADE_BY_EXAMPLES = {
    edit.path for edit in read_edits(document("extending.md").path) if not edit.above
}

each_document = pytest.mark.parametrize(
    "doc", [pytest.param(each, id=each.name) for each in DOCUMENTS]
)


@each_document
def test_links_lead_somewhere(doc: Document) -> None:
    for link in doc.links:
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (doc.path.parent / path).resolve() if path else doc.path
        assert target.is_file(), f"{link} leads nowhere"
        if anchor:
            assert anchor in Document(target).anchors, f"{link}: no such heading"


@each_document
def test_paths_of_the_repository_exist(doc: Document) -> None:
    start = re.compile(rf"^(?:{'|'.join(TOP_FOLDERS)})/")
    named = {span for span in doc.spans if start.match(span)} - MADE_BY_EXAMPLES
    missing = {path for path in named if not any(PROJECT_ROOT.glob(path.rstrip("/")))}
    assert not missing


@each_document
def test_no_path_is_one_machines_own(doc: Document) -> None:
    assert not re.findall(r"(?:/work|/tmp|/home|/root|/Users)/\S*", doc.text)


@each_document
def test_verbs_and_options_exist(doc: Document) -> None:
    for words in doc.commands("handoff"):
        fault = find_fault(words)
        assert fault is None, fault


def test_every_verb_is_told() -> None:
    assert {words[0] for doc in DOCUMENTS for words in doc.commands("handoff")} == verbs()


@each_document
def test_make_targets_exist(doc: Document) -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for words in doc.commands("make"):
        assert words[0].rstrip(".,") in targets, f"there is no target {words[0]}"


@each_document
def test_settings_exist(doc: Document) -> None:
    sources = [
        PROJECT_ROOT / "include" / "handoff" / "settings.py",
        PROJECT_ROOT / "dbt_project" / "profiles.yml",
    ]
    known = "".join(path.read_text(encoding="utf-8") for path in sources)
    for name in set(re.findall(r"\bHANDOFF_[A-Z_]+\b", doc.text)):
        is_connection = name.removeprefix("HANDOFF_").lower() in CRMS
        assert f'"{name}"' in known or f"'{name}'" in known or is_connection, name


@each_document
def test_tables_exist(doc: Document) -> None:
    known = {table.name for table in published_tables()}
    known |= {Path(path).name.partition(".")[0] for path in MADE_BY_EXAMPLES}
    named = {span for span in doc.spans if re.fullmatch(r"(fct|dim|map|rpt|act)_[a-z_]+", span)}
    named -= {"fct_", "dim_", "map_", "rpt_", "act_"}
    assert named <= known


@each_document
def test_dags_exist(doc: Document) -> None:
    dags = "".join(
        path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "dags").glob("*.py")
    )
    known = set(re.findall(r'dag_id=f?"([a-z_]+)', dags)) | {"handoff_warehouse"}
    for span in doc.spans:
        is_source = re.match(rf"handoff_({'|'.join(CRMS)})", span)
        if re.match("handoff_", span) and not is_source and doc.name != "docs/data-dictionary.md":
            assert span.removesuffix("<source>") in known, f"there is no DAG {span}"


def test_the_readme_tells_every_setting() -> None:
    code = (PROJECT_ROOT / "include" / "handoff" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'environ\.get\("(\w+)"\)', code)) | {"AIRFLOW_CONN_HANDOFF_HUBSPOT"}
    assert {row[0].strip("`") for row in README.table("Settings")} == read


def test_the_readme_tells_every_file_of_the_playbook() -> None:
    told = {row[1].strip("`") for row in README.table("To change X, edit Y")}
    assert told == {f"{topic}.yml" for topic in TOPIC_TYPES}


def test_the_readme_tells_every_scope() -> None:
    told = {row[0].strip("`"): "optional" in row[1] for row in README.table("Your own HubSpot")}
    assert told == {one.scope: one.is_optional for one in OBJECTS.values()}


def test_the_readme_tells_every_exit_code() -> None:
    codes = {int(row[0]) for row in README.table("Exit codes")}
    named = {value for name, value in vars(failure).items() if name.startswith("EXIT_")}
    assert codes == named | {0, 2}


def test_the_readme_tells_the_ten_stops_with_their_commands() -> None:
    rows = README.table("The path of the data")
    assert [row[0].split()[0] for row in rows] == [str(number) for number in range(10)]
    told = {command for row in rows for command in re.findall(r"`(handoff [a-z ]+)`", row[3])}
    assert {stop.resume for stop in STOPS} <= told


def test_the_readme_shows_what_the_demo_prints() -> None:
    printed = next(block for block in README.blocks if "Ready after" in block)
    told = re.findall(r"^\s+[✓✗] (\w+) +\d+\.\d s  \S", printed, re.MULTILINE)
    assert set(told) == {stop.name for stop in STOPS} | {"portal", "sandbox", "airflow"}
    chapters = re.findall(r"^ {4}(handoff_\w+)$", printed, re.MULTILINE)
    assert set(chapters) == set(DAGS)


def test_operations_tells_every_error() -> None:
    told = {
        name
        for row in document("operations.md").table("Errors, and what to do")
        for name in re.findall(r"`(\w+Error)`", row[0])
    }
    raised = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.HandoffError)
    }
    assert told == raised - {"HandoffError"}


def test_operations_tells_the_files_of_the_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, playbook_dir=tmp_path, as_of=None)
    paths = [value for name, value in vars(Settings).items() if isinstance(value, property)]
    named = {path.fget(settings).relative_to(tmp_path).parts[0] for path in paths if path.fget}
    column = " ".join(row[0] for row in document("operations.md").table("The home folder"))
    told = {span.partition("/")[0] for span in re.findall(r"`([^`]+)`", column)}
    assert named <= told


def test_the_picture_is_small_enough_to_load() -> None:
    picture = PROJECT_ROOT / "docs" / "images" / "weekly-report.png"
    assert picture.stat().st_size < 400_000
