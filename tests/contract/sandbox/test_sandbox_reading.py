"""Lists, single records and batches, as CRM_APIS calls them: pages, properties, history."""

from __future__ import annotations

import pytest
from tiny_portal import at

from handoff.sandbox.server import RunningSandbox

CONTACTS = "/crm/objects/2026-09/contacts"


def test_pages_lead_through_every_live_record_in_the_order_of_ids(
    sandbox: RunningSandbox,
) -> None:
    seen: list[str] = []
    after = None
    for _ in range(3):
        query = {"limit": 2, **({"after": after} if after else {})}
        page = sandbox.call("GET", CONTACTS, **query)
        seen += [record["id"] for record in page["results"]]
        after = page.get("paging", {}).get("next", {}).get("after")
    assert seen == ["101", "102", "103", "104", "105"]
    assert after is None


def test_a_page_holds_ten_records_unless_it_is_asked_for_more(sandbox: RunningSandbox) -> None:
    for number in range(10):
        sandbox.call("POST", CONTACTS, {"properties": {"email": f"new{number}@buyer.example"}})
    assert len(sandbox.call("GET", CONTACTS)["results"]) == 10
    assert len(sandbox.call("GET", CONTACTS, limit=100)["results"]) == 15


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"limit": 100}, 200),
        ({"limit": 101}, 400),
        ({"limit": 50, "propertiesWithHistory": "lifecyclestage"}, 200),
        ({"limit": 51, "propertiesWithHistory": "lifecyclestage"}, 400),
        ({"limit": "many"}, 400),
        ({"after": "x"}, 400),
    ],
)
def test_the_page_size_has_a_limit_and_history_halves_it(
    sandbox: RunningSandbox, query: dict[str, str | int], status: int
) -> None:
    assert sandbox.ask("GET", CONTACTS, params=query).status_code == status


def test_unknown_properties_are_ignored_and_known_empty_ones_are_null(
    sandbox: RunningSandbox,
) -> None:
    page = sandbox.call("GET", CONTACTS, limit=1, properties="jobtitle,emial,email")
    assert page["results"][0]["properties"] == {
        "createdate": at(1),
        "email": "person1@buyer.example",
        "hs_object_id": "101",
        "jobtitle": None,
        "lastmodifieddate": at(1),
    }


def test_without_properties_the_defaults_come(sandbox: RunningSandbox) -> None:
    (first,) = sandbox.call("GET", CONTACTS, limit=1)["results"]
    assert set(first["properties"]) == {
        "createdate",
        "email",
        "firstname",
        "hs_object_id",
        "lastmodifieddate",
        "lastname",
    }


def test_every_value_is_text(sandbox: RunningSandbox) -> None:
    deal = sandbox.call("GET", "/crm/objects/2026-09/deals/301", properties="amount")
    assert deal["properties"]["amount"] == "10"
    assert deal["properties"]["hs_lastmodifieddate"] == at(6)


def test_history_comes_beside_the_current_value(sandbox: RunningSandbox) -> None:
    contact = sandbox.call("GET", f"{CONTACTS}/101", propertiesWithHistory="lifecyclestage,nope")
    assert contact["properties"]["lifecyclestage"] == "marketingqualifiedlead"
    assert [entry["value"] for entry in contact["propertiesWithHistory"]["lifecyclestage"]] == [
        "marketingqualifiedlead",
        "lead",
    ]
    assert contact["propertiesWithHistory"]["lifecyclestage"][0]["updatedByUserId"] == 50
    assert set(contact["propertiesWithHistory"]) == {"lifecyclestage"}


def test_archived_records_have_a_list_of_their_own(sandbox: RunningSandbox) -> None:
    (only,) = sandbox.call("GET", CONTACTS, archived="true")["results"]
    assert (only["id"], only["archived"], only["archivedAt"]) == ("109", True, at(20))
    assert sandbox.ask("GET", f"{CONTACTS}/109").status_code == 404
    assert sandbox.call("GET", f"{CONTACTS}/109", archived="true")["id"] == "109"


def test_a_list_names_linked_records(sandbox: RunningSandbox) -> None:
    first, second = sandbox.call("GET", CONTACTS, limit=2, associations="companies,deals")[
        "results"
    ]
    assert first["associations"]["companies"]["results"] == [
        {"id": "201", "type": "contact_to_company"},
        {"id": "201", "type": "contact_to_company_unlabeled"},
        {"id": "202", "type": "contact_to_company_unlabeled"},
    ]
    assert second["associations"] == {
        "deals": {"results": [{"id": "302", "type": "contact_to_deal"}]}
    }


def test_a_batch_names_the_ids_it_did_not_find(sandbox: RunningSandbox) -> None:
    body = {"inputs": [{"id": "102"}, {"id": "999"}, {"id": "109"}], "properties": ["email"]}
    answer = sandbox.ask("POST", f"{CONTACTS}/batch/read", json=body)
    assert answer.status_code == 207
    assert [record["id"] for record in answer.json()["results"]] == ["102"]
    assert answer.json()["errors"][0]["context"]["ids"] == ["999", "109"]
    body["inputs"] = [{"id": "102"}, {"id": "103"}]
    assert sandbox.ask("POST", f"{CONTACTS}/batch/read", json=body).status_code == 200


