"""Salesforce as a case of the connectors' contract: a small organization and edits in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crm_case import CAPABILITIES, Told

from handoff.crm.http.retry import RetryPolicy
from handoff.crm.salesforce.connector import SalesforceConnector
from handoff.crm.salesforce.objects import OBJECTS
from handoff.crm.source_rules import SourceRules
from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.sandbox.server.salesforce.ids import make_id
from handoff.settings import CrmConnection

Row = dict[str, Any]

STARTS_AT = datetime(2025, 11, 3, 8, tzinfo=UTC)
PATIENCE = RetryPolicy(20.0, 0.02, 0.01, 0.01, 0.2, 1.0)
TRACKED = {
    "leads": ["Status", "OwnerId", "Use_Case__c"],
    "contacts": ["OwnerId"],
    "deals": ["StageName", "Loss_Reason__c"],
}
# sObject, the letters its ids begin with, how many records there are, of them deleted.
SIZES = {
    "owners": ("User", "005", 5, 0),
    "campaigns": ("Campaign", "701", 3, 0),
    "companies": ("Account", "001", 40, 2),
    "leads": ("Lead", "00Q", 160, 6),
    "lead_history": ("LeadHistory", "017", 120, 0),
    "contacts": ("Contact", "003", 130, 3),
    "deals": ("Opportunity", "006", 70, 3),
    "deal_history": ("OpportunityHistory", "008", 70, 0),
    "deal_field_history": ("OpportunityFieldHistory", "017", 40, 0),
    "deal_contact_roles": ("OpportunityContactRole", "00K", 30, 1),
    "campaign_members": ("CampaignMember", "00v", 60, 2),
    "tasks": ("Task", "00T", 90, 1),
    "meetings": ("Event", "00U", 20, 0),
}


class SalesforceCase:
    """What the contract needs to know of Salesforce."""

    crm = "salesforce"
    # Users are never deleted, and histories are cleared away by their age.
    records = tuple(name for name in SIZES if "history" not in name and name != "owners")
    optional = ("campaigns", "campaign_members", "campaign_influences")
    person = "leads"
    person_property = "Title"
    can = CAPABILITIES

    def write_portal(self, folder: Path) -> Path:
        """An organization of a few hundred records, all older than December 2025."""
        target = self.write_empty_portal(folder) / "salesforce"
        for name, (sobject, _, count, deleted) in SIZES.items():
            rows = [_record(name, n, is_deleted=n < deleted) for n in range(count)]
            _write(target / f"{sobject}.ndjson", rows)
        return folder

    def write_empty_portal(self, folder: Path) -> Path:
        target = folder / "salesforce"
        target.mkdir(parents=True)
        # The user of the integration is one of the portal's, where there are users.
        organization = {"integration_user_id": _id("owners", 0), "campaign_influence": True}
        (target / "organization.json").write_text(json.dumps(organization))
        custom = {"Lead": "Use_Case__c", "Opportunity": "Loss_Reason__c"}
        described = {name: [{"name": one, "type": "textarea"}] for name, one in custom.items()}
        (target / "describe.json").write_text(json.dumps(described))
        return folder

    def write_portal_of_one_person(self, folder: Path) -> Path:
        target = self.write_empty_portal(folder) / "salesforce"
        _write(target / "Lead.ndjson", [_record("leads", 9, is_deleted=False)])
        return folder

    def running(self, portal: Path, **options: Any) -> AbstractContextManager[RunningSandbox]:
        if "missing_scopes" in options:
            hidden = {OBJECTS[name].sobject for name in options["missing_scopes"]}
            options = {**options, "missing_scopes": hidden}
        options.setdefault("for_crm", {"salesforce": {"page_records": 50}})
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
    ) -> SalesforceConnector:
        connection = CrmConnection("handoff_case", sandbox.base_url, token or sandbox.token, extra)
        wanted = TRACKED if tracked is None else tracked
        return SalesforceConnector(connection, "case", wanted, retry, rules)

    def there(self, portal: Path, name: str) -> dict[str, Told]:
        """What the portal holds of an object, by id, deleted records included."""
        return {row["Id"]: _told_of(row) for row in self.portal_rows(portal, name)}

    def told(self, name: str, line: Mapping[str, Any]) -> Told:  # noqa: ARG002
        """What a landed line tells."""
        fields = dict(line["fields"])
        return Told(line["id"], fields.get("IsDeleted") == "true", fields)

    def people(self, portal: Path) -> list[str]:
        """Live leads, all with an address."""
        return [row["Id"] for row in self.portal_rows(portal, "leads") if not row["IsDeleted"]]

    def address(self, portal: Path, id_: str) -> str:
        rows = self.portal_rows(portal, "leads")
        return str(next(row["Email"] for row in rows if row["Id"] == id_))

    def portal_rows(self, portal: Path, name: str) -> list[Row]:
        """What the portal holds of an object, deleted records included."""
        path = portal / "salesforce" / f"{SIZES[name][0]}.ndjson"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def edit(self, sandbox: RunningSandbox, name: str, id_: str, at: str, **values: str) -> None:
        """A person changes fields of a record."""
        path = f"/services/data/v66.0/sobjects/{OBJECTS[name].sobject}/{id_}"
        _call(sandbox, "PATCH", path, values, at)

    def create_person(self, sandbox: RunningSandbox, at: str) -> str:
        path = "/services/data/v66.0/sobjects/Lead"
        values = {"LastName": "New", "Company": "New Ltd", "Email": "new@example.com"}
        return str(_call(sandbox, "POST", path, values, at)["id"])

    def archive(self, sandbox: RunningSandbox, name: str, id_: str, at: str) -> None:
        path = f"/services/data/v66.0/sobjects/{OBJECTS[name].sobject}/{id_}"
        _call(sandbox, "DELETE", path, None, at)

    def restore(self, sandbox: RunningSandbox, name: str, id_: str) -> None:  # noqa: ARG002
        _play(sandbox, "undelete", ids=[id_])

    def merge(self, sandbox: RunningSandbox, name: str, survivor: str, loser: str, at: str) -> None:
        body = {"sobject": OBJECTS[name].sobject, "master": survivor, "losers": [loser]}
        _call(sandbox, "POST", "/_sandbox/salesforce/merge", body, at)

    def erase(self, sandbox: RunningSandbox, name: str, id_: str) -> None:  # noqa: ARG002
        _play(sandbox, "erase", ids=[id_])

    def missing_scopes(self, name: str) -> dict[str, Any]:
        return {"missing_scopes": {name}}

    def remove_property(self, sandbox: RunningSandbox, name: str, property_: str) -> None:
        _play(sandbox, "drop-field", sobject=OBJECTS[name].sobject, name=property_)


def instant(days: float) -> str:
    """An instant so many days after the portal's start, as REST gives it."""
    at = STARTS_AT + timedelta(days=days)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def _id(name: str, n: int) -> str:
    # Histories of leads and of deals share their first letters.
    return make_id(SIZES[name][1], 1001 + n + (5000 if name == "deal_field_history" else 0))


