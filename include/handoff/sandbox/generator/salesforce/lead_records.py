"""The Salesforce lead of a person: made by the sync, worked by sales, converted with a deal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.salesforce.person import Person
from handoff.sandbox.generator.salesforce.record_makers import (
    Row,
    SalesforceFiles,
    history_row,
    salesforce_instant,
    system_fields,
)
from handoff.sandbox.generator.weeks import REPORTING_ZONE

# What a person sets cannot be there from the lead's beginning: that is the sync's doing.
FIRST_EDIT_AFTER = timedelta(seconds=1)
MQL = "marketingqualifiedlead"
SQL = "salesqualifiedlead"


_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LeadChange:
    """A field of the lead gets a value. by: the user's id."""

    at: datetime
    field: str
    value: Any
    by: str


def sync_delay(random: Random) -> timedelta:
    """How long the sync takes from one CRM to the other."""
    return timedelta(seconds=random.randint(120, 540))


def make_lead(
    person: Person, files: SalesforceFiles, random: Random, converted_at: datetime | None
) -> None:
    """The lead's row and its history, up to the conversion if there is one."""
    if person.lead_at is None:
        return
    id, lead_at, properties = files.new_id("Lead"), person.lead_at, person.contact["properties"]
    changes = sorted(
        (one for one in _changes(person, random) if converted_at is None or one.at < converted_at),
        key=lambda one: one.at,
    )
    values: Row = {"Status": "New", "OwnerId": words.INTEGRATION_USER}
    history = [history_row("", lead_at, words.INTEGRATION_USER, "created", None, None)]
    for one in changes:
        old = values.get(one.field)
        values[one.field] = one.value
        if one.at > lead_at and old != one.value:
            history += _told(one, old)
    last_at = max([lead_at, *(one.at for one in changes)])
    person.lead = {
        **system_fields(id, lead_at, words.INTEGRATION_USER, last_at),
        "FirstName": properties["firstname"],
        "LastName": properties["lastname"],
        "Email": properties["email"],
        "Company": properties["company"] or "[not provided]",
        "Title": None,
        "Country": None,
        "Industry": None,
        "NumberOfEmployees": None,
        "Rating": None,
        "LeadSource": "Marketing",
        **dict.fromkeys(words.SALES_FIELD.values()),
        **values,
        "IsConverted": False,
        "ConvertedDate": None,
        "ConvertedContactId": None,
        "ConvertedAccountId": None,
        "ConvertedOpportunityId": None,
        "MasterRecordId": None,
    }
    person.rows["LeadHistory"] = [
        {**row, "Id": files.new_id("LeadHistory"), "LeadId": id} for row in history
    ]


def convert_lead(
    person: Person, files: SalesforceFiles, at: datetime, by: str, opportunity_id: str
) -> None:
    """Mark the lead as converted into the person's contact, account and first opportunity."""
    lead = person.lead
    rows = []
    if lead["Status"] != "Qualified":
        rows.append(history_row("", at, by, "Status", lead["Status"], "Qualified"))
        lead["Status"] = "Qualified"
    rows.append(history_row("", at, by, "leadConverted", None, None))
    person.rows["LeadHistory"] += [
        {**row, "Id": files.new_id("LeadHistory"), "LeadId": lead["Id"]} for row in rows
    ]
    lead["IsConverted"] = True
    lead["ConvertedDate"] = f"{at.astimezone(REPORTING_ZONE):%Y-%m-%d}"
    lead["ConvertedContactId"] = (person.sales_contact or {}).get("Id")
    lead["ConvertedAccountId"] = (person.account or {}).get("Id")
    lead["ConvertedOpportunityId"] = opportunity_id
    lead["LastModifiedDate"] = lead["SystemModstamp"] = salesforce_instant(at)


def _told(change: LeadChange, old: Any) -> Iterator[Row]:
    """Rows of a change. A change of owner is told twice: by the ids, and by the names."""
    if change.field != "OwnerId":
        yield history_row("", change.at, change.by, change.field, old, change.value)
        return
    names = {words.QUEUE_ID: "Lead Queue", words.INTEGRATION_USER: "HubSpot Integration"}
    yield history_row("", change.at, change.by, "Owner", old, change.value)
    old_name, new_name = (names.get(one, f"User {one}") for one in (old, change.value))
    yield history_row("", change.at, change.by, "Owner", old_name, new_name)


def _changes(person: Person, random: Random) -> Iterator[LeadChange]:
    """Every value that the lead gets; what came before the lead is there from its beginning."""
    lead_at = person.lead_at or _NEVER

    def by(owner_id: str | None, program: str) -> str:
        return words.owner_id(owner_id) if owner_id else program

    yield from _statuses(person, random)
    for one in person.changes("lifecyclestage"):
        if one.value == SQL and one.owner_id:
            at = max(one.at, lead_at)
            yield LeadChange(at, "Status", "Qualified", words.owner_id(one.owner_id))
    for one in person.changes("hubspot_owner_id"):
        author = by(one.owner_id, words.AUTOMATED_USER)
        yield LeadChange(max(one.at, lead_at), "OwnerId", words.owner_id(one.value), author)
    for name, field in words.SYNCED_FIELD.items():
        for one in person.changes(name):
            at = lead_at if one.at <= lead_at else one.at + sync_delay(random)
            yield LeadChange(at, field, _field_value(field, one.value), words.INTEGRATION_USER)
    for name, field in words.SALES_FIELD.items():
        for one in person.changes(name):
            value = one.value
            if name == "disqualification_reason":
                value = words.REASON.get(value, value.capitalize())
            author = by(one.owner_id, words.AUTOMATED_USER)
            yield LeadChange(max(one.at, lead_at), field, value, author)


def _statuses(person: Person, random: Random) -> Iterator[LeadChange]:
    lead_at = person.lead_at or _NEVER
    changes = [one for one in person.changes("hs_lead_status") if one.value in words.LEAD_STATUS]
    for place, one in enumerate(changes):
        status = words.LEAD_STATUS[one.value]
        if one.owner_id:
            at = max(one.at, lead_at + FIRST_EDIT_AFTER)
            yield LeadChange(at, "Status", status, words.owner_id(one.owner_id))
        elif one.value != "NEW":
            yield LeadChange(max(one.at, lead_at), "Status", status, words.AUTOMATED_USER)
        elif one.at > lead_at:
            # The lead comes back from nurture when the sync has told of the new MQL, unless a
            # person was quicker.
            at = one.at + sync_delay(random)
            if place + 1 == len(changes) or changes[place + 1].at > at:
                yield LeadChange(at, "Status", status, words.INTEGRATION_USER)


def _field_value(field: str, value: str) -> Any:
    if field != "NumberOfEmployees":
        return value
    return int(value) if value.isdigit() else None
