"""Edits between two reads: what they leave in histories, instants, lists and links."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tiny_portal import at, found, linked, targets, where

from handoff.sandbox.server import RunningSandbox, running_sandbox

CONTACTS = "/crm/objects/2026-09/contacts"


def test_an_update_writes_history_and_moves_the_last_change(portal: Path) -> None:
    now = datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
    with running_sandbox(portal, now=now) as sandbox:
        sandbox.call(
            "PATCH",
            f"{CONTACTS}/101",
            {"properties": {"lifecyclestage": "opportunity", "firstname": "Person 1"}},
            source="CRM_UI",
            user=50,
        )
        contact = sandbox.call(
            "GET", f"{CONTACTS}/101", propertiesWithHistory="lifecyclestage,firstname"
        )
        changed = found(sandbox, where("lastmodifieddate", "GTE", "2026-02-01T00:00:00Z"))
    instant = "2026-02-01T08:30:00.000Z"
    assert contact["propertiesWithHistory"]["lifecyclestage"][0] == {
        "value": "opportunity",
        "timestamp": instant,
        "sourceType": "CRM_UI",
        "sourceId": "userId:50",
        "updatedByUserId": 50,
    }
    assert len(contact["propertiesWithHistory"]["lifecyclestage"]) == 3
    assert contact["propertiesWithHistory"]["firstname"] == []
    assert contact["updatedAt"] == contact["properties"]["lastmodifieddate"] == instant
    assert changed == ["101"]


def test_an_edit_never_stands_before_the_last_one(portal: Path) -> None:
    with running_sandbox(portal, now=datetime(2020, 1, 1, tzinfo=UTC)) as sandbox:
        for name in ("One", "Two"):
            sandbox.call("PATCH", f"{CONTACTS}/105", {"properties": {"firstname": name}})
        contact = sandbox.call("GET", f"{CONTACTS}/105", propertiesWithHistory="firstname")
    assert [entry["value"] for entry in contact["propertiesWithHistory"]["firstname"]] == [
        "Two",
        "One",
    ]
    assert contact["updatedAt"] == "2026-01-05T09:00:00.002Z"


def test_an_edit_can_be_dated(sandbox: RunningSandbox) -> None:
    sandbox.call("PATCH", f"{CONTACTS}/104", {"properties": {"firstname": "X"}}, at=at(25))
    assert sandbox.call("GET", f"{CONTACTS}/104")["updatedAt"] == at(25)


def test_a_new_record_is_listed_linked_and_found(sandbox: RunningSandbox) -> None:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}]
    task = sandbox.call(
        "POST",
        "/crm/objects/2026-09/tasks",
        {"properties": {}, "associations": [{"to": {"id": "103"}, "types": types}]},
    )
    assert targets(linked(sandbox, "contacts", "tasks", "103")) == {"103": [int(task["id"])]}
    made = sandbox.call("POST", CONTACTS, {"properties": {"email": "new@buyer.example"}})
    listed = sandbox.call("GET", CONTACTS, limit=100)["results"]
    assert made["id"] == listed[-1]["id"] == "110"
    assert found(sandbox, where("email", "EQ", "new@buyer.example")) == ["110"]


def test_what_hubspot_does_not_take_is_refused_and_changes_nothing(
    sandbox: RunningSandbox,
) -> None:
    before = sandbox.call("GET", f"{CONTACTS}/102")
    cases = [
        ("PATCH", f"{CONTACTS}/102", {"properties": {"emial": "x", "firstname": "Y"}}, 400),
        ("PATCH", f"{CONTACTS}/102", {"properties": {"hs_object_id": "1"}}, 400),
        ("PATCH", f"{CONTACTS}/109", {"properties": {"firstname": "Y"}}, 404),
        ("POST", CONTACTS, {"properties": {"email": "PERSON2@buyer.example"}}, 409),
        ("POST", CONTACTS, {}, 400),
    ]
    for method, path, body, status in cases:
        assert sandbox.ask(method, path, json=body).status_code == status
    answer = sandbox.ask("PATCH", f"{CONTACTS}/102", json=cases[0][2])
    assert answer.json()["errors"][0]["code"] == "PROPERTY_DOESNT_EXIST"
    assert sandbox.call("GET", f"{CONTACTS}/102") == before
    assert len(sandbox.call("GET", CONTACTS)["results"]) == 5


def test_batches_create_update_and_archive(sandbox: RunningSandbox) -> None:
    made = sandbox.call(
        "POST",
        f"{CONTACTS}/batch/create",
        {"inputs": [{"properties": {"email": f"b{n}@buyer.example"}} for n in (1, 2)]},
    )
    ids = [record["id"] for record in made["results"]]
    body = {"inputs": [{"id": i, "properties": {"firstname": "B"}} for i in (*ids, "999")]}
    answer = sandbox.ask("POST", f"{CONTACTS}/batch/update", json=body)
    assert answer.status_code == 207
    assert [record["id"] for record in answer.json()["results"]] == ids
    assert found(sandbox, where("firstname", "EQ", "B")) == ids
    sandbox.call("POST", f"{CONTACTS}/batch/archive", {"inputs": [{"id": ids[0]}]})
    archived = sandbox.call("GET", CONTACTS, archived="true")["results"]
    assert [record["id"] for record in archived] == ["109", ids[0]]


def test_a_merge_leaves_one_record_with_both_histories(sandbox: RunningSandbox) -> None:
    sandbox.call(
        "PATCH",
        f"{CONTACTS}/102",
        {"properties": {"lifecyclestage": "customer", "jobtitle": "Head of Sales"}},
        at=at(15),
    )
    merge = {"primaryObjectId": "101", "objectIdToMerge": "102"}
    sandbox.call("POST", f"{CONTACTS}/merge", merge, at=at(26))
    survivor = sandbox.call(
        "GET",
        f"{CONTACTS}/101",
        properties="hs_merged_object_ids,jobtitle,email,hs_additional_emails",
        propertiesWithHistory="lifecyclestage",
    )
    values = survivor["properties"]
    assert values["hs_merged_object_ids"] == "102"
    assert values["lifecyclestage"] == "marketingqualifiedlead"
    assert (values["jobtitle"], values["email"]) == ("Head of Sales", "person1@buyer.example")
    assert values["hs_additional_emails"] == "person2@buyer.example"
    told = survivor["propertiesWithHistory"]["lifecyclestage"]
    assert [entry["value"] for entry in told] == ["customer", "marketingqualifiedlead", "lead"]
    assert survivor["updatedAt"] == at(26)
    # The loser is in neither list, in no search, in no batch; a read by its id finds the survivor.
    for archived in ("false", "true"):
        listed = sandbox.call("GET", CONTACTS, limit=100, archived=archived)["results"]
        assert "102" not in [record["id"] for record in listed]
    assert found(sandbox, where("hs_object_id", "EQ", "102")) == []
    body = {"inputs": [{"id": "102"}]}
    assert sandbox.call("POST", f"{CONTACTS}/batch/read", body)["results"] == []
    assert sandbox.call("GET", f"{CONTACTS}/102")["id"] == "101"
    assert targets(linked(sandbox, "deals", "contacts", "301", "302")) == {
        "301": [101],
        "302": [101],
    }


def test_merges_in_a_chain_name_every_record(sandbox: RunningSandbox) -> None:
    for primary, loser in (("102", "103"), ("104", "102")):
        body = {"primaryObjectId": primary, "objectIdToMerge": loser}
        sandbox.call("POST", f"{CONTACTS}/merge", body)
    survivor = sandbox.call("GET", f"{CONTACTS}/103", properties="hs_merged_object_ids")
    assert (survivor["id"], survivor["properties"]["hs_merged_object_ids"]) == ("104", "102;103")


def test_the_survivor_may_get_a_new_id(portal: Path) -> None:
    with running_sandbox(portal, merge_makes_new_id={"companies"}) as sandbox:
        body = {"primaryObjectId": "201", "objectIdToMerge": "202"}
        survivor = sandbox.call("POST", "/crm/objects/2026-09/companies/merge", body)
        listed = sandbox.call("GET", "/crm/objects/2026-09/companies")["results"]
        links = targets(linked(sandbox, "contacts", "companies", "101"))
    assert [record["id"] for record in listed] == [survivor["id"]] == ["203"]
    assert survivor["properties"]["hs_merged_object_ids"] == "201;202"
    assert links == {"101": [203]}


def test_an_erased_contact_leaves_no_trace(sandbox: RunningSandbox) -> None:
    body = {"objectId": "person1@buyer.example", "idProperty": "email"}
    sandbox.call("POST", f"{CONTACTS}/gdpr-delete", body)
    for archived in ("false", "true"):
        listed = sandbox.call("GET", CONTACTS, limit=100, archived=archived)["results"]
        assert "101" not in [record["id"] for record in listed]
    assert sandbox.ask("GET", f"{CONTACTS}/101").status_code == 404
    assert linked(sandbox, "deals", "contacts", "301") == {}
