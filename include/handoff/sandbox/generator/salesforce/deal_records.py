"""Salesforce opportunities with their histories and roles, and the contact and account of both."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.salesforce.person import Person, changes_of
from handoff.sandbox.generator.salesforce.record_makers import (
    Row,
    SalesforceFiles,
    history_row,
    salesforce_instant,
    system_fields,
)

_CLOSES_AFTER = timedelta(days=60)


def make_account(person: Person, files: SalesforceFiles, at: datetime, by: str) -> Row:
    """The account of the person's company, or one that is named after the lead alone."""
    values = (person.company or {}).get("properties", {})
    employees, revenue = values.get("numberofemployees"), values.get("annualrevenue")
    return {
        **system_fields(files.new_id("Account"), at, by, at),
        "Name": values.get("name") or person.lead["LastName"],
        "Website": values.get("domain"),
        "Industry": values.get("industry"),
        "NumberOfEmployees": int(employees) if employees else None,
        "AnnualRevenue": float(revenue) if revenue else None,
        "BillingCountry": values.get("country"),
        "OwnerId": by,
        "MasterRecordId": None,
    }


def make_contact(person: Person, files: SalesforceFiles, at: datetime, by: str) -> Row:
    """The contact that the lead became."""
    lead = person.lead
    return {
        **system_fields(files.new_id("Contact"), at, by, at),
        "FirstName": lead["FirstName"],
        "LastName": lead["LastName"],
        "Email": lead["Email"],
        "Title": lead["Title"],
        "AccountId": (person.account or {}).get("Id"),
        "OwnerId": lead["OwnerId"],
        "MailingCountry": lead["Country"],
        "LeadSource": lead["LeadSource"],
        "MasterRecordId": None,
    }


def make_opportunity(
    person: Person, deal: Row, files: SalesforceFiles, other_contacts: list[str]
) -> Row:
    """The opportunity of a deal, with what it was like at each step and who takes part."""
    id = files.new_id("Opportunity")
    created_at = datetime.fromisoformat(deal["createdAt"])
    steps = sorted(_steps(deal), key=lambda step: step[0])
    author = steps[0][3]
    closes = deal["properties"]["closedate"]
    close_date = (closes or salesforce_instant(created_at + _CLOSES_AFTER))[:10]
    values: Row = {"StageName": None, "Amount": None, "Loss_Reason__c": None, "OwnerId": author}
    histories = [history_row("", created_at, author, "created", None, None)]
    snapshots: list[tuple[datetime, Row, str]] = []
    for at, field, value, by in steps:
        old, values[field] = values[field], value
        if old == value:
            continue
        if at > created_at:
            told = "Owner" if field == "OwnerId" else field
            histories.append(history_row("", at, by, told, old, value))
        if field in ("StageName", "Amount"):
            snapshots = [one for one in snapshots if one[0] != at]
            snapshots.append((at, dict(values), by))
    for row in histories:
        row |= {"Id": files.new_id("OpportunityFieldHistory"), "OpportunityId": id}
        person.rows["OpportunityFieldHistory"].append(row)
    for at, held, by in snapshots:
        person.rows["OpportunityHistory"].append(_snapshot(files, id, at, held, by, close_date))
    for place, contact_id in enumerate(_contact_ids(person, other_contacts)):
        person.rows["OpportunityContactRole"].append(
            {
                **system_fields(
                    files.new_id("OpportunityContactRole"), created_at, author, created_at
                ),
                "OpportunityId": id,
                "ContactId": contact_id,
                "Role": "Decision Maker" if place == 0 else "Influencer",
                "IsPrimary": place == 0,
            }
        )
    return {
        **system_fields(id, created_at, author, steps[-1][0]),
        "Name": deal["properties"]["dealname"],
        "AccountId": (person.account or {}).get("Id"),
        "ContactId": (person.sales_contact or {}).get("Id"),
        **values,
        "CurrencyIsoCode": deal["properties"]["deal_currency_code"],
        "CloseDate": close_date,
        "IsClosed": values["StageName"] in ("Closed Won", "Closed Lost"),
        "IsWon": values["StageName"] == "Closed Won",
        "Type": "New Business",
        "RecordTypeId": None,
        "CampaignId": None,
        "LeadSource": "Marketing",
    }


def _contact_ids(person: Person, others: list[str]) -> list[str]:
    own = [person.sales_contact["Id"]] if person.sales_contact else []
    return [*own, *others]


def _steps(deal: Row) -> list[tuple[datetime, str, Any, str]]:
    """(instant, field, value, user) of every value that the opportunity gets."""
    found = []
    for name, field in (
        ("hubspot_owner_id", "OwnerId"),
        ("dealstage", "StageName"),
        ("amount", "Amount"),
        ("closed_lost_reason", "Loss_Reason__c"),
    ):
        for one in changes_of(deal, name):
            value: Any = one.value
            if field == "OwnerId":
                value = words.owner_id(one.value)
            elif field == "StageName":
                value = words.STAGE_NAME[one.value]
            elif field == "Amount":
                value = float(one.value)
            by = words.owner_id(one.owner_id) if one.owner_id else words.AUTOMATED_USER
            found.append((one.at, field, value, by))
    return found


def _snapshot(
    files: SalesforceFiles, id: str, at: datetime, held: Row, by: str, close_date: str
) -> Row:
    return {
        "Id": files.new_id("OpportunityHistory"),
        "IsDeleted": False,
        "CreatedDate": salesforce_instant(at),
        "CreatedById": by,
        "SystemModstamp": salesforce_instant(at),
        "OpportunityId": id,
        "StageName": held["StageName"],
        "Amount": held["Amount"],
        "CloseDate": close_date,
    }
