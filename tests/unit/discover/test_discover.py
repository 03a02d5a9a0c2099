"""What `handoff discover` tells of an account, and that its proposal is a playbook."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from handoff.cli.main import app
from handoff.crm.protocol import PropertyDefinition
from handoff.crm.registry import crm_traits
from handoff.discover.facts import ObjectFacts, PropertyFacts, values_of
from handoff.discover.guesses import REASON_WORDS, STAGE_WORDS, meaning_of
from handoff.discover.proposal import propose
from handoff.playbook import load_playbook
from handoff.sandbox.server import running_sandbox
from handoff.settings import PROJECT_ROOT

PLAYBOOKS = PROJECT_ROOT / "tests" / "playbooks"
FREE_TEXT = "Ms Secret of Nowhere"
HUBSPOT_STATUS = {
    "name": "hs_lead_status",
    "label": "Lead status",
    "type": "enumeration",
    "options": [{"value": value, "label": value} for value in ("NEW", "CONNECTED", "PARKED")],
}


def write(folder: Path, **files: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    for name, rows in files.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.ndjson").write_text(text)


@pytest.fixture
def hubspot(tmp_path: Path) -> Path:
    """Four contacts, three with a job title, two with a status."""
    at = "2025-11-03T08:00:00.000Z"
    contacts = [
        {
            "id": str(101 + n),
            "createdAt": at,
            "updatedAt": at,
            "archived": False,
            "properties": {
                "hs_object_id": str(101 + n),
                "createdate": at,
                "lastmodifieddate": at,
                "jobtitle": FREE_TEXT if n else "",
                "hs_lead_status": ("NEW", "CONNECTED", "", "")[n],
                "hubspot_owner_id": ("900", "901", "900", "")[n],
            },
        }
        for n in range(4)
    ]
    properties = [
        HUBSPOT_STATUS,
        {"name": "jobtitle", "label": "Job title", "type": "string"},
        {"name": "createdate", "label": "Created", "type": "datetime"},
        {"name": "lastmodifieddate", "label": "Modified", "type": "datetime"},
        {"name": "lifecyclestage", "label": "Lifecycle stage", "type": "string"},
        {"name": "hubspot_owner_id", "label": "Owner", "type": "string"},
        {"name": "never", "label": "Never filled", "type": "string"},
    ]
    rows = [{"options": [], **one, "objectType": "contacts"} for one in properties]
    write(tmp_path / "portal" / "hubspot", contacts=contacts, properties=rows)
    return tmp_path / "portal"


@contextmanager
def account(
    portal: Path, crm: str, playbook: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    with running_sandbox(portal) as sandbox:
        given = {"host": sandbox.base_url, "password": sandbox.token}
        monkeypatch.setenv(f"AIRFLOW_CONN_HANDOFF_{crm.upper()}", json.dumps(given))
        monkeypatch.setenv("HANDOFF_PLAYBOOK", str(playbook))
        yield


def told(*words: str) -> str:
    done = CliRunner().invoke(app, ["discover", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def line_of(output: str, name: str) -> str:
    (line,) = (one for one in output.splitlines() if one.startswith(f"{name} "))
    return " ".join(line.split())


def test_fill_rates_and_listed_values_are_told_and_no_other_value(
    hubspot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with account(hubspot, "hubspot", PLAYBOOKS / "olist", monkeypatch):
        output = told()
        everything = told("--all")
    assert line_of(output, "jobtitle") == "jobtitle Job title (custom) string 75% 4 sample"
    status = "hs_lead_status Lead status (custom) enumeration 50% 4 sample"
    assert line_of(output, "hs_lead_status") == f"{status} NEW 1, CONNECTED 1, PARKED 0"
    assert line_of(output, "hubspot_owner_id").endswith("75% 4 sample 2 owners")
    assert FREE_TEXT not in output + everything
    assert "never " not in output
    assert "never " in everything


def test_landed_records_are_told_apart_from_a_sample(
    hubspot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with account(hubspot, "hubspot", PLAYBOOKS / "olist", monkeypatch):
        synced = CliRunner().invoke(app, ["sync", "--object", "contacts"])
        assert synced.exit_code == 0, synced.output
        output = told("--all")
        without_sample = told("--all", "--sample", "0")
    assert "4 landed" in line_of(output, "jobtitle")
    assert "4 sample" in line_of(output, "never")
    assert "not read" in line_of(without_sample, "never")


def test_an_unknown_source_is_refused(hubspot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with account(hubspot, "hubspot", PLAYBOOKS / "olist", monkeypatch):
        done = CliRunner().invoke(app, ["discover", "--source", "nobody"])
    assert done.exit_code != 0


def test_the_proposal_is_written_once_and_is_a_playbook(
    hubspot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "proposed"
    with account(hubspot, "hubspot", PLAYBOOKS / "olist", monkeypatch):
        told("--write", str(target))
        again = CliRunner().invoke(app, ["discover", "--write", str(target)])
    assert again.exit_code != 0
    stages = yaml.safe_load((target / "lifecycle.yml").read_text())["sources"]["hubspot"]["stages"]
    assert stages == {"contacts.hs_lead_status": {"NEW": "new", "CONNECTED": "accepted"}}
    assert "# ? PARKED:" in (target / "lifecycle.yml").read_text()
    fits("olist", target, tmp_path)


def test_numbers_of_pipedrive_are_read_by_their_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = "2025-11-03T08:00:00Z"
    code = "946947d1b02fd3ef20798d6112ec5d895a686a21"
    record = {"add_time": at, "update_time": at, "is_deleted": False}
    write(
        tmp_path / "portal" / "pipedrive",
        persons=[
            {"id": 1, **record, "custom_fields": {code: 7}},
            {"id": 2, **record, "custom_fields": {code: 8}, "job_title": FREE_TEXT},
        ],
        pipelines=[{"id": 1, "name": "Sales", "is_deleted": False}],
        stages=[
            {"id": 3, "name": "Qualified", "pipeline_id": 1},
            {"id": 4, "name": "Ruminated", "pipeline_id": 1},
            {"id": 5, "name": "Other pipeline's", "pipeline_id": 2},
        ],
        fields=[
            {
                "object": "person",
                "field_code": code,
                "field_name": "Lead status",
                "field_type": "enum",
                "options": [{"id": 7, "label": "Working"}, {"id": 8, "label": "Sleeping"}],
                "is_custom_field": True,
            },
            {"object": "person", "field_code": "job_title", "field_name": "Job title"},
            {"object": "deal", "field_code": "lost_reason", "field_name": "Lost reason"},
        ],
    )
    target = tmp_path / "proposed"
    with account(tmp_path / "portal", "pipedrive", PLAYBOOKS / "pipedrive", monkeypatch):
        output = told()
        told("--write", str(target))
    assert line_of(output, code).endswith("enum 100% 2 sample Working 1, Sleeping 1")
    assert FREE_TEXT not in output
    text = (target / "lifecycle.yml").read_text()
    proposed = yaml.safe_load(text)["sources"]["pipedrive"]
    assert proposed["stages"] == {f"contacts.{code}": {"7": "accepted"}}
    assert proposed["pipelines"] == {"1": {"stages": {"3": "sql", "won": "won", "lost": "lost"}}}
    assert '# ? "8":  Sleeping' in text
    assert '# ? "4":  Ruminated' in text
    fits("pipedrive", target, tmp_path)


def test_salesforce_stages_come_from_the_field_of_the_deal() -> None:
    stage = PropertyDefinition(
        "StageName", "Stage", "picklist", ("Prospecting", "Closed Won", "Closed Lost", "Perception")
    )
    reason = PropertyDefinition("Loss_Reason__c", "Loss Reason", "picklist", ("Price", "Vibes"))
    facts = ObjectFacts("deals", (PropertyFacts(stage), PropertyFacts(reason)))
    proposal = propose([("salesforce", crm_traits("salesforce"), [facts])])
    lifecycle = yaml.safe_load(proposal.files["lifecycle.yml"])["sources"]["salesforce"]
    assert lifecycle["pipelines"]["default"]["stages"] == {
        "Prospecting": "opportunity",
        "Closed Won": "won",
        "Closed Lost": "lost",
    }
    (found,) = yaml.safe_load(proposal.files["reasons.yml"])["sources"]["salesforce"]
    assert found == {"property": "deals.Loss_Reason__c", "values": {"Price": "no_budget"}}


def test_a_list_that_is_not_told_is_read_from_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = "2026-01-05T06:00:00.000+0000"
    leads = [
        {"Id": f"00Q00000000000{n}AAA", "CreatedDate": at, "SystemModstamp": at, "Status": status,
         "LastModifiedDate": at, "IsDeleted": False, "Email": "x@example.com"}
        for n, status in enumerate(("New", "Working", "Working"), 1)
    ]  # fmt: skip
    write(tmp_path / "portal" / "salesforce", Lead=leads)
    playbook = tmp_path / "salesforce playbook"
    shutil.copytree(PLAYBOOKS / "olist", playbook)
    source = {"label": "S", "crm": "salesforce", "connection": "handoff_salesforce"}
    sources = {"sources": {"hubspot": {**source, "portal_id": "x"}}}
    (playbook / "sources.yml").write_text(yaml.safe_dump(sources))
    stages = {"leads.Status": {"New": "new"}}
    lifecycle = {"sources": {"hubspot": {"stages": stages}}}
    (playbook / "lifecycle.yml").write_text(yaml.safe_dump(lifecycle))
    with account(tmp_path / "portal", "salesforce", playbook, monkeypatch):
        output = told()
    assert line_of(output, "Status").endswith("3 sample New 1, Working 2")
    assert "Working: accepted  # 2 records" in output
    assert "x@example.com" not in output


def test_a_value_that_yaml_reads_otherwise_is_quoted() -> None:
    options = ("yes", "No", "12", "a: b", "new", "# comment", '"quoted"')
    status = PropertyDefinition("status", "Status", "enumeration", options)
    labels = dict.fromkeys(options, "New")
    named = PropertyDefinition("lead_status", "Status", "enumeration", options, labels)
    facts = ObjectFacts("contacts", (PropertyFacts(status), PropertyFacts(named)))
    proposal = propose([("hubspot", crm_traits("hubspot"), [facts])])
    lifecycle = yaml.safe_load(proposal.files["lifecycle.yml"])["sources"]["hubspot"]["stages"]
    assert set(lifecycle["contacts.lead_status"]) == set(options)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("Marketing Qualified Lead", "mql"),
        ("marketingqualifiedlead", "mql"),
        ("MQL", "mql"),
        ("Open - Not Contacted", "new"),
        ("Working - Contacted", "accepted"),
        ("Attemted to contact", "accepted"),
        ("Closed - Not Converted", "disqualified"),
        ("UNQUALIFIED", "disqualified"),
        ("Closed Won", "won"),
        ("Nurture", "recycled"),
        ("Ruminated", None),
        ("", None),
    ],
)
def test_stages_are_guessed_by_likeness(text: str, stage: str | None) -> None:
    assert meaning_of((text,), STAGE_WORDS) == stage


@pytest.mark.parametrize(
    ("text", "reason"),
    [("Price", "no_budget"), ("Lost to Competitor", "competitor"), ("vibes", None)],
)
def test_reasons_are_guessed_by_likeness(text: str, reason: str | None) -> None:
    assert meaning_of((text,), REASON_WORDS) == reason


def test_values_are_found_wherever_a_crm_puts_them() -> None:
    assert values_of({"id": "1", "properties": {"a": "x"}}) == {"a": "x"}
    assert values_of({"id": "1", "fields": {"A": "x"}}) == {"A": "x"}
    found = values_of({"id": "1", "title": "t", "custom_fields": {"f00": 3}})
    assert (found["title"], found["f00"]) == ("t", 3)


def fits(playbook: str, proposed: Path, tmp_path: Path) -> None:
    """A playbook with the proposal in place of its own files has no mistake."""
    folder = tmp_path / "playbook"
    shutil.copytree(PLAYBOOKS / playbook, folder)
    for path in proposed.iterdir():
        shutil.copy(path, folder / path.name)
    assert load_playbook(folder).sources
