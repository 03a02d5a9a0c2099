"""HubSpot as a case of the connectors' contract: a small portal, its server, edits in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crm_case import CAPABILITIES, Told
from hubspot_asked import PATIENCE, TRACKED

from handoff.crm.hubspot.client import RetryPolicy
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.source_rules import SourceRules
from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.settings import CrmConnection

Row = dict[str, Any]

STARTS_AT = datetime(2025, 11, 3, 8, tzinfo=UTC)
# The first of the ids of each object, and how many records it has, of them archived.
SIZES = {
    "contacts": (101, 230, 6),
    "companies": (5001, 40, 2),
    "deals": (7001, 70, 3),
    "calls": (10001, 120, 0),
    "emails": (20001, 110, 1),
    "meetings": (30001, 20, 0),
    "tasks": (40001, 30, 0),
    "notes": (50001, 15, 0),
}


class HubSpotCase:
    """What the contract needs to know of HubSpot."""

    crm = "hubspot"
    records = tuple(SIZES)
    optional = ("campaigns", "forms")
    person = "contacts"
    person_property = "jobtitle"
    can = CAPABILITIES

    def write_portal(self, folder: Path) -> Path:
        """A portal of a few hundred records, all older than December 2025."""
        target = folder / "hubspot"
        target.mkdir(parents=True)
        for name, (first, count, archived) in SIZES.items():
            rows = [_record(name, first + n, n, is_archived=n < archived) for n in range(count)]
            _write(target / f"{name}.ndjson", rows)
        _write(target / "owners.ndjson", [_owner(n) for n in range(5)])
        _write(target / "pipelines.ndjson", [_pipeline()])
        _write(target / "properties.ndjson", _properties())
        _write(target / "campaigns.ndjson", [_campaign(n) for n in range(3)])
        _write(target / "forms.ndjson", [_form(n) for n in range(3)])
        _write(target / "form_submissions.ndjson", [_submission(n) for n in range(130)])
        return folder

    def write_empty_portal(self, folder: Path) -> Path:
        (folder / "hubspot").mkdir(parents=True)
        return folder

    def write_portal_of_one_person(self, folder: Path) -> Path:
        (folder / "hubspot").mkdir(parents=True)
        _write(folder / "hubspot/contacts.ndjson", [_record("contacts", 101, 9, is_archived=False)])
        return folder

    def running(self, portal: Path, **options: Any) -> AbstractContextManager[RunningSandbox]:
        return running_sandbox(portal, **options)

    def environment(self, sandbox: RunningSandbox, **extra: Any) -> dict[str, str]:
        """The variables that make the sandbox the account of the connection ``handoff_case``."""
        given = {"host": sandbox.base_url, "password": sandbox.token, "extra": extra}
        return {"AIRFLOW_CONN_HANDOFF_CASE": json.dumps(given)}

    def connect(
        self,
        sandbox: RunningSandbox,
        *,
        token: str | None = None,
        tracked: dict[str, list[str]] | None = None,
        retry: RetryPolicy = PATIENCE,
        rules: SourceRules | None = None,
        **extra: Any,
    ) -> HubSpotConnector:
        extra = {"searches_per_second": 1000, **extra}
        connection = CrmConnection("handoff_case", sandbox.base_url, token or sandbox.token, extra)
        wanted = TRACKED if tracked is None else tracked
        return HubSpotConnector(connection, "case", wanted, retry, rules)

    def there(self, portal: Path, name: str) -> dict[str, Told]:
        """What the portal holds of an object, by id, archived records included."""
        return {row["id"]: self.told(name, row) for row in self.portal_rows(portal, name)}

    def told(self, _name: str, line: Mapping[str, Any]) -> Told:
        """What a line of the portal or of the landing tells."""
        values = {prop: value for prop, value in line["properties"].items() if value}
        return Told(line["id"], bool(line.get("archived")), values)

    def people(self, portal: Path) -> list[str]:
        """Live contacts with an address."""
        return [
            row["id"]
            for row in self.portal_rows(portal, "contacts")
            if not row["archived"] and row["properties"]["email"]
        ]

    def address(self, portal: Path, id_: str) -> str:
        rows = self.portal_rows(portal, "contacts")
        return str(next(row["properties"]["email"] for row in rows if row["id"] == id_))

    def portal_rows(self, portal: Path, name: str) -> list[Row]:
        """What the portal holds of an object, archived records included."""
        text = (portal / "hubspot" / f"{name}.ndjson").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def edit(self, sandbox: RunningSandbox, name: str, id_: str, at: str, **values: str) -> None:
        """A person changes properties of a record."""
        path = f"/crm/objects/2026-09/{name}/{id_}"
        sandbox.call("PATCH", path, {"properties": values}, source="CRM_UI", user=500, at=at)

    def create_person(self, sandbox: RunningSandbox, at: str) -> str:
        return self.create(sandbox, "contacts", at, email="new@example.com")

    def create(self, sandbox: RunningSandbox, name: str, at: str, **values: str) -> str:
        path = f"/crm/objects/2026-09/{name}"
        return str(sandbox.call("POST", path, {"properties": values}, at=at)["id"])

    def archive(self, sandbox: RunningSandbox, name: str, id_: str, at: str) -> None:
        sandbox.call("DELETE", f"/crm/objects/2026-09/{name}/{id_}", at=at)

    def merge(self, sandbox: RunningSandbox, name: str, survivor: str, loser: str, at: str) -> None:
        body = {"primaryObjectId": survivor, "objectIdToMerge": loser}
        sandbox.call("POST", f"/crm/objects/2026-09/{name}/merge", body, at=at)

    def restore(self, sandbox: RunningSandbox, name: str, id_: str) -> None:
        """HubSpot does so in its own pages alone; whether the record counts as modified is open."""
        store = sandbox.crm("hubspot").stores[name]
        record = store.take(int(id_))
        record.archived, record.archived_at = False, None
        store.put(record)

    def erase(self, sandbox: RunningSandbox, name: str, id_: str) -> None:
        if name == "contacts":
            path = "/crm/objects/2026-09/contacts/gdpr-delete"
            sandbox.call("POST", path, {"objectId": id_})
        else:
            # Other objects have no such request: the recycle bin is emptied.
            portal = sandbox.crm("hubspot")
            portal.links.drop(name, int(id_))
            portal.stores[name].remove(int(id_))

    def missing_scopes(self, name: str) -> dict[str, Any]:
        return {"missing_scopes": {name}}

    def remove_property(self, sandbox: RunningSandbox, name: str, property_: str) -> None:
        del sandbox.crm("hubspot").definitions[name][property_]


def instant(days: float) -> str:
    """An instant so many days after the portal's start."""
    return (STARTS_AT + timedelta(days=days)).isoformat(timespec="milliseconds")[:-6] + "Z"


