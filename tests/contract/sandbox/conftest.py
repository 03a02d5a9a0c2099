"""A tiny portal, made anew for each test, and a sandbox over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_org import ACME, ANN, BOB, lead, lead_id, stamp, user, write_sobject
from tiny_portal import at, contact, definition, history, write_records

from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.sandbox.server.salesforce.ids import make_id

AUTOMATED = make_id("005", 3)


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """Five live contacts and an archived one, two companies, two deals, a call, marketing."""
    folder = tmp_path / "portal"
    first = contact(1, lifecyclestage="marketingqualifiedlead", hubspot_owner_id="7")
    first["propertiesWithHistory"] = {
        "lifecyclestage": [
            history("marketingqualifiedlead", 3, sourceId="userId:50", updatedByUserId=50),
            history("lead", 1, "FORM"),
        ]
    }
    first["associations"] = {
        "companies": {
            "results": [
                {"id": "201", "type": "contact_to_company"},
                {"id": "202", "type": "contact_to_company_unlabeled"},
            ]
        }
    }
    archived = {**contact(9), "archived": True, "archivedAt": at(20)}
    others = [contact(number, numberofemployees=str(number * 10)) for number in range(2, 6)]
    write_records(folder, "contacts", [*others, first, archived])
    write_records(
        folder,
        "companies",
        [
            {"id": str(200 + n), "properties": {"name": f"Company {n}"}, "createdAt": at(n)}
            for n in (1, 2)
        ],
    )
    write_records(
        folder,
        "deals",
        [
            {
                "id": str(300 + n),
                "properties": {"dealname": f"Deal {n}", "dealstage": "closedwon", "amount": 10},
                "createdAt": at(n),
                "updatedAt": at(n + 5),
                "associations": {
                    "contacts": {"results": [{"id": str(100 + n), "type": "deal_to_contact"}]}
                },
            }
            for n in (1, 2)
        ],
    )
    write_records(
        folder,
        "calls",
        [
            {
                "id": "401",
                "properties": {"hs_timestamp": at(4), "hs_call_status": "COMPLETED"},
                "createdAt": at(4),
                "associations": {"contacts": {"results": [{"id": "101", "type": "x"}]}},
            }
        ],
    )
    owner = {"email": "ann@seller.example", "type": "PERSON", "firstName": "Ann"}
    write_records(
        folder,
        "owners",
        [
            {"id": "7", **owner, "userId": 50, "archived": False, "createdAt": at(1)},
            {"id": "8", **owner, "userId": 51, "archived": True, "createdAt": at(1)},
        ],
    )
    write_records(
        folder,
        "properties",
        [
            definition("contacts", "email"),
            definition("contacts", "jobtitle"),
            definition("contacts", "lifecyclestage", "enumeration"),
            definition("0-3", "dealstage", "enumeration"),
        ],
    )
    write_records(
        folder,
        "pipelines",
        [
            {
                "objectType": "deals",
                "id": "default",
                "label": "Sales",
                "displayOrder": 0,
                "archived": False,
                "createdAt": at(1),
                "updatedAt": at(1),
                "stages": [
                    {
                        "id": "closedwon",
                        "label": "Won",
                        "displayOrder": 1,
                        "archived": False,
                        "createdAt": at(1),
                        "updatedAt": at(1),
                        "metadata": {"isClosed": "true"},
                    }
                ],
            }
        ],
    )
    write_records(
        folder,
        "campaigns",
        [
            {"id": f"c-{n}", "properties": {"hs_name": f"Campaign {n}"}, "createdAt": at(n)}
            for n in (1, 2, 3)
        ],
    )
    write_records(folder, "forms", [{"id": "f-1", "name": "Demo request", "formType": "hubspot"}])
    write_records(
        folder,
        "form_submissions",
        [
            {"conversionId": f"s-{n}", "submittedAt": n, "values": [], "formGuid": "f-1"}
            for n in range(1, 61)
        ],
    )
    return folder


@pytest.fixture
def sandbox(portal: Path) -> Iterator[RunningSandbox]:
    with running_sandbox(portal) as running:
        yield running


@pytest.fixture
def org_portal(tmp_path: Path) -> Path:
    """Six leads, the last deleted, two people of sales, an account, two tasks, one archived."""
    folder = tmp_path / "org"
    write_sobject(
        folder,
        "User",
        [user(ANN, "Ann"), user(BOB, "Bob"), user(AUTOMATED, "Bot", "AutomatedProcess")],
    )
    leads = [lead(number) for number in range(1, 6)]
    leads[1] |= {"Status": "Working", "AnnualRevenue": 12_500_000, "NumberOfEmployees": 40}
    leads[2] |= {"Status": None, "Use_Case__c": "50% off_peak", "AnnualRevenue": 0.5}
    leads[3] |= {"SystemModstamp": stamp(5)}
    write_sobject(folder, "Lead", [*leads, lead(6, IsDeleted=True)])
    write_sobject(
        folder,
        "Account",
        [
            {
                "Id": ACME,
                "Name": "Acme",
                "OwnerId": BOB,
                "CreatedDate": stamp(1),
                "BillingCity": "Ulm",
            }
        ],
    )
    task = {"WhoId": lead_id(1), "OwnerId": ANN, "CreatedDate": stamp(3), "Status": "Completed"}
    write_sobject(
        folder,
        "Task",
        [
            {**task, "Id": make_id("00T", 1), "IsArchived": True, "IsClosed": True},
            {**task, "Id": make_id("00T", 2), "IsArchived": False, "IsClosed": True},
        ],
    )
    return folder


@pytest.fixture
def org(org_portal: Path) -> Iterator[RunningSandbox]:
    """Salesforce over the tiny organization; its clock stands on 1 February 2026."""
    with running_sandbox(org_portal, now=datetime(2026, 2, 1, 12, tzinfo=UTC)) as running:
        yield running
