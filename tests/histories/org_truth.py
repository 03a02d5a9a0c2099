"""What staging has to hold of an organization, worked out from the state of its server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from server_truth import Row, ServerTruth

from handoff.sandbox.server.salesforce.org_state import OrgState, Record

_OBJECTS = {
    "Lead": "leads",
    "Contact": "contacts",
    "Account": "companies",
    "Opportunity": "deals",
    "Task": "tasks",
    "Event": "meetings",
}


def truth_of_org(source_id: str, state: OrgState, erased: set[str]) -> ServerTruth:
    """What a server holds now."""
    held = {name: list(state.records[name].values()) for name in _OBJECTS}
    truth = ServerTruth(source_id, has_partial_history=True)
    truth.live = {
        (_OBJECTS[name], one["Id"])
        for name, records in held.items()
        for one in records
        if not one.get("IsDeleted")
    }
    losers = {
        (_OBJECTS[name], one["Id"]): one["MasterRecordId"]
        for name in ("Lead", "Contact", "Account")
        for one in held[name]
        if one.get("MasterRecordId")
    }
    truth.rows = {
        "person_records": {
            _person(_OBJECTS[name], one) for name in ("Lead", "Contact") for one in held[name]
        },
        "companies": {_company(one) for one in held["Account"]},
        "deals": {_deal(one) for one in held["Opportunity"]},
        "activities": {
            _activity(_OBJECTS[name], one) for name in ("Task", "Event") for one in held[name]
        },
        "property_changes": {*_statuses(state), *_stages(state)},
        "merges": {(*loser, _last(losers, *loser)) for loser in losers},
        "associations": set(_links(held, truth.live)),
    }
    truth.erased = set(erased)
    return truth


def _person(object_: str, record: Record) -> Row:
    value = record.get
    return (
        object_, record["Id"], value("AccountId") or value("ConvertedAccountId"), value("OwnerId"),
        (value("Email") or "").strip().lower() or None, value("Title"),
        value("Country") or value("MailingCountry"), _text(value("NumberOfEmployees")),
        _is_archived(record), _at(record["CreatedDate"]), _at(record["SystemModstamp"]),
    )  # fmt: skip


def _company(record: Record) -> Row:
    value = record.get
    return (
        "companies", record["Id"], value("Name"), _text(value("NumberOfEmployees")),
        _money(value("AnnualRevenue")), _is_archived(record),
    )  # fmt: skip


def _deal(record: Record) -> Row:
    value = record.get
    return (
        "deals", record["Id"], value("OwnerId"), value("StageName"), _money(value("Amount")),
        _is_archived(record), _at(record["CreatedDate"]),
    )  # fmt: skip


def _activity(object_: str, record: Record) -> Row:
    value = record.get
    completed = value("CompletedDateTime") if value("IsClosed") else None
    return (
        object_, record["Id"], "task" if object_ == "tasks" else "meeting", value("OwnerId"),
        value("Subject"), _flag(bool(value("IsDeleted"))),
        _at(value("StartDateTime")) if object_ == "meetings" else None, _at(completed),
    )  # fmt: skip


def _statuses(state: OrgState) -> Iterator[Row]:
    """Each status of each lead with the instant since which it has held."""
    by_lead: dict[str, list[Record]] = {}
    for row in state.records["LeadHistory"].values():
        if row["Field"] == "Status":
            by_lead.setdefault(row["LeadId"], []).append(row)
    for lead_id, rows in by_lead.items():
        rows.sort(key=lambda row: (row["CreatedDate"], row["Id"]))
        lead = state.records["Lead"].get(lead_id)
        if lead is not None and rows[0]["OldValue"]:
            yield ("leads", lead_id, "Status", rows[0]["OldValue"], _at(lead["CreatedDate"]))
        for row in rows:
            yield ("leads", lead_id, "Status", row["NewValue"] or "", _at(row["CreatedDate"]))


def _stages(state: OrgState) -> Iterator[Row]:
    """Each stage of each opportunity, from the pictures that Salesforce takes of it."""
    by_deal: dict[str, list[Record]] = {}
    for row in state.records["OpportunityHistory"].values():
        by_deal.setdefault(row["OpportunityId"], []).append(row)
    for deal_id, rows in by_deal.items():
        rows.sort(key=lambda row: (row["CreatedDate"], row["Id"]))
        last: Any = None
        for place, row in enumerate(rows):
            if row["StageName"] != last:
                created = state.records["Opportunity"][deal_id]["CreatedDate"]
                at = min(row["CreatedDate"], created) if place == 0 else row["CreatedDate"]
                yield ("deals", deal_id, "StageName", row["StageName"], _at(at))
            last = row["StageName"]


def _links(held: dict[str, list[Record]], live: set[tuple[str, str]]) -> Iterator[Row]:
    kinds = {"00Q": "leads", "003": "contacts", "006": "deals", "001": "companies"}
    for name, field in (
        ("Opportunity", "AccountId"), ("Contact", "AccountId"), ("Lead", "ConvertedAccountId"),
        ("Task", "WhoId"), ("Event", "WhoId"), ("Task", "WhatId"), ("Event", "WhatId"),
    ):  # fmt: skip
        for record in held[name]:
            target = record.get(field)
            ends = ((_OBJECTS[name], record["Id"]), (kinds.get(str(target)[:3], ""), str(target)))
            if target and set(ends) <= live:
                yield (*ends[0], *ends[1])


def _last(losers: dict[tuple[str, str], str], object_: str, loser: str) -> str:
    survivor = losers[(object_, loser)]
    while (object_, survivor) in losers:
        survivor = losers[(object_, survivor)]
    return survivor


def _is_archived(record: Record) -> str:
    return _flag(bool(record.get("IsDeleted")) and not record.get("MasterRecordId"))


def _flag(value: bool) -> str:
    return str(value).lower()


def _text(value: Any) -> str | None:
    return None if value is None else str(int(value))


def _money(value: Any) -> str | None:
    return None if value is None else str(Decimal(str(value)).quantize(Decimal("0.01")))


def _at(text: str | None) -> str | None:
    if not text:
        return None
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3]