def _record(name: str, n: int, *, is_deleted: bool) -> Row:
    at, changed = instant(n / 20), instant(n / 20 + 1)
    row: Row = {"Id": _id(name, n), "CreatedDate": at, **_values(name, n)}
    if "history" in name:
        return {**row, "CreatedById": _id("owners", n % 4), "IsDeleted": is_deleted}
    row |= {"CreatedById": _id("owners", n % 4), "LastModifiedById": _id("owners", 0)}
    row |= {"LastModifiedDate": changed, "SystemModstamp": changed}
    return row if name == "owners" else {**row, "IsDeleted": is_deleted}


def _values(name: str, n: int) -> Row:
    owner = {"OwnerId": _id("owners", n % 4)}
    match name:
        case "owners":
            return {"Name": f"Owner {n}", "Email": f"owner{n}@example.com", "IsActive": n < 4,
                    "UserType": "Standard", "Department": "Sales"}  # fmt: skip
        case "campaigns":
            return {"Name": f"Campaign {n}", "Status": "Planned", "StartDate": "2025-11-03",
                    "IsActive": True, "ActualCost": 1000.5 * n, **owner}  # fmt: skip
        case "companies":
            return {"Name": f'Company {n} "Ltd" <b>&amp;</b>', "NumberOfEmployees": 10 * n,
                    "AnnualRevenue": 1_000_000_000.0 + n, **owner}  # fmt: skip
        case "leads":
            return {"LastName": f"Person {n}", "Company": f"Company {n}, #N/A",
                    "Email": f"person{n}@example.com", "Status": ("New", "Working")[n % 2],
                    "Title": "Chef de cuisine · 料理長 😀" if n % 7 == 0 else "Manager",
                    "IsConverted": False, "Use_Case__c": "line one\nline two\u2028three" if n % 5
                    else None, **owner}  # fmt: skip
        case "lead_history":
            return {"LeadId": _id("leads", n), "Field": "Status", "OldValue": "New",
                    "NewValue": "Working"}  # fmt: skip
        case "contacts":
            return {"LastName": f"Contact {n}", "Email": f"contact{n}@example.com",
                    "AccountId": _id("companies", n % 40), **owner}  # fmt: skip
        case "deals":
            return {"Name": f"Deal {n}", "AccountId": _id("companies", n % 40),
                    "StageName": ("Prospecting", "Closed Won", "Closed Lost")[n % 3],
                    "Amount": 100.25 * n, "CloseDate": "2026-01-31", "IsClosed": n % 3 > 0,
                    "IsWon": n % 3 == 1, "Loss_Reason__c": "Price" if n % 3 == 2 else None,
                    **owner}  # fmt: skip
        case "deal_history":
            return {"OpportunityId": _id("deals", n), "StageName": "Prospecting",
                    "Amount": 100.25 * n, "CloseDate": "2026-01-31"}  # fmt: skip
        case "deal_field_history":
            return {"OpportunityId": _id("deals", n), "Field": "StageName",
                    "OldValue": "Prospecting", "NewValue": "Closed Won"}  # fmt: skip
        case "deal_contact_roles":
            return {"OpportunityId": _id("deals", n), "ContactId": _id("contacts", n),
                    "Role": "Decision Maker", "IsPrimary": n % 2 == 0}  # fmt: skip
        case "campaign_members":
            return {"CampaignId": _id("campaigns", n % 3), "LeadId": _id("leads", 10 + n),
                    "Status": "Responded", "HasResponded": True,
                    "FirstRespondedDate": "2025-11-05"}  # fmt: skip
        case _:
            flag = {"IsClosed": False} if name == "tasks" else {"IsAllDayEvent": False}
            return {**flag, "WhoId": _id("leads", 10 + n), "Subject": f"Call {n}",
                    "ActivityDate": "2025-11-05", "IsArchived": n % 9 == 4, **owner}  # fmt: skip


def _told_of(row: Row) -> Told:
    values = {name: _text(value) for name, value in row.items() if value not in {None, ""}}
    del values["Id"]
    # Names of people are not read.
    values.pop("LastName", None)
    return Told(row["Id"], bool(row.get("IsDeleted")), values)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).replace("+0000", "Z") if isinstance(value, str) else str(value)


def _call(sandbox: RunningSandbox, method: str, path: str, body: Row | None, at: str) -> Any:
    headers = {"x-sandbox-user": _id("owners", 1), "x-sandbox-at": at}
    answer = sandbox.ask(method, path, json=body, headers=headers)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def _play(sandbox: RunningSandbox, event: str, **body: Any) -> None:
    sandbox.ask("POST", f"/_sandbox/salesforce/{event}", json=body).raise_for_status()


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
