"""The playbooks that come with the project: complete, readable, and fit for their data."""

from __future__ import annotations

from pathlib import Path

from handoff.playbook import build_tables, load_playbook
from handoff.playbook.playbook import TOPIC_TYPES


def test_the_default_playbook_shows_every_topic(default_folder: Path) -> None:
    files = {path.name for path in default_folder.glob("*.yml")}
    assert files == {f"{topic}.yml" for topic in TOPIC_TYPES}


def test_the_files_stay_short_and_begin_with_what_they_are(default_folder: Path) -> None:
    for path in default_folder.glob("*.yml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) < 200, path.name
        assert max(map(len, lines)) <= 100, path.name
        assert lines[1].startswith("# "), path.name


def test_the_default_playbook_says_what_to_do_about_each_problem(default_folder: Path) -> None:
    playbook = load_playbook(default_folder)
    assert set(playbook.problems.problems) == {
        "poor_fit_leads", "slow_follow_up", "missing_fields", "unusable_feedback",
    }  # fmt: skip
    for problem in playbook.problems.problems.values():
        assert len(problem.fixes) >= 3
        assert len({fix.who for fix in problem.fixes}) >= 2, "a handoff has two sides"


def test_every_offer_of_the_default_playbook_has_a_brief_and_a_form(default_folder: Path) -> None:
    campaigns = load_playbook(default_folder).campaigns
    assert all(offer.brief for offer in campaigns.offers.values())
    assert {form.offer for form in campaigns.forms} == set(campaigns.offers)


def test_olist_reads_what_its_records_hold_and_no_more(olist_folder: Path) -> None:
    playbook = load_playbook(olist_folder)
    tables = build_tables(playbook)
    (parameters,) = tables["parameters"].to_pylist()
    assert parameters["reporting_time_zone"] == "America/Sao_Paulo"
    assert parameters["default_calendar"] == "brazil"
    (source,) = tables["sources"].to_pylist()
    assert not source["has_owner_history"]
    assert not source["has_activities"]
    assert not source["has_reasons"]
    # Its properties are fewer than a CRM's usual ones; asking for another one stops the sync.
    tracked = {(row["object"], row["property"]) for row in tables["tracked_properties"].to_pylist()}
    assert tracked == {
        ("contacts", "lifecyclestage"), ("contacts", "hubspot_owner_id"),
        ("deals", "dealstage"), ("deals", "hubspot_owner_id"),
        ("leads", "hubspot_owner_id"),
    }  # fmt: skip
    for name in ("required_fields", "reason_map", "campaigns", "form_map", "icp_rules"):
        assert tables[name].num_rows == 0
