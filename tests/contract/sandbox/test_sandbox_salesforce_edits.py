"""Edits of Salesforce's records: stamps, history, the recycle bin, conversion, merges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_org import (
    ANN,
    BOB,
    DATA,
    ids,
    lead_id,
    play,
    query,
    refused,
    stamp,
)

from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.sandbox.server.salesforce.ids import make_id

LEADS = f"{DATA}/sobjects/Lead"
STAMPS = "CreatedDate, LastModifiedDate, LastModifiedById, SystemModstamp"


def read(org: RunningSandbox, number: int, fields: str = STAMPS) -> dict[str, Any]:
    text = f"SELECT {fields} FROM Lead WHERE Id = '{lead_id(number)}'"  # noqa: S608
    (row,) = query(org, text, "queryAll")
    return row


def history(org: RunningSandbox, number: int) -> list[tuple[Any, ...]]:
    text = "SELECT Field, OldValue, NewValue, CreatedDate, CreatedById FROM LeadHistory"
    rows = query(org, f"{text} WHERE LeadId = '{lead_id(number)}' ORDER BY Id", "queryAll")
    return [(row["Field"], row["OldValue"], row["NewValue"]) for row in rows]


def test_a_created_lead_has_stamps_and_a_first_row_of_history(org: RunningSandbox) -> None:
    body = {"LastName": "New", "Company": "Acme", "Email": "new@buyer.example"}
    made = org.call("POST", LEADS, body, user=ANN, at="2026-01-20T10:00:00.900Z")
    assert made["success"]
    assert made["id"] == lead_id(7)
    at = stamp(20, 10)
    assert read(org, 7) == {
        "CreatedDate": at,
        "LastModifiedDate": at,
        "LastModifiedById": ANN,
        "SystemModstamp": at,
    }
    assert read(org, 7, "Name, OwnerId, IsConverted") == {
        "Name": "New",
        "OwnerId": ANN,
        "IsConverted": False,
    }
    assert history(org, 7) == [("created", None, None)]


def test_an_update_writes_the_history_of_tracked_fields(org: RunningSandbox) -> None:
    body = {"Status": "Working", "OwnerId": BOB, "Title": "Boss", "Use_Case__c": "Reports"}
    org.call("PATCH", f"{LEADS}/{lead_id(1)[:15]}", body, user=BOB, at="2026-01-20T10:00:00Z")
    assert read(org, 1)["SystemModstamp"] == read(org, 1)["LastModifiedDate"] == stamp(20, 10)
    assert history(org, 1) == [
        ("Status", "New", "Working"),
        # A change of owner makes two rows: with names, and with ids.
        ("Owner", "Ann", "Bob"),
        ("Owner", ANN, BOB),
        ("Use_Case__c", None, "Reports"),
    ]
    org.call("PATCH", f"{LEADS}/{lead_id(1)}", {"Status": None, "Title": ""})
    assert read(org, 1, "Status, Title") == {"Status": None, "Title": None}
    # Without an instant of its own, an edit has the sandbox's, in whole seconds.
    assert read(org, 1)["SystemModstamp"] == "2026-02-01T12:00:00.000+0000"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"Nme": "x"}, "INVALID_FIELD"),
        ({"SystemModstamp": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"IsConverted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"NumberOfEmployees": "many"}, "JSON_PARSER_ERROR"),
    ],
)
def test_what_an_update_may_not(org: RunningSandbox, body: dict[str, Any], code: str) -> None:
    assert refused(org, "PATCH", f"{LEADS}/{lead_id(1)}", json=body)[:2] == (400, code)
    assert history(org, 1) == []


def test_what_is_not_there(org: RunningSandbox) -> None:
    missing = make_id("00Q", 999)
    assert refused(org, "GET", f"{LEADS}/{missing}")[:2] == (404, "NOT_FOUND")
    assert refused(org, "PATCH", f"{LEADS}/{missing}", json={})[:2] == (404, "NOT_FOUND")
    assert refused(org, "DELETE", f"{LEADS}/{lead_id(6)}")[:2] == (404, "ENTITY_IS_DELETED")
    assert refused(org, "POST", LEADS, json={"LastName": "x"})[1] == "REQUIRED_FIELD_MISSING"
    assert refused(org, "GET", f"{DATA}/sobjects/Nothing/{missing}")[:2] == (404, "NOT_FOUND")
    assert refused(org, "PUT", LEADS)[:2] == (405, "METHOD_NOT_ALLOWED")


def test_a_deleted_record_goes_to_the_bin_with_what_hangs_on_it(org: RunningSandbox) -> None:
    org.call("DELETE", f"{LEADS}/{lead_id(1)}", at="2026-01-21T10:00:00Z")
    assert ids(org, "Id != null") == [2, 3, 4, 5]
    assert read(org, 1, "IsDeleted, SystemModstamp") == {
        "IsDeleted": True,
        "SystemModstamp": stamp(21, 10),
    }
    tasks = "SELECT IsDeleted FROM Task"
    assert query(org, tasks) == []
    assert query(org, tasks, "queryAll") == [{"IsDeleted": True}] * 2
    span = {"start": "2026-01-21T00:00:00Z", "end": "2026-01-22T00:00:00Z"}
    gone = org.call("GET", f"{LEADS}/deleted/", **span)
    assert gone["deletedRecords"] == [{"id": lead_id(1), "deletedDate": stamp(21, 10)}]
    play(org, "undelete", ids=[lead_id(1)], at="2026-01-21T11:00:00Z")
    assert ids(org, "Id != null") == [1, 2, 3, 4, 5]
    assert read(org, 1)["SystemModstamp"] == stamp(21, 11)
    assert query(org, tasks, "queryAll") == [{"IsDeleted": False}] * 2
    assert org.call("GET", f"{LEADS}/deleted/", **span)["deletedRecords"] == []


def test_a_purge_and_an_erasure_leave_no_trace(org: RunningSandbox) -> None:
    assert play(org, "purge") == {"purged": 1}
    assert ids(org, "Id != null", "queryAll") == [1, 2, 3, 4, 5]
    play(org, "erase", ids=[lead_id(1)])
    assert ids(org, "Id != null", "queryAll") == [2, 3, 4, 5]
    assert query(org, "SELECT Id FROM Task", "queryAll") == []


def test_deleted_and_updated_records_are_listed_for_some_days_back(org: RunningSandbox) -> None:
    early = {"start": "2026-01-10T00:00:00Z", "end": "2026-01-11T00:00:00Z"}
    assert refused(org, "GET", f"{LEADS}/deleted/", params=early)[1] == "INVALID_REPLICATION_DATE"
    wrong = {"start": "2026-01-30T00:00:00Z", "end": "2026-01-29T00:00:00Z"}
    assert refused(org, "GET", f"{LEADS}/updated/", params=wrong)[1] == "INVALID_REPLICATION_DATE"
    span = {"start": "2026-01-04T00:00:00+00:00", "end": "2026-01-06T00:00:00Z"}
    found = org.call("GET", f"{LEADS}/updated/", **span)
    assert found == {
        "ids": [lead_id(4), lead_id(5)],
        "latestDateCovered": "2026-01-06T00:00:00.000+0000",
    }


def test_a_conversion_makes_records_and_moves_what_hung_on_the_lead(org: RunningSandbox) -> None:
    given = {"lead": lead_id(1), "opportunity": {"Amount": 500}}
    made = play(org, "convert", at="2026-01-31T23:30:00Z", **given)
    found = read(
        org, 1, "IsConverted, ConvertedDate, ConvertedContactId, ConvertedOpportunityId, Status"
    )
    assert found == {
        "IsConverted": True,
        # A date in the organization's zone, where it is the next day already.
        "ConvertedDate": "2026-02-01",
        "ConvertedContactId": made["contactId"],
        "ConvertedOpportunityId": made["opportunityId"],
        "Status": "Qualified",
    }
    assert history(org, 1) == [("Status", "New", "Qualified"), ("leadConverted", None, None)]
    (task,) = query(org, "SELECT WhoId, WhatId FROM Task")
    assert task == {"WhoId": made["contactId"], "WhatId": made["opportunityId"]}
    (contact,) = query(org, "SELECT Email, AccountId FROM Contact")
    assert contact == {"Email": "person1@buyer.example", "AccountId": made["accountId"]}
    (stage,) = query(org, "SELECT StageName, Amount, OpportunityId FROM OpportunityHistory")
    assert stage == {
        "StageName": "Prospecting",
        "Amount": 500.0,
        "OpportunityId": made["opportunityId"],
    }
    again = refused(org, "POST", "/_sandbox/salesforce/convert", json={"lead": lead_id(1)})
    assert again[1] == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_deal_keeps_a_snapshot_of_each_stage_and_knows_when_it_is_won(
    org: RunningSandbox,
) -> None:
    deals = f"{DATA}/sobjects/Opportunity"
    body = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-03-01"}
    deal = org.call("POST", deals, body, at="2026-01-10T09:00:00Z")["id"]
    org.call("PATCH", f"{deals}/{deal}", {"StageName": "Closed Won"}, at="2026-01-11T09:00:00Z")
    org.call("PATCH", f"{deals}/{deal}", {"Name": "Other"}, at="2026-01-12T09:00:00Z")
    assert query(org, "SELECT IsClosed, IsWon FROM Opportunity") == [
        {"IsClosed": True, "IsWon": True}
    ]
    stages = query(org, "SELECT StageName, CreatedDate FROM OpportunityHistory ORDER BY Id")
    assert [row["StageName"] for row in stages] == ["Prospecting", "Closed Won"]
    fields = query(org, "SELECT Field, NewValue FROM OpportunityFieldHistory ORDER BY Id")
    assert [row["Field"] for row in fields] == ["created", "StageName"]


def test_a_merge_leaves_the_loser_in_the_bin_naming_its_master(org: RunningSandbox) -> None:
    given = {"sobject": "Lead", "master": lead_id(2), "losers": [lead_id(1)]}
    play(org, "merge", at="2026-01-21T10:00:00Z", **given)
    assert read(org, 1, "IsDeleted, MasterRecordId, SystemModstamp") == {
        "IsDeleted": True,
        "MasterRecordId": lead_id(2),
        "SystemModstamp": stamp(21, 10),
    }
    assert read(org, 2)["SystemModstamp"] == stamp(21, 10)
    assert query(org, "SELECT WhoId FROM Task") == [{"WhoId": lead_id(2)}]
    assert history(org, 2) == [("leadMerged", None, None)]
    deleted = {**given, "losers": [lead_id(6)]}
    answer = refused(org, "POST", "/_sandbox/salesforce/merge", json=deleted)
    assert answer[1] == "ENTITY_IS_DELETED"


def test_changes_that_no_user_makes(org: RunningSandbox) -> None:
    given = {"sobject": "Lead", "ids": [lead_id(1), lead_id(2)]}
    play(org, "system-edit", at="2026-01-21T10:00:00Z", values={"Rating": "Hot"}, **given)
    for number in (1, 2):
        found = read(org, number, f"Rating, {STAMPS}")
        assert (found["Rating"], found["SystemModstamp"]) == ("Hot", stamp(21, 10))
        assert found["LastModifiedDate"] == stamp(number)
    field = {"name": "Score__c", "type": "double", "calculated": True, "label": "Score"}
    play(org, "put-field", sobject="Lead", field=field)
    play(org, "recalculate", values={"Score__c": 7}, **given)
    found = read(org, 1, "Score__c, SystemModstamp")
    assert found == {"Score__c": 7.0, "SystemModstamp": stamp(21, 10)}
    body = {"Score__c": 8}
    written = refused(org, "PATCH", f"{LEADS}/{lead_id(1)}", json=body)
    assert written[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    play(org, "archive", sobject="Task", ids=[make_id("00T", 2)])
    assert query(org, "SELECT Id FROM Task") == []


def test_a_collection_is_written_with_one_stamp(org: RunningSandbox) -> None:
    kind = {"attributes": {"type": "Lead"}}
    records = [{**kind, "id": lead_id(n), "Rating": "Warm"} for n in (1, 2, 6)]
    done = org.call("PATCH", f"{DATA}/composite/sobjects", {"records": records})
    assert [row["success"] for row in done] == [True, True, False]
    assert done[2]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"
    assert read(org, 1)["SystemModstamp"] == read(org, 2)["SystemModstamp"]
    body = {"ids": [lead_id(1), lead_id(6), make_id("00Q", 999)], "fields": ["Rating"]}
    found = org.call("POST", f"{DATA}/composite/sobjects/Lead", body)
    assert [row and row["Rating"] for row in found] == ["Warm", None, None]


def test_descriptions_follow_the_fields(org: RunningSandbox) -> None:
    path = f"{LEADS}/describe"
    answer = org.ask("GET", path)
    fields = {field["name"]: field for field in answer.json()["fields"]}
    assert fields["OwnerId"]["referenceTo"] == ["User"]
    assert (fields["Address"]["type"], fields["City"]["compoundFieldName"]) == (
        "address",
        "Address",
    )
    assert (fields["Use_Case__c"]["custom"], fields["Use_Case__c"]["nillable"]) == (True, True)
    assert fields["Id"]["nillable"] is False
    since = {"if-modified-since": answer.headers["last-modified"]}
    assert org.ask("GET", path, headers=since).status_code == 304
    play(org, "put-field", sobject="Lead", field={"name": "Use_Case__c", "type": "double"})
    play(org, "drop-field", sobject="Lead", name="Rating")
    changed = {field["name"]: field for field in org.call("GET", path)["fields"]}
    assert changed["Use_Case__c"]["type"] == "double"
    assert set(fields) - set(changed) == {"Rating"}
    assert refused(org, "GET", f"{DATA}/query", params={"q": "SELECT Rating FROM Lead"})[0] == 400
    names = {row["name"] for row in org.call("GET", f"{DATA}/sobjects")["sobjects"]}
    assert {"Lead", "OpportunityFieldHistory", "User"} <= names


def test_a_description_can_come_from_the_portal(org_portal: Path) -> None:
    described = b'{"Lead": [{"name": "Tier__c", "type": "picklist", "label": "Tier"}]}'
    (org_portal / "salesforce" / "describe.json").write_bytes(described)
    with running_sandbox(org_portal) as sandbox:
        fields = sandbox.call("GET", f"{LEADS}/describe")["fields"]
        (tier,) = [field for field in fields if field["name"] == "Tier__c"]
        assert (tier["type"], tier["label"], tier["custom"]) == ("picklist", "Tier", True)
        assert ids(sandbox, "Tier__c = null") == [1, 2, 3, 4, 5]
