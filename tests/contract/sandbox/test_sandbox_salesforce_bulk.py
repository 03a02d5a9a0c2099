"""Bulk API 2.0 query jobs: their states, their pages, their CSV, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_org import DATA, bulk_rows, lead, lead_id, refused, write_sobject

from handoff.sandbox.server import RunningSandbox, running_sandbox

JOBS = f"{DATA}/jobs/query"


def start(sandbox: RunningSandbox, text: str, **more: str) -> str:
    """Make a job; its path."""
    made = sandbox.call("POST", JOBS, {"operation": "query", "query": text, **more})
    return f"{JOBS}/{made['id']}"


def test_a_job_takes_a_few_looks_to_be_complete(org_portal: Path) -> None:
    with running_sandbox(org_portal, for_crm={"salesforce": {"bulk_polls": 3}}) as sandbox:
        made = sandbox.call("POST", JOBS, {"operation": "query", "query": "SELECT Id FROM Lead"})
        assert (made["state"], made["object"], made["apiVersion"]) == ("UploadComplete", "Lead", 66)
        path = f"{JOBS}/{made['id']}"
        assert refused(sandbox, "GET", f"{path}/results")[1] == "INVALIDJOBSTATE"
        states = [sandbox.call("GET", path)["state"] for _ in range(4)]
        assert states == ["InProgress", "InProgress", "JobComplete", "JobComplete"]
        assert sandbox.call("GET", path)["numberRecordsProcessed"] == 5
        assert [job["id"] for job in sandbox.call("GET", JOBS)["records"]] == [made["id"]]


def test_results_come_in_pages_whose_locators_can_be_read_again(org: RunningSandbox) -> None:
    path = start(org, "SELECT Id FROM Lead ORDER BY Id")
    org.call("GET", path)
    asked = {"maxRecords": 2}
    first = org.ask("GET", f"{path}/results", params=asked)
    assert first.headers["content-type"].startswith("text/csv")
    assert first.headers["sforce-numberofrecords"] == "2"
    assert first.text == f'"Id"\n"{lead_id(1)}"\n"{lead_id(2)}"\n'
    org.call("DELETE", f"{DATA}/sobjects/Lead/{lead_id(3)}")
    locator = first.headers["sforce-locator"]
    second = org.ask("GET", f"{path}/results", params={**asked, "locator": locator})
    # A job's results are those of the moment it ran.
    assert second.text == f'"Id"\n"{lead_id(3)}"\n"{lead_id(4)}"\n'
    assert (
        org.ask("GET", f"{path}/results", params={**asked, "locator": locator}).text == second.text
    )
    locator = second.headers["sforce-locator"]
    last = org.ask("GET", f"{path}/results", params={**asked, "locator": locator})
    assert (last.headers["sforce-locator"], last.headers["sforce-numberofrecords"]) == ("null", "1")


def test_csv_is_written_as_salesforce_writes_it(org: RunningSandbox) -> None:
    hostile = 'Quote " comma , line\nbreak #N/A'
    org.call("PATCH", f"{DATA}/sobjects/Lead/{lead_id(2)}", {"Company": hostile})
    text = "select id, company, annualrevenue, isconverted, use_case__c, createddate, owner.name"
    text += f" from lead where id = '{lead_id(2)}'"
    path = start(org, text, lineEnding="CRLF", columnDelimiter="PIPE")
    org.call("GET", path)
    header, row = org.ask("GET", f"{path}/results").text.split("\r\n", 1)
    assert header == (
        '"Id"|"Company"|"AnnualRevenue"|"IsConverted"|"Use_Case__c"|"CreatedDate"|"Owner.Name"'
    )
    assert row == (
        f'"{lead_id(2)}"|"Quote "" comma , line\nbreak #N/A"|"1.25E7"|"false"|""|'
        '"2026-01-02T09:00:00.000Z"|"Ann"\r\n'
    )


def test_query_all_jobs_see_deleted_and_archived_records(org: RunningSandbox) -> None:
    leads, tasks = "SELECT IsDeleted FROM Lead ORDER BY Id", "SELECT IsArchived FROM Task"
    assert [row["IsDeleted"] for row in bulk_rows(org, leads)] == ["false"] * 5
    assert bulk_rows(org, leads, "queryAll")[-1] == {"IsDeleted": "true"}
    assert [row["IsArchived"] for row in bulk_rows(org, tasks, "queryAll")] == ["true", "false"]
    assert bulk_rows(org, "SELECT Id FROM Lead WHERE Id = null") == []


def test_result_pages_lead_to_pages_side_by_side(tmp_path: Path) -> None:
    write_sobject(tmp_path, "Lead", [lead(n % 28 + 1, Id=lead_id(n)) for n in range(1, 124)])
    options = {"bulk_page_records": 10}
    with running_sandbox(tmp_path, for_crm={"salesforce": options}) as sandbox:
        path = start(sandbox, "SELECT Id FROM Lead ORDER BY Id")
        sandbox.call("GET", path)
        links: list[str] = []
        following = f"{path}/resultPages"
        sizes = []
        while following:
            page = sandbox.call("GET", following)
            links += [one["resultUrl"] for one in page["resultPages"]]
            sizes.append(len(page["resultPages"]))
            following = page.get("nextRecordsUrl")
        assert (sizes, page["done"]) == ([5, 5, 3], True)
        rows = [sandbox.ask("GET", link).text.splitlines()[1:] for link in links]
        assert [row.strip('"') for part in rows for row in part] == [
            lead_id(n) for n in range(1, 124)
        ]
        # Never more than the server's own page, whatever is asked for.
        asked = sandbox.ask("GET", f"{path}/results", params={"maxRecords": 100})
        assert asked.headers["sforce-numberofrecords"] == "10"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("SELECT Id, Address FROM Lead", "API_ERROR", "Selecting compound data not supported"),
        ("SELECT COUNT() FROM Lead", "API_ERROR", "Aggregate Relationships not supported"),
        ("SELECT Id FROM Lead OFFSET 5", "API_ERROR", "not supported in Bulk Query"),
        ("SELECT Status, COUNT(Id) FROM Lead GROUP BY Status", "API_ERROR", "not supported"),
        ("SELECT Nme FROM Lead", "INVALID_FIELD", "No such column"),
        ("SELECT Id FROM Task", "INVALIDENTITY", "'Task' is not supported by the Bulk API"),
    ],
)
def test_what_bulk_queries_refuse(org_portal: Path, text: str, code: str, message: str) -> None:
    with running_sandbox(org_portal, for_crm={"salesforce": {"not_in_bulk": ["Task"]}}) as sandbox:
        body = {"operation": "query", "query": text}
        status, found, said = refused(sandbox, "POST", JOBS, json=body)
        assert (status, found) == (400, code)
        assert message in said


def test_a_job_is_read_in_its_own_version(org: RunningSandbox) -> None:
    path = start(org, "SELECT Id FROM Lead")
    org.call("GET", path)
    assert org.ask("GET", f"{path.replace('v66', 'v65')}/results").status_code == 409
    assert org.ask("GET", f"{path}/results").status_code == 200


def test_jobs_are_aborted_deleted_and_expire(org: RunningSandbox) -> None:
    path = start(org, "SELECT Id FROM Lead")
    assert refused(org, "DELETE", path)[1] == "INVALIDJOBSTATE"
    assert org.call("PATCH", path, {"state": "Aborted"})["state"] == "Aborted"
    assert org.call("GET", path)["state"] == "Aborted"
    assert org.ask("DELETE", path).status_code == 204
    assert refused(org, "GET", path)[:2] == (404, "NOT_FOUND")
    path = start(org, "SELECT Id FROM Lead")
    org.call("GET", path)
    org.call("POST", "/_sandbox/salesforce/expire", {"what": "jobs"})
    assert refused(org, "GET", f"{path}/results")[:2] == (404, "NOT_FOUND")


def test_jobs_fail_are_counted_and_vanish_in_mid_download(org_portal: Path) -> None:
    options = {"failing_jobs": [1], "bulk_jobs_most": 2, "job_requests": 1}
    with running_sandbox(org_portal, for_crm={"salesforce": options}) as sandbox:
        failed = sandbox.call("GET", start(sandbox, "SELECT Id FROM Lead"))
        assert (failed["state"], "retries exceeded" in failed["errorMessage"]) == ("Failed", True)
        path = start(sandbox, "SELECT Id FROM Lead")
        sandbox.call("GET", path)
        first = sandbox.ask("GET", f"{path}/results", params={"maxRecords": 1})
        following = {"locator": first.headers["sforce-locator"]}
        assert refused(sandbox, "GET", f"{path}/results", params=following)[0] == 404
        body = {"operation": "query", "query": "SELECT Id FROM Lead"}
        status, code, text = refused(sandbox, "POST", JOBS, json=body)
        assert (status, code) == (400, "LIMIT_EXCEEDED")
        assert "Max bulk v2 query jobs (2) per 24 hrs has been reached" in text
        assert sandbox.call("GET", f"{DATA}/limits")["DailyBulkV2QueryJobs"]["Remaining"] == 0


def test_results_are_compressed_for_those_who_take_it(tmp_path: Path) -> None:
    write_sobject(tmp_path, "Lead", [lead(n % 28 + 1, Id=lead_id(n)) for n in range(1, 124)])
    with running_sandbox(tmp_path) as sandbox:
        path = start(sandbox, "SELECT Id, Email FROM Lead")
        sandbox.call("GET", path)
        packed = sandbox.ask("GET", f"{path}/results")
        plain = sandbox.ask("GET", f"{path}/results", headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content
