"""The widely used client `simple-salesforce` reads everything: an independent opinion."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from official_client import login
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)
from tiny_org import lead, lead_id, write_sobject

from handoff.sandbox.server import RunningSandbox, running_sandbox


@pytest.fixture
def client(org: RunningSandbox) -> Salesforce:
    return login(org)


def test_it_logs_in_and_knows_the_limits(client: Salesforce) -> None:
    assert client.limits()["DailyApiRequests"]["Max"] == 100_000
    usage = client.api_usage["api-usage"]
    assert (usage.used, usage.total) == (1, 100_000)
    assert "Lead" in {one["name"] for one in client.describe()["sobjects"]}


def test_it_reads_every_page_of_a_query(tmp_path: Path) -> None:
    write_sobject(tmp_path, "Lead", [lead(n % 28 + 1, Id=lead_id(n)) for n in range(1, 451)])
    options = {"page_records": 200}
    with running_sandbox(tmp_path, for_crm={"salesforce": options}) as sandbox:
        found = list(login(sandbox).query_all_iter("SELECT Id, Status FROM Lead ORDER BY Id"))
    assert [record["Id"] for record in found] == [lead_id(n) for n in range(1, 451)]


def test_it_queries_with_deleted_records_and_relationships(client: Salesforce) -> None:
    everything = client.query_all("SELECT Id FROM Lead", include_deleted=True)
    assert (everything["totalSize"], client.query("SELECT COUNT() FROM Lead")["totalSize"]) == (
        6,
        5,
    )
    (user,) = client.query("SELECT UserRole.Name FROM User WHERE Name = 'Ann'")["records"]
    assert user["UserRole"]["Name"] == "SDR"


def test_it_edits_records_one_by_one(client: Salesforce) -> None:
    made = client.Lead.create({"LastName": "New", "Company": "Acme"})
    assert client.Lead.update(made["id"], {"Status": "Working"}) == 204
    assert client.Lead.get(made["id"])["Status"] == "Working"
    assert client.Lead.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Lead.get(made["id"])
    gone = client.Lead.deleted(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC))
    assert [row["id"] for row in gone["deletedRecords"]] == [made["id"]]
    history = client.query(
        f"SELECT Field FROM LeadHistory WHERE LeadId = '{lead_id(1)}'"  # noqa: S608
    )
    assert history["totalSize"] == 0


def test_it_describes(client: Salesforce) -> None:
    fields = {field["name"]: field for field in client.Lead.describe()["fields"]}
    assert fields["OwnerId"]["relationshipName"] == "Owner"
    assert fields["AnnualRevenue"]["type"] == "currency"


def test_it_reads_bulk_jobs_page_by_page(org: RunningSandbox, client: Salesforce) -> None:
    text = "SELECT Id, LastName FROM Lead ORDER BY Id"
    pages = list(client.bulk2.Lead.query(text, max_records=2, wait=0.05))
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page))]
    assert len(pages) == 3
    assert [row["Id"] for row in rows] == [lead_id(n) for n in range(1, 6)]
    assert rows[0]["LastName"] == "O'Neill"
    (whole,) = client.bulk2.Lead.query_all("SELECT Id FROM Lead", wait=0.05)
    assert len(whole.splitlines()) == 7
    assert org.requests[-1].path.endswith("/results")


def test_it_understands_refusals(client: Salesforce) -> None:
    with pytest.raises(SalesforceMalformedRequest) as malformed:
        client.query("SELECT Nme FROM Lead")
    assert malformed.value.content[0]["errorCode"] == "INVALID_FIELD"
    client.session_id = "ended"
    client.headers["Authorization"] = "Bearer ended"
    client._salesforce_login_partial = None
    with pytest.raises(SalesforceExpiredSession):
        client.query("SELECT Id FROM Lead")
