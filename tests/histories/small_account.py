"""The HubSpot account in which every history begins, as a portal folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]

STARTS_AT = datetime(2025, 3, 3, 8, tzinfo=UTC)
# Properties of the account's own: the playbook names none of them.
OWN_PROPERTIES = {"contacts": ("nickname", "shoe_size"), "companies": ("motto",), "deals": ()}
TRACKED = {"contacts": ["jobtitle", "use_case"], "deals": ["closed_lost_reason"]}
# More contacts than a page with history holds.
_SIZES = {"contacts": 56, "companies": 10, "deals": 9, "calls": 6, "tasks": 5, "notes": 2}
FIRST_IDS = {
    "contacts": 101,
    "companies": 5001,
    "deals": 7001,
    "calls": 10001,
    "emails": 20001,
    "meetings": 30001,
    "tasks": 40001,
    "notes": 50001,
}


def write_account(portal: Path) -> Path:
    """A portal of a few dozen records, each value with its history."""
    folder = portal / "hubspot"
    folder.mkdir(parents=True)
    for name, count in _SIZES.items():
        _write(folder, name, [_record(name, number) for number in range(count)])
    _write(folder, "properties", list(_definitions()))
    _write(folder, "owners", [_owner(number) for number in range(3)])
    _write(folder, "pipelines", [_pipeline()])
    return portal


def instant(at: datetime) -> str:
    """An instant as HubSpot writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def values_of(name: str, number: int) -> Row:
    """Values of a new record of an object."""
    values: dict[str, Row] = {
        "contacts": {
            "email": f"person{number}@firm.example",
            "jobtitle": "Head of Müll & „Ops“",
            "country": "Germany",
            "lifecyclestage": "lead",
            "hs_lead_status": "NEW",
            "numberofemployees": "12",
            "hubspot_owner_id": "901",
        },
        "companies": {"name": f"Firm {number}", "domain": f"firm{number}.example"},
        "deals": {
            "dealname": f"Deal {number}",
            "pipeline": "default",
            "dealstage": "appointmentscheduled",
            "amount": "1200.50",
        },
        "calls": {"hs_call_title": f"Call {number}", "hs_call_direction": "OUTBOUND"},
        "emails": {"hs_email_subject": f"Mail {number}", "hs_email_direction": "EMAIL"},
        "meetings": {"hs_meeting_title": f"Meeting {number}"},
        "tasks": {"hs_task_subject": f"Task {number}", "hs_task_status": "NOT_STARTED"},
        "notes": {"hs_note_body": f"Note\n{number}"},
    }
    given = values[name]
    if name not in ("contacts", "companies", "deals"):
        given["hs_timestamp"] = instant(STARTS_AT + timedelta(hours=number))
    return given


def _record(name: str, number: int) -> Row:
    at = instant(STARTS_AT - timedelta(days=30, minutes=-number))
    values = values_of(name, number)
    history = {
        prop: [{"value": value, "timestamp": at, "sourceType": "IMPORT"}]
        for prop, value in values.items()
    }
    record: Row = {
        "id": str(FIRST_IDS[name] + number),
        "properties": values,
        "propertiesWithHistory": history,
        "createdAt": at,
        "updatedAt": at,
        "archived": False,
    }
    contact, company = str(101 + number * 5), str(5001 + number % 10)
    links: dict[str, list[Row]] = {}
    if name == "contacts" and number % 2:
        links = {"companies": [{"id": company, "type": "contact_to_company"}]}
    if name == "deals":
        links = {
            "contacts": [{"id": contact, "type": "deal_to_contact"}],
            "companies": [{"id": company, "type": "deal_to_company"}],
        }
    if name in ("calls", "tasks", "notes"):
        links = {"contacts": [{"id": contact, "type": f"{name[:-1]}_to_contact"}]}
    if links:
        record["associations"] = {target: {"results": rows} for target, rows in links.items()}
    return record


def _definitions() -> list[Row]:
    common = ("hs_object_id", "createdate", "hs_merged_object_ids", "hubspot_owner_id")
    more = {
        "contacts": (
            "lastmodifieddate", "hs_additional_emails", "industry", "associatedcompanyid",
            "use_case", "hs_calculated_merged_vids",
        ),
        "companies": ("industry", "country", "numberofemployees", "annualrevenue"),
        "deals": ("closed_lost_reason", "closedate", "deal_currency_code"),
        "meetings": ("hs_meeting_start_time", "hs_meeting_outcome"),
        "tasks": ("hs_task_completion_date",),
    }  # fmt: skip
    return [
        definition(name, prop)
        for name in FIRST_IDS
        for prop in dict.fromkeys(
            (*common, *values_of(name, 0), *more.get(name, ()), *OWN_PROPERTIES.get(name, ()))
        )
    ]


def definition(object_type: str, name: str, kind: str = "string") -> Row:
    """A property as HubSpot's properties API lists it."""
    return {
        "objectType": object_type, "name": name, "label": name.capitalize(), "type": kind,
        "fieldType": "text", "description": "", "groupName": "g", "options": [],
        "displayOrder": 1, "calculated": False, "externalOptions": False, "hasUniqueValue": False,
        "hidden": False, "hubspotDefined": name not in OWN_PROPERTIES.get(object_type, ()),
        "archived": False, "formField": False,
    }  # fmt: skip


def _owner(number: int) -> Row:
    at = instant(STARTS_AT - timedelta(days=99))
    return {
        "id": str(900 + number), "email": f"owner{number}@vendor.example", "type": "PERSON",
        "firstName": "Owner", "lastName": str(number), "userId": 500 + number,
        "userIdIncludingInactive": 500 + number, "createdAt": at, "updatedAt": at,
        "archived": False, "teams": [{"id": "1", "name": "SDR Europe", "primary": True}],
    }  # fmt: skip


def _pipeline() -> Row:
    at = instant(STARTS_AT - timedelta(days=99))
    stage = {"id": "closedwon", "label": "Won", "displayOrder": 1, "archived": False,
             "metadata": {"isClosed": "true", "probability": "1.0"}}  # fmt: skip
    return {"objectType": "deals", "id": "default", "label": "Sales", "displayOrder": 0,
            "archived": False, "createdAt": at, "updatedAt": at, "stages": [stage]}  # fmt: skip


def _write(folder: Path, name: str, rows: list[Row]) -> None:
    (folder / f"{name}.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