def _record(name: str, id_: int, n: int, *, is_archived: bool) -> Row:
    at, changed = instant(n / 20), instant(n / 20 + 1)
    modified = "lastmodifieddate" if name == "contacts" else "hs_lastmodifieddate"
    created = "createdate" if name in {"contacts", "companies", "deals"} else "hs_createdate"
    row: Row = {
        "id": str(id_),
        "properties": {
            created: at,
            modified: changed,
            "hs_object_id": str(id_),
            **_values(name, n),
        },
        "createdAt": at,
        "updatedAt": changed,
        "archived": is_archived,
    }
    if is_archived:
        row["archivedAt"] = changed
    history = {
        "contacts": ("lifecyclestage", "jobtitle", "hubspot_owner_id"),
        "deals": ("dealstage", "hubspot_owner_id", "closed_lost_reason"),
    }.get(name, ())
    if history:
        row["propertiesWithHistory"] = {
            prop: [
                {
                    "value": row["properties"][prop],
                    "timestamp": at,
                    "sourceType": "CRM_UI",
                    "sourceId": "userId:500",
                    "updatedByUserId": 500,
                }
            ]
            for prop in history
            if row["properties"].get(prop)
        }
    links = _links(name, n)
    if links:
        row["associations"] = links
    return row


def _values(name: str, n: int) -> Row:
    owner = str(900 + n % 4)
    match name:
        case "contacts":
            return {
                "email": f"person{n}@example.com" if n % 10 else None,
                "jobtitle": "Chef de cuisine · 料理長 😀" if n % 7 == 0 else "Manager",
                "lifecyclestage": ("lead", "marketingqualifiedlead", "customer")[n % 3],
                "hubspot_owner_id": owner,
            }
        case "companies":
            return {"name": f"Company {n} <b>&amp;</b>", "domain": f"c{n}.example.com"}
        case "deals":
            return {
                "dealstage": ("appointmentscheduled", "closedwon", "closedlost")[n % 3],
                "pipeline": "default",
                "amount": str(100 * n),
                "closed_lost_reason": "Price" if n % 3 == 2 else "",
                "hubspot_owner_id": owner,
            }
        case "notes":
            return {
                "hs_timestamp": instant(n / 20),
                "hs_note_body": "line one\nline two\u2028three",
            }
        case _:
            return {"hs_timestamp": instant(n / 20), "hubspot_owner_id": owner}


