"""What of a person goes when they are erased, what stays, and what a kill in between leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handoff.crm.hubspot.erasure import RULES
from handoff.errors import SettingsError
from handoff.landing.erasing import (
    Erased,
    erase,
    find_records,
    finish_erasures,
    read_erased,
    unfinished,
)
from handoff.landing.erasing.addresses import addresses_in, pattern_of, without
from handoff.landing.erasing.erase import record_runs
from handoff.landing.erasing.erased import OBJECT, lines_of
from handoff.landing.erasing.rewrite import next_name
from handoff.landing.erasing.scrub import Scrubber
from handoff.landing.manifest import Manifest
from handoff.landing.reader import iter_manifests, iter_records, verify
from handoff.landing.writer import LandingWriter
from handoff.settings import Settings
from handoff.sync.forgetting import find_person

AT = "2026-01-05T06:00:00.000000Z"
RUN = "20260105T060000Z-000000"
Row = dict[str, Any]


def contact(id_: str, email: str, **more: str) -> Row:
    return {"id": id_, "properties": {"email": email, "jobtitle": f"Title {id_}", **more}}


def manifest_of(name: str, run_id: str = RUN, **changes: Any) -> Manifest:
    given = {
        "source_id": "portal",
        "crm": "hubspot",
        "object": name,
        "run_id": run_id,
        "mode": "full",
        "started_at": AT,
        "updated_at": AT,
        "landed_at": AT,
    }
    return Manifest(**{**given, **changes})


def land(landing: Path, name: str, *groups: dict[str, list[Row]], run_id: str = RUN) -> None:
    """One run; each group is committed as parts of its own."""
    with LandingWriter(landing, manifest_of(name, run_id)) as writer:
        for rows in groups:
            for stream, records in rows.items():
                writer.write(stream, records)
            writer.commit({})
        writer.complete({}, watermark=AT, crm_total=None)


def landed(landing: Path, stream: str) -> list[Row]:
    found = []
    for manifest in iter_manifests(landing, "portal"):
        verify(landing, manifest)
        found += list(iter_records(landing, manifest, stream))
    return found


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """Three people; 1 was two records once, and 3 shares the address of their office."""
    first = contact("1", "Jane@example.com", hs_merged_object_ids="11;12")
    others = [contact("2", "maryjane@example.com"), contact("3", "office@example.com")]
    land(tmp_path, "contacts", {"contacts": [contact("11", "j.doe@example.com")]})
    changed = contact("1", "jane@example.com", hs_additional_emails="j.doe@example.com")
    later = contact("1", "jane@example.com", hs_additional_emails="office@example.com")
    land(
        tmp_path,
        "contacts",
        {"contacts": [first, *others]},
        {"contacts": [changed, later]},
        run_id="20260106T060000Z-000000",
    )
    calls = [
        {"id": "7", "properties": {"hs_call_title": "With Jane Doe", "hs_call_duration": "9"}},
        {"id": "8", "properties": {"hs_call_title": "With Mary", "hs_call_duration": "5"}},
    ]
    links = [
        {"from": {"id": "7"}, "to": [{"toObjectId": 1}, {"toObjectId": 2}]},
        {"from": {"id": "8"}, "to": [{"toObjectId": 2}]},
    ]
    land(tmp_path, "calls", {"calls": calls, "calls_to_contacts": links})
    sent = [
        {"conversionId": "a", "values": [{"name": "email", "value": " JANE@example.com"}]},
        {"conversionId": "b", "values": [{"name": "email", "value": "office@example.com"}]},
        {
            "conversionId": "c",
            "values": [{"name": "email", "value": "maryjane@example.com"}],
            "pageUrl": "https://example.com/?from=jane%40example.com&x=1",
        },
    ]
    land(tmp_path, "form_submissions", {"form_submissions": sent})
    return tmp_path


def test_everything_of_a_person_goes_and_nothing_else(landing: Path) -> None:
    summary = erase(landing, "portal", "hubspot", {"contacts": {"1"}}, RUN, "forget")
    assert summary.records == {"contacts": 3, "form_submissions": 1}
    assert summary.emptied == {"calls": 1}
    assert [row["id"] for row in landed(landing, "contacts")] == ["2", "3"]
    calls = {row["id"]: row["properties"] for row in landed(landing, "calls")}
    assert calls == {
        "7": {"hs_call_title": None, "hs_call_duration": "9"},
        "8": {"hs_call_title": "With Mary", "hs_call_duration": "5"},
    }
    assert [row["to"] for row in landed(landing, "calls_to_contacts")] == [
        [{"toObjectId": 2}],
        [{"toObjectId": 2}],
    ]
    sent = {row["conversionId"]: row for row in landed(landing, "form_submissions")}
    assert set(sent) == {"b", "c"}, "the office's address is somebody else's too"
    assert sent["c"]["pageUrl"] == "https://example.com/?from=(erased)&x=1"
    assert sent["c"]["values"] == [{"name": "email", "value": "maryjane@example.com"}]
    for path in landing.rglob("*.gz"):
        listed = {part.file for run in iter_manifests(landing) for part in run.parts}
        assert path.name in listed


def test_the_erasure_keeps_ids_alone_and_holds_for_later_reads(landing: Path) -> None:
    erase(landing, "portal", "hubspot", {"contacts": {"1"}}, RUN, "forget")
    kept = landed(landing, OBJECT)
    assert {(row["object"], row["id"], row["found_by"], row["extent"]) for row in kept} == {
        ("contacts", "1", "forget", "record"),
        ("contacts", "11", "person", "record"),
        ("contacts", "12", "person", "record"),
        ("form_submissions", "a", "person", "record"),
        ("calls", "7", "person", "texts"),
    }
    assert {key for row in kept for key in row} == {
        "object",
        "id",
        "erased_at",
        "found_by",
        "extent",
    }
    scrubber = Scrubber(RULES, read_erased(landing, "portal"))
    assert scrubber.scrub("contacts", contact("1", "jane@example.com")) is None
    stays = contact("2", "maryjane@example.com")
    assert scrubber.scrub("contacts", stays) is stays
    call = {"id": "7", "properties": {"hs_call_title": "With Jane Doe"}}
    assert scrubber.scrub("calls", call) == {"id": "7", "properties": {"hs_call_title": None}}


def test_what_a_sweep_missed_may_come_again(landing: Path) -> None:
    erase(landing, "portal", "hubspot", {"contacts": {"2"}}, RUN, "sweep")
    assert "2" not in {row["id"] for row in landed(landing, "contacts")}
    assert read_erased(landing, "portal").records == {"form_submissions": frozenset({"c"})}


def test_an_erasure_that_was_decided_and_killed_is_carried_through(landing: Path) -> None:
    asked = {"contacts": frozenset({"1", "11"})}
    with LandingWriter(landing, manifest_of(OBJECT, mode="erasure")) as writer:
        writer.write(OBJECT, lines_of(Erased(asked), asked, AT, "forget"))
        writer.commit(None)
    # As a kill leaves it: a new part beside the old one, and no manifest that lists it.
    (contacts, *_) = record_runs(landing, "portal")
    orphan = contacts.folder(landing) / next_name(contacts.parts[0].file)
    orphan.write_bytes(b"half a file")
    finish_erasures(landing, "portal")
    assert [row["id"] for row in landed(landing, "contacts")] == ["2", "3"]
    assert {row["conversionId"] for row in landed(landing, "form_submissions")} == {"b", "c"}
    assert not orphan.exists()
    (decision,) = iter_manifests(landing, "portal", OBJECT)
    assert decision.status == "complete"


def test_an_erasure_first_carries_through_those_that_were_left(landing: Path) -> None:
    for number, id_ in enumerate(("1", "3")):
        asked = {"contacts": frozenset({id_})}
        run_id = f"20260106T06000{number}Z-000000"
        with LandingWriter(landing, manifest_of(OBJECT, run_id, mode="erasure")) as writer:
            writer.write(OBJECT, lines_of(Erased(asked), asked, AT, "forget"))
            writer.commit(None)
    later = "20260107T060000Z-000000"
    erase(landing, "portal", "hubspot", {"contacts": {"2"}}, later, "forget")
    assert landed(landing, "contacts") == []
    assert unfinished(landing, "portal") == []


def test_erasing_twice_changes_nothing_more(landing: Path) -> None:
    erase(landing, "portal", "hubspot", {"contacts": {"1"}}, RUN, "forget")
    before = {run.run_id: run.parts for run in record_runs(landing, "portal")}
    again = erase(
        landing, "portal", "hubspot", {"contacts": {"1"}}, "20260107T060000Z-000000", "forget"
    )
    assert again.rows == 0
    assert {run.run_id: run.parts for run in record_runs(landing, "portal")} == before


def test_records_are_found_by_any_address_they_ever_had(landing: Path) -> None:
    runs = record_runs(landing, "portal")
    assert find_records(landing, runs, RULES, "J.Doe@example.com") == {"contacts": {"1", "11"}}
    assert find_records(landing, runs, RULES, "jane@example.com") == {
        "contacts": {"1"},
        "form_submissions": {"a"},
    }
    assert find_records(landing, runs, RULES, "doe@example.com") == {}


def test_many_at_once_are_found_as_well_as_one(landing: Path) -> None:
    many = {"contacts": {str(n) for n in range(1, 60)}}
    erase(landing, "portal", "hubspot", many, RUN, "sweep")
    assert landed(landing, "contacts") == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail jane@example.com.", "mail (erased)."),
        ("JANE@EXAMPLE.COM", "(erased)"),
        ("?e=jane%40example.com&a", "?e=(erased)&a"),
        ("url=%3Fe%3Djane%40example.com", "url=%3Fe%3D(erased)"),
        ("maryjane@example.com", "maryjane@example.com"),
        ("jane@example.com.au", "jane@example.com.au"),
        ("x.jane@example.com", "x.jane@example.com"),
    ],
)
def test_an_address_is_taken_out_and_no_longer_one(text: str, left: str) -> None:
    pattern = pattern_of({"jane@example.com"})
    assert pattern is not None
    assert without({"a": [text]}, pattern) == {"a": [left]}


def test_a_field_may_list_several_addresses() -> None:
    assert addresses_in("A@x.example;b@y.example, <c@z.example>") == {
        "a@x.example",
        "b@y.example",
        "c@z.example",
    }


def test_a_part_that_is_written_anew_keeps_its_place() -> None:
    once = next_name("part-00002.calls_to_contacts.ndjson.gz")
    assert once == "part-00002.calls_to_contacts.2.ndjson.gz"
    assert next_name(once) == "part-00002.calls_to_contacts.3.ndjson.gz"


def test_only_what_has_landed_is_forgotten_by_its_id(
    landing: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "landing").symlink_to(landing)
    settings = Settings(home=home, playbook_dir=home, as_of=None)
    (plan,) = find_person(settings, source_id="portal", record=("contacts", "1"))
    assert plan.ids == {"contacts": {"1"}}
    assert find_person(settings, source_id="portal", record=("contacts", "999")) == []
    with pytest.raises(SettingsError, match="no records of 'contact'"):
        find_person(settings, source_id="portal", record=("contact", "1"))
