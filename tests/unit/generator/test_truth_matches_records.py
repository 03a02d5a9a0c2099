"""The truth beside a portal can be found in its records, by looking at them alone."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from portal_reading import GeneratedPortal, Record, changes, instant, linked

SALES_TEAMS = {"SDR Americas", "SDR Europe", "Account Executives"}
EMPTY = {"", "n/a", "unknown", "select", "-", "test"}
# Records of people who have more than one, where one contact does not tell all.
SEVERAL_RECORDS = {"same_address_in_two_records", "archived_contact"}


def _sales_owner_ids(portal: GeneratedPortal) -> set[str]:
    return {
        owner["id"]
        for owner in portal.records("owners")
        if any(team["primary"] and team["name"] in SALES_TEAMS for team in owner.get("teams", ()))
    }


def _value_at(contact: Record, name: str, at: datetime) -> str | None:
    values = [value for changed_at, value, _ in changes(contact, name) if changed_at <= at]
    return values[-1] if values else None


def _touches(portal: GeneratedPortal, contact_id: str, sales: set[str]) -> list[datetime]:
    found = []
    for name, record in portal.activities_of_contacts.get(contact_id, ()):
        values = record["properties"]
        is_touch = (
            values["hubspot_owner_id"] in sales
            and {
                "calls": values.get("hs_call_direction") != "INBOUND",
                "emails": values.get("hs_email_direction") == "EMAIL"
                and values.get("hs_sequence_id") is None,
                "meetings": values.get("hs_meeting_outcome") != "CANCELED",
                "tasks": values.get("hs_task_status") == "COMPLETED",
                "notes": False,
            }[name]
        )
        if is_touch:
            at = values["hs_task_completion_date" if name == "tasks" else "hs_timestamp"]
            found.append(instant(at))
    return sorted(found)


def test_every_mql_of_the_truth_stands_in_a_history(portal: GeneratedPortal) -> None:
    contacts = portal.by_id("contacts")
    assert len(portal.handoffs) == portal.truth["handoffs"]["total"] > 1_000
    for handoff in portal.handoffs:
        told = [
            at
            for at, value, _ in changes(contacts[handoff["contact_id"]], "lifecyclestage")
            if value == "marketingqualifiedlead"
        ]
        assert instant(handoff["mql_at"]) in told


def test_every_mql_in_a_history_is_accounted_for(portal: GeneratedPortal) -> None:
    told = Counter(
        contact["id"]
        for contact in portal.records("contacts")
        for _, value, _ in changes(contact, "lifecyclestage")
        if value == "marketingqualifiedlead"
    )
    told.subtract(handoff["contact_id"] for handoff in portal.handoffs)
    planted = portal.truth["planted"]
    without_effect = [
        *planted["moved_back_and_forth"]["record_ids"],
        *planted["mql_while_open"]["record_ids"],
        *planted["same_address_in_two_records_second"]["record_ids"],
    ]
    assert {id: count for id, count in told.items() if count} == dict.fromkeys(without_effect, 1)


def test_stage_instants_stand_in_the_histories(portal: GeneratedPortal) -> None:
    contacts, deals = portal.by_id("contacts"), portal.by_id("deals")
    for handoff in portal.handoffs:
        contact = contacts[handoff["contact_id"]]
        lifecycle = {(value, at) for at, value, _ in changes(contact, "lifecyclestage")}
        status = {(value, at) for at, value, _ in changes(contact, "hs_lead_status")}
        deal_stages = {
            (value, at)
            for deal_id in handoff["deal_ids"]
            for at, value, _ in changes(deals[deal_id], "dealstage")
        }
        for key, value, events in (
            ("sql_at", "salesqualifiedlead", lifecycle),
            ("disqualified_at", "UNQUALIFIED", status),
            ("recycled_at", "BAD_TIMING", status),
            ("won_at", "closedwon", deal_stages),
            ("lost_at", "closedlost", deal_stages),
        ):
            if key in handoff:
                assert (value, instant(handoff[key])) in events, handoff
        if "opportunity_at" in handoff and not handoff["is_clamped"]:
            told_deals = handoff["deal_ids"] or [link["id"] for link in linked(contact, "deals")]
            created = {deals[id]["createdAt"] for id in told_deals}
            assert handoff["opportunity_at"] in created


def test_first_touch_is_the_first_of_sales_since_the_mql(portal: GeneratedPortal) -> None:
    sales = _sales_owner_ids(portal)
    touched = 0
    for handoff in portal.handoffs:
        if handoff.get("scenario") in SEVERAL_RECORDS:
            continue
        end = handoff.get("closed_at") or portal.truth["ends_at"]
        within = [
            at
            for at in _touches(portal, handoff["contact_id"], sales)
            if instant(handoff["mql_at"]) <= at <= instant(end)
        ]
        expected = handoff.get("first_touch_at")
        assert (within[0] if within else None) == (instant(expected) if expected else None)
        touched += bool(within)
    assert touched > 800


def test_assignment_is_the_first_owner_in_sales(portal: GeneratedPortal) -> None:
    sales, contacts = _sales_owner_ids(portal), portal.by_id("contacts")
    for handoff in portal.handoffs:
        contact, mql_at = contacts[handoff["contact_id"]], instant(handoff["mql_at"])
        owned = [
            (max(at, mql_at), value)
            for at, value, _ in changes(contact, "hubspot_owner_id")
            if at > mql_at and value in sales
        ]
        before = _value_at(contact, "hubspot_owner_id", mql_at)
        first = (mql_at, before) if before in sales else (owned[0] if owned else None)
        if first is None:
            assert handoff["sla_status"] == "unowned"
        else:
            assert (instant(handoff["assigned_at"]), handoff["assigned_owner_id"]) == first


def test_missing_fields_are_empty_at_the_mql(portal: GeneratedPortal) -> None:
    contacts = portal.by_id("contacts")
    missing = 0
    for handoff in portal.handoffs:
        contact, at = contacts[handoff["contact_id"]], instant(handoff["mql_at"])
        empty = [
            name
            for name in ("jobtitle", "country", "industry", "numberofemployees")
            if (_value_at(contact, name, at) or "").strip().lower() in EMPTY
        ]
        assert handoff["missing_mql_fields"] == empty
        missing += len(empty)
    assert missing > 300


def test_reasons_stand_on_the_record_that_closed(portal: GeneratedPortal) -> None:
    contacts, deals = portal.by_id("contacts"), portal.by_id("deals")
    for handoff in portal.handoffs:
        if handoff["status"] not in ("disqualified", "recycled", "lost"):
            continue
        raw = handoff.get("reason_raw_value")
        assert (handoff["reason"] == "missing") == (raw is None)
        if handoff["status"] == "lost":
            values = {deals[id]["properties"]["closed_lost_reason"] for id in handoff["deal_ids"]}
            assert raw in values
        else:
            # What an earlier handoff was rejected for says nothing of this one.
            since = [
                value
                for at, value, _ in changes(
                    contacts[handoff["contact_id"]], "disqualification_reason"
                )
                if instant(handoff["mql_at"]) <= at <= instant(handoff["closed_at"])
            ]
            assert (since[-1] if since else None) == raw


def test_sums_are_the_sums_of_the_handoffs(portal: GeneratedPortal) -> None:
    counted = [one for one in portal.handoffs if "exclusion" not in one]
    sums = portal.truth["handoffs"]
    assert sums["counted"] == len(counted)
    assert sums["by_status"] == dict(Counter(one["status"] for one in counted))
    assert sums["by_sla_status"] == dict(Counter(one["sla_status"] for one in counted))
    for campaign, stages in sums["by_campaign"].items():
        assert stages["mql"] == sum(one["campaign"] == campaign for one in counted)
    # From Monday 28 September to Monday 5 October, two hours ahead of UTC.
    week = [one for one in counted if "2026-09-27T22:00" <= one["mql_at"] < "2026-10-04T22:00"]
    assert portal.truth["last_full_week"] == "2026-W40"
    assert portal.truth["weeks"]["2026-W40"]["mqls_by_campaign"] == dict(
        Counter(one["campaign"] for one in week)
    )
    assert portal.truth["records"]["files"]["contacts"] == 2_000


def test_only_planted_handoffs_are_stale(portal: GeneratedPortal) -> None:
    assert [one["scenario"] for one in portal.handoffs if one["status"] == "stale"] == [
        "stale_handoff"
    ]
    open_in_the_crowd = [
        one["mql_at"]
        for one in portal.handoffs
        if one["status"] == "open" and "scenario" not in one
    ]
    assert min(open_in_the_crowd) > "2026-05-01"
