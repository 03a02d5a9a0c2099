"""Search: filters, sorts, totals, and the limits that a reader has to live with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_portal import SEARCH, at, contact, found, where, write_records

from handoff.sandbox.server import RunningSandbox, running_sandbox


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (where("email", "EQ", "PERSON2@buyer.example"), ["102"]),
        (where("numberofemployees", "NEQ", "20"), ["103", "104", "105"]),
        (where("numberofemployees", "GT", "30"), ["104", "105"]),
        (where("numberofemployees", "GTE", "30"), ["103", "104", "105"]),
        (where("numberofemployees", "LT", "30"), ["102"]),
        (where("numberofemployees", "LTE", "30"), ["102", "103"]),
        (where("numberofemployees", "BETWEEN", "25", highValue="45"), ["103", "104"]),
        (where("numberofemployees", "IN", values=["20", "50"]), ["102", "105"]),
        (where("numberofemployees", "NOT_IN", values=["20", "50"]), ["103", "104"]),
        (where("lifecyclestage", "HAS_PROPERTY"), ["101"]),
        (where("lifecyclestage", "NOT_HAS_PROPERTY"), ["102", "103", "104", "105"]),
        (where("email", "CONTAINS_TOKEN", "person3*"), ["103"]),
        (where("hs_object_id", "IN", values=["101", "999"]), ["101"]),
        (where("hs_object_id", "GT", "103"), ["104", "105"]),
    ],
)
def test_each_operator(sandbox: RunningSandbox, condition: dict[str, Any], ids: list[str]) -> None:
    assert found(sandbox, condition) == ids


def test_instants_are_compared_as_epoch_milliseconds(sandbox: RunningSandbox) -> None:
    third = "1767430800000"  # 2026-01-03T09:00:00Z
    modified = "lastmodifieddate"
    assert found(sandbox, where(modified, "GTE", third)) == ["103", "104", "105"]
    assert found(sandbox, where(modified, "GT", third)) == ["104", "105"]
    assert found(sandbox, where(modified, "LT", third)) == ["101", "102"]
    assert found(sandbox, where(modified, "LTE", at(3))) == ["101", "102", "103"]


def test_filters_of_a_group_all_hold_and_groups_add_up(sandbox: RunningSandbox) -> None:
    both = (where("numberofemployees", "GT", "20"), where("numberofemployees", "LT", "50"))
    assert found(sandbox, *both) == ["103", "104"]
    groups = [{"filters": list(both)}, {"filters": [where("hs_object_id", "EQ", "101")]}]
    assert found(sandbox, filterGroups=groups) == ["101", "103", "104"]


def test_results_are_sorted_by_creation_unless_a_sort_is_given(portal: Path) -> None:
    newest_first = [contact(number, day=10 - number) for number in range(1, 4)]
    write_records(portal, "contacts", newest_first)
    with running_sandbox(portal) as sandbox:
        assert found(sandbox) == ["103", "102", "101"]
        by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
        assert found(sandbox, sorts=by_id) == ["101", "102", "103"]
        assert found(sandbox, sorts=["-firstname"]) == ["103", "102", "101"]
        by_change = [{"propertyName": "lastmodifieddate", "direction": "DESCENDING"}]
        assert found(sandbox, sorts=by_change) == ["101", "102", "103"]


def test_archived_records_never_appear(sandbox: RunningSandbox) -> None:
    assert "109" not in found(sandbox)
    sandbox.call("DELETE", "/crm/objects/2026-09/contacts/105")
    assert found(sandbox) == ["101", "102", "103", "104"]


def test_a_total_and_an_integer_after(sandbox: RunningSandbox) -> None:
    page = sandbox.call("POST", SEARCH, {"limit": 2, "properties": ["email"]})
    assert (page["total"], page["paging"]) == (5, {"next": {"after": "2"}})
    last = sandbox.call("POST", SEARCH, {"limit": 2, "after": "4"})
    assert [record["id"] for record in last["results"]] == ["105"]
    assert "paging" not in last


def too_many(groups: int, filters: int) -> dict[str, Any]:
    some = [where("email", "HAS_PROPERTY")] * filters
    return {"filterGroups": [{"filters": some}] * groups}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"limit": 200}, 200),
        ({"limit": 201}, 400),
        ({"limit": 200, "after": "9800"}, 200),
        ({"limit": 200, "after": "9801"}, 400),
        ({"limit": 100, "after": "10000"}, 400),
        (too_many(3, 6), 200),
        (too_many(5, 3), 200),
        (too_many(6, 1), 400),
        (too_many(1, 7), 400),
        (too_many(4, 5), 400),
        ({"properties": ["x" * 2_900]}, 200),
        ({"properties": ["x" * 3_000]}, 400),
        ({"sorts": ["email", "firstname"]}, 400),
        ({"filterGroups": [{"filters": [where("emial", "HAS_PROPERTY")]}]}, 400),
        ({"filterGroups": [{"filters": [where("email", "LIKE", "x")]}]}, 400),
        ({"filterGroups": [{"filters": [where("lastmodifieddate", "GT", "soon")]}]}, 400),
    ],
)
def test_limits(sandbox: RunningSandbox, body: dict[str, Any], status: int) -> None:
    answer = sandbox.ask("POST", SEARCH, json=body)
    assert answer.status_code == status, answer.text
    if status == 400:
        assert answer.json()["category"] == "VALIDATION_ERROR"


def test_more_than_ten_thousand_are_reached_by_walking_the_ids(portal: Path) -> None:
    write_records(portal, "contacts", [contact(n, day=1 + n % 28) for n in range(1, 10_402)])
    by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    with running_sandbox(portal) as sandbox:
        body: dict[str, Any] = {"limit": 200, "sorts": by_id}
        assert sandbox.call("POST", SEARCH, body)["total"] == 10_401
        assert "paging" in sandbox.call("POST", SEARCH, {**body, "after": "9800"})
        assert sandbox.ask("POST", SEARCH, json={**body, "after": "10000"}).status_code == 400
        seen: list[int] = []
        while True:
            last = str(seen[-1]) if seen else "0"
            groups = [{"filters": [where("hs_object_id", "GT", last)]}]
            page = sandbox.call("POST", SEARCH, {**body, "filterGroups": groups})
            seen += [int(record["id"]) for record in page["results"]]
            if page["total"] <= 200:
                break
    assert seen == list(range(101, 10_502))


def test_an_edit_is_found_at_once_unless_the_index_lags(portal: Path) -> None:
    change = {"properties": {"firstname": "Changed"}}
    changed = where("firstname", "EQ", "changed")
    for lag, expected in ((0.0, ["102"]), (3_600.0, [])):
        with running_sandbox(portal, search_lag_seconds=lag) as sandbox:
            assert found(sandbox, changed) == []
            sandbox.call("PATCH", "/crm/objects/2026-09/contacts/102", change)
            assert found(sandbox, changed) == expected
