"""A tiny portal, made anew for each test, and a sandbox over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_portal import at, contact, definition, history, write_records

from handoff.sandbox.server import RunningSandbox, running_sandbox


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
