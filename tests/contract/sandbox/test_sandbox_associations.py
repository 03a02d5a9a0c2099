"""Associations: both sides, both shapes, labels, and edits."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_portal import at, linked, targets, write_records

from handoff.sandbox.server import RunningSandbox, running_sandbox


def test_the_primary_company_is_labelled_and_others_are_not(sandbox: RunningSandbox) -> None:
    plain = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}
    primary = {"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}
    assert linked(sandbox, "contacts", "companies", "101") == {
        "101": [
            {"toObjectId": 201, "associationTypes": [primary, plain]},
            {"toObjectId": 202, "associationTypes": [plain]},
        ]
    }


def test_a_link_named_on_one_side_is_seen_from_the_other(sandbox: RunningSandbox) -> None:
    back = linked(sandbox, "companies", "contacts", "201", "202")
    assert targets(back) == {"201": [101], "202": [101]}
    assert [spec["typeId"] for spec in back["201"][0]["associationTypes"]] == [2, 280]
    assert [spec["typeId"] for spec in back["202"][0]["associationTypes"]] == [280]


def test_records_without_links_are_left_out(sandbox: RunningSandbox) -> None:
    path = "/crm/associations/2026-09/deals/contacts/batch/read"
    body = {"inputs": [{"id": "301"}, {"id": "777"}]}
    answer = sandbox.ask("POST", path, json=body)
    assert answer.status_code == 207
    assert [row["from"]["id"] for row in answer.json()["results"]] == ["301"]
    assert answer.json()["errors"][0]["subCategory"].endswith("NO_ASSOCIATIONS_FOUND")


def test_version_3_names_the_type(sandbox: RunningSandbox) -> None:
    assert linked(sandbox, "deals", "contacts", "301", version="v3") == {
        "301": [{"id": "101", "type": "deal_to_contact"}]
    }
    assert targets(linked(sandbox, "deals", "contacts", "301", version="v4")) == {"301": [101]}


@pytest.mark.parametrize(("count", "status"), [(1000, 207), (1001, 400)])
def test_a_batch_takes_a_thousand_ids(sandbox: RunningSandbox, count: int, status: int) -> None:
    path = "/crm/associations/2026-09/contacts/companies/batch/read"
    body = {"inputs": [{"id": str(n)} for n in range(count)]}
    assert sandbox.ask("POST", path, json=body).status_code == status


def test_a_label_of_the_account_is_user_defined(portal: Path) -> None:
    results = [{"id": "105", "type": "decision_maker"}]
    deal = {"id": "301", "createdAt": at(1), "associations": {"contacts": {"results": results}}}
    write_records(portal, "deals", [deal])
    with running_sandbox(portal) as sandbox:
        ((only,),) = linked(sandbox, "deals", "contacts", "301").values()
    specs = {(spec["category"], spec["label"]) for spec in only["associationTypes"]}
    assert specs == {("USER_DEFINED", "Decision maker"), ("HUBSPOT_DEFINED", None)}


def test_links_to_archived_records_are_not_shown(sandbox: RunningSandbox) -> None:
    sandbox.call("DELETE", "/crm/objects/2026-09/companies/201")
    assert targets(linked(sandbox, "contacts", "companies", "101")) == {"101": [202]}
    assert linked(sandbox, "companies", "contacts", "201") == {}


def test_links_can_be_made_and_removed_without_touching_the_records(
    sandbox: RunningSandbox,
) -> None:
    path = "/crm/associations/2026-09/contacts/deals"
    ends = {"from": {"id": "103"}, "to": {"id": "302"}}
    sandbox.call("POST", f"{path}/batch/associate/default", {"inputs": [ends]})
    assert targets(linked(sandbox, "deals", "contacts", "302")) == {"302": [102, 103]}
    unlink = {"from": {"id": "102"}, "to": [{"id": "302"}]}
    sandbox.call("POST", f"{path}/batch/archive", {"inputs": [unlink]})
    assert targets(linked(sandbox, "deals", "contacts", "302")) == {"302": [103]}
    assert linked(sandbox, "contacts", "deals", "102") == {}
    for record_id, day in (("102", 2), ("103", 3)):
        contact = sandbox.call("GET", f"/crm/objects/2026-09/contacts/{record_id}")
        assert contact["updatedAt"] == at(day)


def test_one_record_s_links_come_in_pages(sandbox: RunningSandbox) -> None:
    path = "/crm/v4/objects/contacts/101/associations/companies"
    page = sandbox.call("GET", path, limit=1)
    rest = sandbox.call("GET", path, limit=1, after=page["paging"]["next"]["after"])
    assert [row["toObjectId"] for row in (*page["results"], *rest["results"])] == [201, 202]
    put = "/crm/v4/objects/contacts/105/associations/default/companies/202"
    sandbox.call("PUT", put)
    assert targets(linked(sandbox, "contacts", "companies", "105")) == {"105": [202]}
    sandbox.call("DELETE", put.replace("/default", ""))
    assert linked(sandbox, "contacts", "companies", "105") == {}


def test_a_link_of_the_default_type_moves_to_the_survivor_of_a_merge(
    sandbox: RunningSandbox,
) -> None:
    task = sandbox.call("POST", "/crm/objects/2026-09/tasks", {"properties": {}})["id"]
    sandbox.call("PUT", f"/crm/v4/objects/tasks/{task}/associations/default/contacts/105")
    merge = {"primaryObjectId": "104", "objectIdToMerge": "105"}
    sandbox.call("POST", "/crm/objects/2026-09/contacts/merge", merge)
    assert targets(linked(sandbox, "tasks", "contacts", task)) == {task: [104]}
