"""Each line is a record as HubSpot's API returns it, and the records fit together."""

from __future__ import annotations

from datetime import datetime

import pytest
from portal_reading import ACTIVITIES, GeneratedPortal, Record, changes, instant, linked

from handoff.sandbox.generator import DEMO_ENDS_AT

CRM_OBJECTS = ("contacts", "companies", "deals", *ACTIVITIES)
# Planted on purpose: a portal whose options were changed keeps such values.
VALUES_WITHOUT_OPTION = {"<b>Parked</b>", "=1+1<img src=x>"}


@pytest.mark.parametrize("name", CRM_OBJECTS)
def test_crm_records_have_what_the_api_requires(portal: GeneratedPortal, name: str) -> None:
    records = portal.records(name)
    assert len(records) > 300 or name == "deals"
    ids = [record["id"] for record in records]
    assert len(ids) == len(set(ids))
    for record in records:
        assert record["id"].isdigit()
        assert record["properties"]["hs_object_id"] == record["id"]
        assert all(
            value is None or isinstance(value, str) for value in record["properties"].values()
        )
        assert record["createdAt"] <= record["updatedAt"]
        assert record["archived"] == ("archivedAt" in record)


@pytest.mark.parametrize("name", ["contacts", "deals"])
def test_history_is_newest_first_and_ends_in_the_current_value(
    portal: GeneratedPortal, name: str
) -> None:
    for record in portal.records(name):
        for key, entries in record["propertiesWithHistory"].items():
            assert {"value", "timestamp", "sourceType"} <= entries[0].keys()
            times = [entry["timestamp"] for entry in entries]
            assert times == sorted(times, reverse=True)
            assert record["properties"][key] == entries[0]["value"]


@pytest.mark.parametrize("name", CRM_OBJECTS)
def test_every_property_is_described_and_every_option_known(
    portal: GeneratedPortal, name: str
) -> None:
    described = {
        one["name"]: {option["value"] for option in one["options"]}
        for one in portal.records("properties")
        if one["objectType"] == name
    }
    for record in portal.records(name):
        assert record["properties"].keys() <= described.keys()
        for key, value in record["properties"].items():
            options = described[key]
            if options and value is not None and not _is_planted(record, key, value):
                assert value in options, (name, key)


def _is_planted(record: Record, key: str, value: str) -> bool:
    is_untidy = value != value.strip() or value.strip().lower() == "not_icp"
    is_hostile_deal = key == "closed_lost_reason" and record["properties"]["dealname"] == value
    return is_untidy or is_hostile_deal or value in VALUES_WITHOUT_OPTION


def test_links_lead_to_records_of_the_portal(portal: GeneratedPortal) -> None:
    ids = {name: set(portal.by_id(name)) for name in ("contacts", "companies", "deals")}
    links = 0
    for name in CRM_OBJECTS:
        for record in portal.records(name):
            for target, known in ids.items():
                for link in linked(record, target):
                    links += 1
                    assert link["id"] in known
                    assert link["type"]
    assert links > 5_000


def test_owners_of_records_are_owners_of_the_portal(portal: GeneratedPortal) -> None:
    owner_ids = set(portal.by_id("owners"))
    users = {owner["userIdIncludingInactive"] for owner in portal.records("owners")}
    for name in CRM_OBJECTS:
        for record in portal.records(name):
            owner_id = record["properties"].get("hubspot_owner_id")
            assert owner_id is None or owner_id in owner_ids
            for entries in record.get("propertiesWithHistory", {}).values():
                assert all(entry.get("updatedByUserId") in {None, *users} for entry in entries)


def test_submissions_name_a_form_and_an_address(portal: GeneratedPortal) -> None:
    forms = {form["id"] for form in portal.records("forms")}
    for submission in portal.records("form_submissions"):
        assert submission["formGuid"] in forms
        assert submission["values"][0]["name"] == "email"
        assert submission["pageUrl"].startswith("https://")
        assert isinstance(submission["submittedAt"], int)


def test_nothing_happened_after_the_end_of_time(portal: GeneratedPortal) -> None:
    limit = DEMO_ENDS_AT
    for name in CRM_OBJECTS:
        for record in portal.records(name):
            assert instant(record["createdAt"]) <= limit
            assert instant(record["updatedAt"]) <= limit
            for key in record.get("propertiesWithHistory", {}):
                assert all(at <= limit for at, _, _ in changes(record, key))
    last_ms = max(one["submittedAt"] for one in portal.records("form_submissions"))
    assert last_ms <= limit.timestamp() * 1000


def test_a_task_due_and_a_meeting_to_come_may_lie_ahead(portal: GeneratedPortal) -> None:
    def latest(name: str) -> datetime:
        return max(instant(one["properties"]["hs_timestamp"]) for one in portal.records(name))

    assert latest("tasks") > DEMO_ENDS_AT
    assert latest("meetings") > DEMO_ENDS_AT
    assert latest("calls") <= DEMO_ENDS_AT


def test_owners_are_of_every_kind(portal: GeneratedPortal) -> None:
    owners = portal.records("owners")
    assert [one["id"] for one in owners if one["type"] == "QUEUE"] == ["900"]
    archived = [one for one in owners if one["archived"]]
    assert [one["userId"] for one in archived] == [None]
    teams = {team["name"] for one in owners for team in one.get("teams", ())}
    assert teams == {"SDR Americas", "SDR Europe", "Account Executives", "Marketing"}
