"""What goes wrong on the way to any CRM: the faults that a client must bound by itself."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tiny_org import DATA, lead, lead_id, write_sobject
from tiny_portal import SEARCH, contact, write_records

from handoff.sandbox.server import Fault, FaultPlan, RunningSandbox, running_sandbox

CONTACTS = "/crm/objects/2026-09/contacts"
QUERY = f"{DATA}/query"


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A portal of HubSpot and Salesforce, each with more than two pages."""
    write_records(tmp_path, "contacts", [contact(n, day=1) for n in range(1, 41)])
    write_sobject(tmp_path, "Lead", [lead(n % 28 + 1, Id=lead_id(n)) for n in range(1, 451)])
    return tmp_path


def spoilt(portal: Path, kind: Any, request: int = 1, **more: Any) -> Any:
    faults = FaultPlan([Fault(kind, on_requests={request}, **more)])
    options = {"page_records": 200}
    return running_sandbox(portal, faults=faults, for_crm={"salesforce": options})


def hubspot_page(sandbox: RunningSandbox, after: str | None = None) -> dict[str, Any]:
    given = {"limit": "10"} | ({"after": after} if after else {})
    page: dict[str, Any] = sandbox.call("GET", CONTACTS, **given)
    return page


@pytest.mark.parametrize("path", [CONTACTS, f"{QUERY}?q=SELECT+Id+FROM+Lead"])
def test_every_crm_has_the_same_faults(both: Path, path: str) -> None:
    with running_sandbox(both) as sandbox:
        whole = sandbox.ask("GET", path).content
    with spoilt(both, "status", status=502) as sandbox:
        assert sandbox.ask("GET", path).status_code == 502
    with spoilt(both, "truncated_json") as sandbox:
        cut = sandbox.ask("GET", path)
        assert cut.status_code == 200
        assert 0 < len(cut.content) < len(whole)
    with spoilt(both, "html_with_200") as sandbox:
        assert sandbox.ask("GET", path).headers["content-type"].startswith("text/html")
    with spoilt(both, "wrong_content_type") as sandbox:
        assert sandbox.ask("GET", path).headers["content-type"].startswith("text/plain")
    with spoilt(both, "empty") as sandbox:
        assert sandbox.ask("GET", path).content == b""
    with spoilt(both, "reset") as sandbox, pytest.raises(httpx.TransportError):
        sandbox.ask("GET", path)


@pytest.mark.parametrize("path", [CONTACTS, f"{QUERY}?q=SELECT+Id+FROM+Lead"])
def test_a_body_can_drip_swell_or_not_end(both: Path, path: str) -> None:
    with spoilt(both, "drip", seconds=0.02) as sandbox:
        started = time.monotonic()
        assert sandbox.ask("GET", path).json()
        assert time.monotonic() - started > 0.35
    with spoilt(both, "oversized", megabytes=3) as sandbox:
        assert len(sandbox.ask("GET", path).content) > 3 * 2**20
    with (
        spoilt(both, "bomb", megabytes=5) as sandbox,
        httpx.stream(
            "GET",
            f"{sandbox.base_url}{path}",
            headers={"authorization": f"Bearer {sandbox.token}"},
        ) as answer,
    ):
        assert int(answer.headers["content-length"]) < 100_000
        assert len(b"".join(answer.iter_bytes())) == 5 * 2**20


def test_a_next_page_of_hubspot_leads_back_or_elsewhere(both: Path) -> None:
    with spoilt(both, "repeated_cursor", 2) as sandbox:
        after = hubspot_page(sandbox)["paging"]["next"]["after"]
        assert hubspot_page(sandbox, after)["paging"]["next"]["after"] == after
        assert hubspot_page(sandbox, after)["paging"]["next"]["after"] != after
    with spoilt(both, "repeated_cursor") as sandbox:
        body = {"limit": 10, "after": "10"}
        assert sandbox.call("POST", SEARCH, body)["paging"]["next"]["after"] == "10"
    with spoilt(both, "foreign_link") as sandbox:
        link = hubspot_page(sandbox)["paging"]["next"]["link"]
        assert link.startswith("https://records.attacker.example/")


def test_a_next_page_of_salesforce_leads_back_or_elsewhere(both: Path) -> None:
    asked = {"q": "SELECT Id FROM Lead"}
    with spoilt(both, "repeated_cursor", 2) as sandbox:
        link = sandbox.call("GET", QUERY, **asked)["nextRecordsUrl"]
        assert sandbox.call("GET", link)["nextRecordsUrl"] == link
        assert sandbox.call("GET", link)["nextRecordsUrl"] != link
    with spoilt(both, "foreign_link") as sandbox:
        link = sandbox.call("GET", QUERY, **asked)["nextRecordsUrl"]
        assert link.startswith("https://records.attacker.example/services/data/v66.0/query/01g")


def test_a_bulk_job_repeats_its_locator_and_ends_within_a_row(both: Path) -> None:
    for kind in ("repeated_cursor", "truncated_json"):
        faults = FaultPlan([Fault(kind, on_requests={2}, path="/results")])
        with running_sandbox(both, faults=faults) as sandbox:
            body = {"operation": "query", "query": "SELECT Id FROM Lead"}
            made = sandbox.call("POST", f"{DATA}/jobs/query", body)
            path = f"{DATA}/jobs/query/{made['id']}"
            sandbox.call("GET", path)
            given = {"maxRecords": "100"}
            first = sandbox.ask("GET", f"{path}/results", params=given)
            given["locator"] = first.headers["sforce-locator"]
            second = sandbox.ask("GET", f"{path}/results", params=given)
            whole = sandbox.ask("GET", f"{path}/results", params=given)
        if kind == "repeated_cursor":
            assert second.headers["sforce-locator"] == given["locator"]
        else:
            assert second.headers["sforce-numberofrecords"] == "100"
            assert second.content == whole.content[: len(whole.content) // 2]
        assert whole.headers["sforce-locator"] not in (given["locator"], "null")


def test_a_seed_scatters_over_all_crms(both: Path) -> None:
    def play() -> list[str | None]:
        plan = FaultPlan(seed=5, rate=0.4, kinds=("status", "empty"))
        with running_sandbox(both, faults=plan) as sandbox:
            for number in range(20):
                path = (CONTACTS, f"{DATA}/limits")[number % 2]
                sandbox.ask("GET", path)
            return [request.fault for request in sandbox.requests]

    met = play()
    assert met == play()
    assert 3 <= sum(fault is not None for fault in met) <= 15
