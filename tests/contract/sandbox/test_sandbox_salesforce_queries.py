"""Queries of Salesforce's REST API: what they find, how pages follow, how they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_org import ACME, ANN, BOB, DATA, ids, lead, lead_id, query, refused, stamp, write_sobject

from handoff.sandbox.server import RunningSandbox, running_sandbox


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Status = 'new'", [1, 4, 5]),
        ("Status != 'New'", [2, 3]),
        ("Status = null", [3]),
        ("Status != null", [1, 2, 4, 5]),
        ("Status IN ('NEW', 'Working') AND Id != null", [1, 2, 4, 5]),
        ("Status NOT IN ('New')", [2, 3]),
        ("LastName = 'O\\'Neill'", [1]),
        ("Use_Case__c LIKE '50\\% off\\_%'", [3]),
        ("Use_Case__c LIKE '%peak'", [3]),
        ("Use_Case__c LIKE '50_off%'", []),
        ("AnnualRevenue >= 0.5", [2, 3]),
        ("AnnualRevenue > 0.5", [2]),
        ("AnnualRevenue < 1", [3]),
        ("NumberOfEmployees = 40", [2]),
        ("SystemModstamp >= 2026-01-05T09:00:00Z", [4, 5]),
        ("SystemModstamp > 2026-01-05T08:59:59.999Z", [4, 5]),
        ("SystemModstamp > 2026-01-05T10:00:00+01:00", []),
        ("CreatedDate < 2026-01-02T00:00:00.000Z", [1]),
        ("IsConverted = false AND (Status = 'Working' OR Status = null)", [2, 3]),
        ("NOT (Status = 'New')", [2, 3]),
        ("Owner.Name = 'ann' AND CreatedBy.UserType = 'Standard'", [1, 2, 3, 4, 5]),
        ("NumberOfEmployees = null AND Status = 'Working'", []),
    ],
)
def test_conditions(org: RunningSandbox, where: str, found: list[int]) -> None:
    assert ids(org, where) == found


def test_ids_compare_by_case_and_in_both_lengths(org: RunningSandbox) -> None:
    assert ids(org, f"Id = '{lead_id(2)[:15]}'") == [2]
    assert ids(org, f"Id IN ('{lead_id(2)[:15]}', '{lead_id(3)}')") == [2, 3]
    assert ids(org, f"Id > '{lead_id(3)}'") == [4, 5]
    assert ids(org, f"Id = '{lead_id(2).lower()[:15]}'") == []


def test_deleted_and_archived_records_are_seen_by_query_all_alone(org: RunningSandbox) -> None:
    assert ids(org, "Id != null") == [1, 2, 3, 4, 5]
    assert ids(org, "Id != null", "queryAll") == [1, 2, 3, 4, 5, 6]
    assert ids(org, "IsDeleted = true") == []
    tasks = "SELECT Id, IsArchived FROM Task"
    assert [row["IsArchived"] for row in query(org, tasks)] == [False]
    assert [row["IsArchived"] for row in query(org, tasks, "queryAll")] == [True, False]


def test_values_are_written_as_rest_writes_them(org: RunningSandbox) -> None:
    text = "select id, lastname, annualrevenue, isconverted, createddate from LEAD where id = '{}'"
    answer = org.ask("GET", f"{DATA}/query", params={"q": text.format(lead_id(2))})
    assert b'"AnnualRevenue":1.25E7' in answer.content
    (record,) = answer.json()["records"]
    assert record == {
        "attributes": {"type": "Lead", "url": f"{DATA}/sobjects/Lead/{lead_id(2)}"},
        "Id": lead_id(2),
        "LastName": "Surname 2",
        "AnnualRevenue": 12_500_000.0,
        "IsConverted": False,
        "CreatedDate": stamp(2),
    }
    assert answer.headers["sforce-limit-info"] == "api-usage=1/100000"


def test_related_records_are_objects_within(org: RunningSandbox) -> None:
    (first, *_) = query(org, "SELECT Name, UserRole.Name, Id FROM User ORDER BY Name")
    assert first == {"Name": "Ann", "UserRole": {"Name": "SDR"}, "Id": ANN}
    (integration,) = query(org, "SELECT UserRole.Name FROM User WHERE Name = 'Integration'")
    assert integration == {"UserRole": None}
    (account,) = query(org, "SELECT Owner.Name, BillingAddress FROM Account")
    assert account["Owner"] == {"Name": "Bob"}
    assert account["BillingAddress"]["city"] == "Ulm"
    of_bob = f"SELECT Id FROM Account WHERE OwnerId = '{BOB}'"  # noqa: S608
    assert query(org, of_bob) == [{"Id": ACME}]


def test_orders_and_counts(org: RunningSandbox) -> None:
    def order(by: str) -> list[str | None]:
        found = query(org, f"SELECT Status FROM Lead ORDER BY {by}")  # noqa: S608
        return [row["Status"] for row in found]

    assert order("Status, Id")[0] is None
    assert order("Status DESC NULLS LAST, Id") == ["Working", "New", "New", "New", None]
    assert order("Status ASC NULLS FIRST LIMIT 2") == [None, "New"]
    assert order("Id LIMIT 2 OFFSET 1") == ["Working", None]
    counted = org.call("GET", f"{DATA}/query", q="SELECT COUNT() FROM Lead WHERE Status = 'New'")
    assert counted == {"totalSize": 3, "done": True, "records": []}
    span = "SELECT MIN(SystemModstamp), MAX(SystemModstamp) latest, COUNT(Status) FROM Lead"
    assert query(org, span) == [{"expr0": stamp(1), "latest": stamp(5), "expr2": 4}]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT FROM Lead", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id FROM Lead WHERE Status = New", "MALFORMED_QUERY", "unexpected token: 'New'"),
        ("SELECT Id FROM Lead WHERE Status = 'New", "MALFORMED_QUERY", 'unexpected token: "\'"'),
        (
            "SELECT Id FROM Lead WHERE Status = 'a' AND Status = 'b' OR Id = null",
            "MALFORMED_QUERY",
            "ERROR at Row:1:Column:57",
        ),
        ("SELECT Nme FROM Lead", "INVALID_FIELD", "No such column 'Nme' on entity 'Lead'"),
        ("SELECT Owner.Nme FROM Lead", "INVALID_FIELD", "No such column 'Nme' on entity 'User'"),
        ("SELECT Boss.Name FROM Lead", "INVALID_FIELD", "understand relationship 'Boss'"),
        ("SELECT Id, id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"),
        ("SELECT Id FROM Leed", "INVALID_TYPE", "sObject type 'Leed' is not supported"),
        (
            "SELECT Id FROM Lead WHERE SystemModstamp > '2026-01-01'",
            "INVALID_FIELD",
            "must be of type dateTime and should not be enclosed in quotes",
        ),
        ("SELECT Id FROM Lead WHERE Status = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        (
            "SELECT Id FROM Lead WHERE Description = 'x'",
            "INVALID_FIELD",
            "can not be filtered in a query call",
        ),
        ("SELECT Id FROM LeadHistory WHERE NewValue = 'x'", "INVALID_FIELD", "can not be filtered"),
    ],
)
def test_refusals(org: RunningSandbox, text: str, code: str, message: str) -> None:
    status, found, said = refused(org, "GET", f"{DATA}/query", params={"q": text})
    assert (status, found) == (400, code)
    assert message.replace('"', "") in said


def test_pages_follow_each_other_and_records_are_read_as_they_are_then(
    tmp_path: Path,
) -> None:
    many = tmp_path / "many"
    write_sobject(many, "Lead", [lead(n % 28 + 1, Id=lead_id(n)) for n in range(1, 451)])
    with running_sandbox(many) as sandbox:
        given = {"params": {"q": "SELECT Id, Status FROM Lead ORDER BY Id"}}
        sizes = {"sforce-query-options": "batchSize=200"}
        first = sandbox.ask("GET", f"{DATA}/query", headers=sizes, **given).json()
        assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
        sandbox.call("PATCH", f"{DATA}/sobjects/Lead/{lead_id(250)}", {"Status": "Changed"})
        play_path = "/_sandbox/salesforce/erase"
        sandbox.call("POST", play_path, {"ids": [lead_id(251)]})
        second = sandbox.call("GET", first["nextRecordsUrl"])
        assert len(second["records"]) == 199
        statuses = {row["Id"]: row["Status"] for row in second["records"]}
        assert statuses[lead_id(250)] == "Changed"
        last = sandbox.call("GET", second["nextRecordsUrl"])
        assert (last["done"], len(last["records"])) == (True, 50)
        assert "nextRecordsUrl" not in last
        # A cursor can be read again, until it expires.
        assert sandbox.call("GET", second["nextRecordsUrl"]) == last
        sandbox.call("POST", "/_sandbox/salesforce/expire", {"what": "locators"})
        gone = refused(sandbox, "GET", second["nextRecordsUrl"])
        assert gone == (400, "INVALID_QUERY_LOCATOR", "invalid query locator")


def test_a_user_has_so_many_cursors_and_each_so_many_pages(tmp_path: Path) -> None:
    write_sobject(tmp_path, "Lead", [lead(n % 28 + 1, Id=lead_id(n)) for n in range(1, 451)])
    options = {"locators_most": 2, "page_records": 200, "locator_requests": 1}
    with running_sandbox(tmp_path, for_crm={"salesforce": options}) as sandbox:
        oldest, second, third = (
            sandbox.call("GET", f"{DATA}/query", q="SELECT Id FROM Lead")["nextRecordsUrl"]
            for _ in range(3)
        )
        assert refused(sandbox, "GET", oldest)[1] == "INVALID_QUERY_LOCATOR"
        assert len(sandbox.call("GET", second)["records"]) == 200
        assert refused(sandbox, "GET", second)[1] == "INVALID_QUERY_LOCATOR"
        assert len(sandbox.call("GET", third)["records"]) == 200


def test_objects_and_fields_can_be_hidden(org_portal: Path) -> None:
    options = {"hidden_objects": ["LeadHistory"], "hidden_fields": {"Lead": ["Status"]}}
    given = {"for_crm": {"salesforce": options}, "missing_scopes": {"Task"}}
    with running_sandbox(org_portal, **given) as sandbox:
        for name in ("LeadHistory", "Task", "CampaignInfluence"):
            text = {"q": f"SELECT Id FROM {name}"}  # noqa: S608
            assert refused(sandbox, "GET", f"{DATA}/query", params=text)[1] == "INVALID_TYPE"
            answer = refused(sandbox, "GET", f"{DATA}/sobjects/{name}/describe")
            assert answer[:2] == (404, "NOT_FOUND")
        text = {"q": "SELECT Status FROM Lead"}
        assert refused(sandbox, "GET", f"{DATA}/query", params=text)[1] == "INVALID_FIELD"
        described = sandbox.call("GET", f"{DATA}/sobjects/Lead/describe")["fields"]
        assert "Status" not in {field["name"] for field in described}


def test_a_query_of_too_many_rows_times_out(org_portal: Path) -> None:
    with running_sandbox(org_portal, for_crm={"salesforce": {"query_rows_most": 3}}) as sandbox:
        text = {"q": "SELECT Id FROM Lead"}
        assert refused(sandbox, "GET", f"{DATA}/query", params=text)[1] == "QUERY_TIMEOUT"
        assert ids(sandbox, "Status = 'New'") == [1, 4, 5]