def _links(name: str, n: int) -> Row:
    """A third of the records has no link."""
    first_contact, contacts, archived = SIZES["contacts"]
    if n % 3 == 0:
        return {}
    if name == "contacts":
        company = SIZES["companies"][0] + 10 + n % 20
        return {"companies": {"results": [{"id": str(company), "type": "contact_to_company"}]}}
    if name == "companies":
        return {}
    contact = first_contact + archived + n % (contacts - archived)
    kind = f"{name.removesuffix('s')}_to_contact"
    return {"contacts": {"results": [{"id": str(contact), "type": kind}]}}


def _owner(n: int) -> Row:
    at = instant(0)
    return {
        "id": str(900 + n), "email": f"owner{n}@example.com", "type": "PERSON", "firstName": "O",
        "lastName": str(n), "userId": 500 + n, "userIdIncludingInactive": 500 + n,
        "createdAt": at, "updatedAt": at, "archived": n == 4,
        "teams": [{"id": "1", "name": "SDR Europe", "primary": True}],
    }  # fmt: skip


def _pipeline() -> Row:
    stage = {"id": "closedwon", "label": "Won", "displayOrder": 1, "archived": False,
             "metadata": {"isClosed": "true", "probability": "1.0"}}  # fmt: skip
    return {"objectType": "deals", "id": "default", "label": "Sales", "displayOrder": 0,
            "archived": False, "createdAt": instant(0), "updatedAt": instant(0),
            "stages": [stage]}  # fmt: skip


def _properties() -> list[Row]:
    names = {name: list(_values(name, 2)) for name in SIZES}
    return [
        {"objectType": name, "name": prop, "label": prop, "type": "string", "fieldType": "text",
         "description": "", "groupName": "g", "options": [], "displayOrder": 1,
         "calculated": False, "externalOptions": False, "hasUniqueValue": False, "hidden": False,
         "hubspotDefined": True, "archived": False, "formField": False}
        for name, props in names.items()
        for prop in ["hs_object_id", *props]
    ]  # fmt: skip


def _campaign(n: int) -> Row:
    return {"id": f"00000000-0000-0000-0000-00000000000{n}", "createdAt": instant(0),
            "updatedAt": instant(0), "businessUnits": [],
            "properties": {"hs_name": f"Campaign {n}", "hs_utm": f"c-{n}"}}  # fmt: skip


def _form(n: int) -> Row:
    return {"id": f"10000000-0000-0000-0000-00000000000{n}", "name": f"Form {n}",
            "formType": "hubspot", "createdAt": instant(0), "updatedAt": instant(0),
            "archived": n == 2}  # fmt: skip


def _submission(n: int) -> Row:
    submitted = STARTS_AT + timedelta(hours=n)
    return {
        "conversionId": f"20000000-0000-0000-0000-{n:012d}",
        "submittedAt": int(submitted.timestamp() * 1000),
        "values": [{"name": "email", "value": f"person{n}@example.com", "objectTypeId": "0-1"}],
        "pageUrl": "https://example.com/demo?utm_campaign=c-1",
        "formGuid": f"10000000-0000-0000-0000-00000000000{n % 3}",
    }


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
