"""The playbook of a company with marketing in HubSpot and sales in Salesforce.

Only the files that differ from the shipped playbook are there; they are laid over it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff.playbook import build_tables, load_playbook
from handoff.playbook.playbook import TOPIC_TYPES, Playbook
from handoff.settings import PROJECT_ROOT

OVERLAY = PROJECT_ROOT / "include" / "handoff" / "sandbox" / "two_crms_playbook"
FILES = sorted(OVERLAY.iterdir())


@pytest.fixture
def playbook(folder: Path) -> Playbook:
    for path in FILES:
        shutil.copy(path, folder)
    return load_playbook(folder)


def test_the_files_are_those_that_differ(default_folder: Path) -> None:
    assert {path.stem for path in FILES} <= set(TOPIC_TYPES)
    for path in FILES:
        shipped = default_folder / path.name
        if shipped.exists():
            own_lines = path.read_text(encoding="utf-8").splitlines()[1:]
            assert own_lines != shipped.read_text(encoding="utf-8").splitlines()[1:], path.name


def test_the_files_stay_short_and_begin_with_what_they_are() -> None:
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# yaml-language-server: $schema=../../../playbook/schema/")
        assert lines[1].startswith("# "), path.name
        assert max(map(len, lines)) <= 100, path.name


def test_each_crm_tells_what_it_is_right_about(playbook: Playbook) -> None:
    sources = playbook.sources.sources
    assert {source.crm for source in sources.values()} == {"hubspot", "salesforce"}
    assert sources["hubspot"].linked_source == "salesforce"
    orders = playbook.precedence.orders
    assert orders.pop("mql") == ("hubspot", "salesforce")
    assert set(orders.values()) == {("salesforce", "hubspot")}


def test_salesforce_values_are_stages_and_reasons(playbook: Playbook) -> None:
    tables = build_tables(playbook)
    stages = {
        (row["object"], row["property"], row["raw_value"]): row["stage"]
        for row in tables["stage_map"].to_pylist()
        if row["source_id"] == "salesforce"
    }
    assert stages["leads", "Status", "working"] == "accepted"
    assert stages["leads", "IsConverted", "true"] == "sql"
    assert stages["deals", "StageName", "closed won"] == "won"
    tracked = {
        (row["object"], row["property"], row["purpose"])
        for row in tables["tracked_properties"].to_pylist()
        if row["source_id"] == "salesforce"
    }
    assert {
        ("leads", "OwnerId", "owner"),
        ("leads", "Use_Case__c", "field"),
        ("deals", "Loss_Reason__c", "reason"),
    } <= tracked
    (link,) = [
        row["record_url_template"]
        for row in tables["sources"].to_pylist()
        if row["source_id"] == "salesforce"
    ]
    assert link.startswith("https://northlight.lightning.force.com/lightning/r/")
