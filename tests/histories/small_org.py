"""The Salesforce organization in which every history begins, as a portal folder."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from small_account import STARTS_AT

from handoff.sandbox.server.salesforce.ids import make_id

Row = dict[str, Any]

ORG_TRACKED = {"leads": ["Status", "OwnerId", "IsConverted"], "deals": ["StageName", "Amount"]}
USERS = tuple(make_id("005", 700 + number) for number in range(3))
_SIZES = {"Account": 6, "Lead": 24, "Contact": 8, "Opportunity": 6, "Task": 9, "Event": 3}
_PREFIX = {
    "Account": "001",
    "Lead": "00Q",
    "Contact": "003",
    "Opportunity": "006",
    "Task": "00T",
    "Event": "00U",
}


def write_org(portal: Path) -> Path:
    """A portal of a few dozen records."""
    folder = portal / "salesforce"
    folder.mkdir(parents=True)
    (folder / "organization.json").write_text(json.dumps({"integration_user_id": USERS[0]}))
    described = {"Lead": [{"name": "Score__c", "type": "double", "calculated": True}]}
    (folder / "describe.json").write_text(json.dumps(described))
    _write(folder, "User", [_user(number) for number in range(len(USERS))])
    for sobject, count in _SIZES.items():
        _write(folder, sobject, [_record(sobject, number) for number in range(count)])
    return portal


def org_id(sobject: str, number: int) -> str:
    """The id of one of the first records."""
    return make_id(_PREFIX[sobject], 1000 + number)


def org_values(sobject: str, number: int) -> Row:
    """Values of a new record."""
    values: dict[str, Row] = {
        "Account": {"Name": f"Firm {number}", "NumberOfEmployees": 12, "AnnualRevenue": 1000.5},
        "Lead": {
            "LastName": f"Person {number}", "Company": f"Firm {number}", "Status": "New",
            "Email": f"Lead{number}@Firm.example", "Title": "Head of Müll & „Ops“",
        },
        "Contact": {"LastName": f"Contact {number}", "Email": f"contact{number}@firm.example"},
        "Opportunity": {
            "Name": f"Deal {number}", "StageName": "Prospecting", "CloseDate": "2025-06-30",
            "Amount": 1200.5,
        },
        "Task": {"Subject": f"Task, {number}", "Status": "Not Started", "TaskSubtype": "Task"},
        "Event": {
            "Subject": f"Event {number}", "StartDateTime": "2025-03-20T10:00:00.000+0000",
            "EndDateTime": "2025-03-20T11:00:00.000+0000",
        },
    }  # fmt: skip
    return values[sobject]


def org_instant(at: datetime) -> str:
    """An instant as Salesforce writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def _record(sobject: str, number: int) -> Row:
    row = _stamped(org_id(sobject, number), number) | {"IsDeleted": False, "OwnerId": USERS[1]}
    row |= org_values(sobject, number)
    if sobject == "Lead":
        row |= {"IsConverted": False, "Score__c": 1.5}
    if sobject in ("Contact", "Opportunity"):
        row["AccountId"] = org_id("Account", number % 6)
    if sobject == "Opportunity":
        row |= {"IsClosed": False, "IsWon": False}
    if sobject in ("Task", "Event"):
        row |= {"WhoId": org_id("Lead", number), "IsArchived": number % 4 == 3}
    if sobject == "Task":
        row["IsClosed"] = False
    return row


def _user(number: int) -> Row:
    return {
        **_stamped(USERS[number], number), "Name": f"User {number}", "IsActive": True,
        "UserType": "Standard" if number else "AutomatedProcess",
        "Email": f"user{number}@vendor.example", "Username": f"user{number}@vendor.example",
    }  # fmt: skip


def _stamped(id: str, number: int) -> Row:
    at = org_instant(STARTS_AT - timedelta(days=30, minutes=-number))
    return {
        "Id": id, "CreatedDate": at, "CreatedById": USERS[0], "LastModifiedDate": at,
        "LastModifiedById": USERS[0], "SystemModstamp": at,
    }  # fmt: skip


def _write(folder: Path, name: str, rows: list[Row]) -> None:
    (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
