"""What is planted by hand, checked against values worked out with a calendar and a pencil."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from portal_reading import GeneratedPortal, Record, linked

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.generator.names import HOSTILE_TEXTS


def _only(portal: GeneratedPortal, scenario: str) -> Record:
    (handoff,) = portal.truth["scenarios"][scenario]
    return handoff


@pytest.mark.parametrize(
    ("scenario", "due_at", "status"),
    [
        # Tuesday 10:00:30 in Berlin and an hour.
        ("touch_exactly_at_due", "2026-09-29T09:00:30.000Z", "met"),
        ("touch_one_second_late", "2026-09-29T09:00:30.000Z", "late"),
        # Friday 17:46 is after hours: the hour runs on Monday from 9 to 10.
        ("friday_evening_arrival", "2026-09-28T08:00:00.000Z", "met"),
        # Saturday in New York: due on Monday at 10:00 there.
        ("weekend_arrival_late", "2026-09-28T14:00:00.000Z", "late"),
        # Labor Day: due on Tuesday at 10:00 in New York.
        ("holiday_arrival", "2026-09-08T14:00:00.000Z", "met"),
        # Friday 15:00 to 17:30, then Monday from 9:00 in summer time: 150 + 330 minutes.
        ("clock_change_weekend", "2026-03-30T12:30:00.000Z", "met"),
        # Sunday evening: due on the Monday after the end of time.
        ("pending_over_the_weekend", "2026-10-05T08:00:00.000Z", "pending"),
        # A working day from Wednesday 10:00 leaves half an hour for Thursday.
        ("closed_untouched", "2026-10-01T07:30:00.000Z", "closed_untouched"),
        ("missed_sla", "2026-09-28T10:02:00.000Z", "missed"),
        ("only_a_sequence_mail", "2026-10-01T09:00:00.000Z", "missed"),
        ("only_look_alike_touches", "2026-10-01T09:00:00.000Z", "late"),
        ("reassigned_before_due", "2026-09-30T12:00:00.000Z", "met"),
        ("touched_before_assignment", "2026-09-30T15:00:00.000Z", "met"),
        ("first_touch_is_a_meeting", "2026-09-30T12:00:00.000Z", "met"),
        ("first_touch_is_a_task", "2026-09-30T12:00:00.000Z", "late"),
        ("unowned_lead", None, "unowned"),
        ("default_queue_lead", None, "unowned"),
        ("owned_by_a_marketer", None, "unowned"),
    ],
)
def test_sla_of_the_hand_placed(
    portal: GeneratedPortal, scenario: str, due_at: str | None, status: str
) -> None:
    handoff = _only(portal, scenario)
    assert (handoff.get("sla_due_at"), handoff["sla_status"]) == (due_at, status)


@pytest.mark.parametrize(
    ("scenario", "statuses"),
    [
        ("demo_request_to_won", ["won"]),
        ("guide_to_nurture_and_back", ["recycled", "open"]),
        ("mql_again_after_won", ["won", "open"]),
        ("expired_by_a_new_mql", ["expired", "open"]),
        ("open_deal_taken_over", ["expired", "won"]),
        ("stale_then_progress", ["open"]),
        ("mql_while_open", ["open"]),
        ("lost_with_the_last_deal", ["lost"]),
        ("won_at_the_first_win", ["won"]),
        ("deal_created_as_lost", ["lost"]),
        ("reason_of_the_handoff_before", ["recycled", "disqualified"]),
    ],
)
def test_outcomes_of_the_hand_placed(
    portal: GeneratedPortal, scenario: str, statuses: list[str]
) -> None:
    handoffs = portal.truth["scenarios"][scenario]
    assert [one["status"] for one in handoffs] == statuses
    assert [one["number"] for one in handoffs] == [1, 2][: len(statuses)]


def test_reasons_of_the_hand_placed(portal: GeneratedPortal) -> None:
    assert _only(portal, "rejected_with_an_untidy_reason")["reason"] == "wrong_icp"
    assert _only(portal, "rejected_with_no_reason")["reason"] == "missing"
    assert _only(portal, "rejected_with_an_unmapped_reason")["reason"] == "unmapped"
    assert _only(portal, "rejected_by_ae_after_sql")["rejected_by"] == "ae"
    assert _only(portal, "rejected_with_a_reason")["rejected_by"] == "sdr"


def test_acceptance_is_a_human_act_of_sales(portal: GeneratedPortal) -> None:
    for scenario in ("accepted_by_automation_only", "accepted_by_a_marketer_only"):
        handoff = _only(portal, scenario)
        assert "accepted_at" not in handoff
        assert handoff["is_default_accepted"]
    assert not _only(portal, "accepted_after_the_default")["is_default_accepted"]


def test_bypasses_are_listed_with_kind_and_amount(portal: GeneratedPortal) -> None:
    listed = sorted(
        (one["kind"], one["object"], one["amount"] or 0.0) for one in portal.truth["bypasses"]
    )
    assert listed == [
        ("after_close", "contacts", 0.0),
        ("after_close", "deals", 6_000.0),
        ("no_mql", "contacts", 0.0),
        ("no_mql", "deals", 15_000.0),
        ("no_person", "deals", 4_500.0),
        ("no_person", "deals", 31_000.0),
    ]
    deals = portal.by_id("deals")
    for one in portal.truth["bypasses"]:
        if one["kind"] == "no_person":
            assert not linked(deals[one["record_id"]], "contacts")


def test_people_are_merged_excluded_archived_and_without_address(portal: GeneratedPortal) -> None:
    contacts, planted = portal.by_id("contacts"), portal.truth["planted"]
    (survivor,) = planted["merge_chain"]["record_ids"]
    merged = contacts[survivor]["properties"]["hs_merged_object_ids"].split(";")
    assert merged == planted["merged_away_ids"]["record_ids"]
    assert not set(merged) & contacts.keys()
    assert portal.truth["handoffs"]["excluded"] == {"internal": 1, "partner": 2, "test": 2}
    (archived,) = planted["archived_contact"]["record_ids"]
    assert contacts[archived]["archived"]
    assert sum(one["properties"]["email"] is None for one in contacts.values()) == 2


def test_hostile_texts_stand_wherever_people_write(portal: GeneratedPortal) -> None:
    written = {
        "contacts": ("firstname", "jobtitle", "use_case"),
        "companies": ("name",),
        "notes": ("hs_note_body",),
        "calls": ("hs_call_body",),
        "emails": ("hs_email_subject",),
    }
    for name, properties in written.items():
        for key in properties:
            values = {record["properties"][key] for record in portal.records(name)}
            assert set(HOSTILE_TEXTS.values()) <= values, (name, key)
    assert any(form["name"].startswith("=HYPERLINK(") for form in portal.records("forms"))
    assert any("<script>" in one["properties"]["hs_name"] for one in portal.records("campaigns"))
    assert any("<script>" in one["properties"]["dealname"] for one in portal.records("deals"))


def test_the_demo_has_its_story(portal: GeneratedPortal) -> None:
    by_campaign = portal.truth["handoffs"]["by_campaign"]

    def rate(name: str) -> float:
        return by_campaign[name].get("sql", 0) / by_campaign[name]["mql"]

    assert rate("Partner referrals") < 0.12 < 0.28 < rate("Integration launch")
    before, last = (portal.truth["weeks"][week] for week in ("2026-W39", "2026-W40"))
    partner = "Partner referrals"
    assert last["mqls_by_campaign"][partner] > 2 * before["mqls_by_campaign"][partner]

    def on_time(week: Record) -> float:
        counts = week["by_sla_status"]
        return counts["met"] / (counts["met"] + counts["late"] + counts["missed"])

    assert on_time(last) < on_time(before) - 0.05


def test_a_small_crowd_of_any_time_has_no_scenarios(tmp_path: Path) -> None:
    truth = generate_portal(
        tmp_path,
        people=40,
        days=30,
        ends_at=datetime(2025, 3, 12, 15, tzinfo=UTC),
        with_scenarios=False,
        activities_per_person=12,
    )
    portal = GeneratedPortal(tmp_path)
    assert truth.records["contacts"] == 40
    assert portal.truth["scenarios"] == {}
    assert portal.truth["last_full_week"] == "2025-W10"
    activities = sum(
        truth.records[name] for name in ("calls", "emails", "meetings", "tasks", "notes")
    )
    assert activities >= 40 * 12


def test_an_empty_portal_is_a_portal(tmp_path: Path) -> None:
    truth = generate_portal(tmp_path, people=0, with_scenarios=False)
    assert truth.records["contacts"] == 0
    assert truth.as_json()["handoffs"]["total"] == 0
