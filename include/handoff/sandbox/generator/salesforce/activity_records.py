"""Tasks and events of the sales work. What marketing sends, and what people answer, stays behind.

A call and a mail are tasks of a subtype, done at the moment at which they are logged.
"""

from __future__ import annotations

from datetime import datetime

from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.salesforce.person import Person
from handoff.sandbox.generator.salesforce.record_makers import (
    Row,
    SalesforceFiles,
    salesforce_instant,
    system_fields,
)


def take_activities(person: Person, files: SalesforceFiles) -> None:
    """Turn the activities of sales into Salesforce's; the others stay the person's in HubSpot."""
    kept: list[tuple[str, Row]] = []
    for kind, record in person.activities:
        if not _is_of_sales(kind, record):
            kept.append((kind, record))
        elif kind == "meetings":
            person.rows["Event"].append(_event(person, record, files))
        else:
            person.rows["Task"].append(_task(person, kind, record, files))
    person.activities = kept


def _is_of_sales(kind: str, record: Row) -> bool:
    properties = record["properties"]
    if kind == "emails":
        is_sent = properties["hs_email_direction"] == "EMAIL"
        return is_sent and properties["hs_sequence_id"] is None
    return kind != "notes" and properties["hubspot_owner_id"] is not None


def _common(person: Person, sobject: str, record: Row, at: datetime, files: SalesforceFiles) -> Row:
    properties = record["properties"]
    owner = words.owner_id(properties["hubspot_owner_id"])
    deal_ids = [
        one["id"] for one in record.get("associations", {}).get("deals", {}).get("results", ())
    ]
    opportunity = person.opportunities.get(deal_ids[0]) if deal_ids else None
    return {
        **system_fields(files.new_id(sobject), at, owner, at),
        # Converting a lead hands its activities to the contact.
        "WhoId": (person.sales_contact or person.lead)["Id"],
        "WhatId": opportunity["Id"] if opportunity else None,
        "OwnerId": owner,
        "IsArchived": False,
        "Type": None,
    }


def _task(person: Person, kind: str, record: Row, files: SalesforceFiles) -> Row:
    properties = record["properties"]
    is_task = kind == "tasks"
    done_text = properties["hs_task_completion_date"] if is_task else properties["hs_timestamp"]
    done_at = _not_before_lead(person, done_text) if done_text else None
    created_at = _not_before_lead(person, record["createdAt"]) if is_task else done_at
    created_at = created_at or datetime.fromisoformat(record["createdAt"])
    subtype = {"calls": "Call", "emails": "Email"}.get(kind, "Task")
    subject = {"calls": "Call", "emails": "Email: Your request"}.get(kind, "Follow up")
    direction = properties.get("hs_call_direction")
    row = _common(person, "Task", record, created_at, files)
    if done_at:
        row["LastModifiedDate"] = row["SystemModstamp"] = salesforce_instant(done_at)
    return {
        **row,
        "Subject": subject,
        "Status": "Completed" if done_at else "Not Started",
        "Priority": "Normal",
        "ActivityDate": (properties["hs_timestamp"] or record["createdAt"])[:10],
        "CompletedDateTime": salesforce_instant(done_at) if done_at else None,
        "TaskSubtype": subtype,
        "CallType": direction.capitalize() if direction else None,
        "CallDurationInSeconds": int(properties["hs_call_duration"]) // 1000
        if kind == "calls"
        else None,
        "IsClosed": done_at is not None,
    }


def _event(person: Person, record: Row, files: SalesforceFiles) -> Row:
    properties = record["properties"]
    booked_at = _not_before_lead(person, record["createdAt"])
    starts_at = datetime.fromisoformat(properties["hs_meeting_start_time"])
    ends_at = datetime.fromisoformat(properties["hs_meeting_end_time"])
    row = {
        **_common(person, "Event", record, booked_at, files),
        "Subject": properties["hs_meeting_title"],
        "ActivityDate": f"{starts_at:%Y-%m-%d}",
        "StartDateTime": salesforce_instant(starts_at),
        "EndDateTime": salesforce_instant(ends_at),
        "EventSubtype": "Event",
    }
    # Salesforce keeps no outcome: an event that is called off is deleted.
    row["IsDeleted"] = properties["hs_meeting_outcome"] == "CANCELED"
    return row


def _not_before_lead(person: Person, text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return max(at, person.lead_at) if person.lead_at else at