def test_a_batch_can_go_by_another_property(sandbox: RunningSandbox) -> None:
    body = {"inputs": [{"id": "Person3@buyer.example"}], "idProperty": "email"}
    found = sandbox.call("POST", f"{CONTACTS}/batch/read", body)
    assert [record["id"] for record in found["results"]] == ["103"]


@pytest.mark.parametrize(
    ("count", "more", "status"),
    [
        (100, {}, 207),
        (101, {}, 400),
        (50, {"propertiesWithHistory": ["lifecyclestage"]}, 207),
        (51, {"propertiesWithHistory": ["lifecyclestage"]}, 400),
    ],
)
def test_a_batch_has_a_limit_and_history_halves_it(
    sandbox: RunningSandbox, count: int, more: dict[str, list[str]], status: int
) -> None:
    body = {"inputs": [{"id": str(101 + number)} for number in range(count)], **more}
    assert sandbox.ask("POST", f"{CONTACTS}/batch/read", json=body).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v3/objects/contacts",
        "/crm/objects/2026-03/contacts",
        "/crm/objects/2026-09/0-1",
        "/crm/v3/owners/",
        "/crm/owners/2026-09",
        "/crm/v3/pipelines/deals",
        "/crm/pipelines/2026-09/deals",
        "/crm/v3/properties/contacts",
        "/crm/properties/2026-09/contacts",
        "/crm/v4/objects/contacts/101/associations/companies",
        "/marketing/v3/campaigns",
        "/marketing/campaigns/2026-09",
        "/marketing/v3/forms",
        "/form-integrations/v1/submissions/forms/f-1",
    ],
)
def test_each_family_of_paths_answers(sandbox: RunningSandbox, path: str) -> None:
    assert sandbox.call("GET", path)["results"]


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v4/objects/contacts",
        "/crm/v3/contacts",
        "/crm/objects/2025-01/contacts",
        "/crm/objects/contacts",
        "/marketing/forms/2026-09",
        "/form-integrations/2026-09/submissions/forms/f-1",
        "/form-integrations/v1/submissions/forms/unknown",
    ],
)
def test_paths_that_hubspot_has_not_are_not_found(sandbox: RunningSandbox, path: str) -> None:
    assert sandbox.ask("GET", path).status_code == 404


def test_owners_who_left_come_only_when_asked_for(sandbox: RunningSandbox) -> None:
    path = "/crm/owners/2026-09"
    assert [owner["id"] for owner in sandbox.call("GET", path)["results"]] == ["7"]
    gone = sandbox.call("GET", path, archived="true")["results"]
    assert [owner["id"] for owner in gone] == ["8"]
    assert sandbox.call("GET", f"{path}/50", idProperty="userId")["id"] == "7"


def test_definitions_come_without_the_object_that_the_file_names(
    sandbox: RunningSandbox,
) -> None:
    (stage,) = sandbox.call("GET", "/crm/properties/2026-09/deals")["results"]
    assert stage["name"] == "dealstage"
    assert "objectType" not in stage
    (pipeline,) = sandbox.call("GET", "/crm/pipelines/2026-09/deals")["results"]
    assert pipeline["stages"][0]["id"] == "closedwon"
    assert "objectType" not in pipeline


def test_campaigns_show_only_the_properties_that_are_named(sandbox: RunningSandbox) -> None:
    path = "/marketing/campaigns/2026-09"
    page = sandbox.call("GET", path, limit=2)
    assert (page["total"], page["results"][0]["properties"]) == (3, {})
    rest = sandbox.call("GET", path, limit=2, after=page["paging"]["next"]["after"])
    assert [row["id"] for row in rest["results"]] == ["c-3"]
    assert "paging" not in rest
    named = sandbox.call("GET", path, properties="hs_name")["results"]
    assert named[0]["properties"] == {"hs_name": "Campaign 1"}


def test_submissions_come_newest_first_in_pages_of_at_most_fifty(
    sandbox: RunningSandbox,
) -> None:
    path = "/form-integrations/v1/submissions/forms/f-1"
    assert len(sandbox.call("GET", path)["results"]) == 20
    page = sandbox.call("GET", path, limit=50)
    rest = sandbox.call("GET", path, limit=50, after=page["paging"]["next"]["after"])
    together = [row["submittedAt"] for row in (*page["results"], *rest["results"])]
    assert together == list(range(60, 0, -1))
    assert "formGuid" not in page["results"][0]
    assert sandbox.ask("GET", path, params={"limit": 51}).status_code == 400


def test_an_unknown_object_is_refused_and_an_absent_file_is_empty(
    sandbox: RunningSandbox,
) -> None:
    answer = sandbox.ask("GET", "/crm/objects/2026-09/spaceships")
    assert (answer.status_code, answer.json()["status"]) == (400, "error")
    assert sandbox.call("GET", "/crm/objects/2026-09/notes") == {"results": []}
