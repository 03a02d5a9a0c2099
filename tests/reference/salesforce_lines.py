"""Records of Salesforce as its connector lands them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

from random_histories import MARKETER, PROGRAM, SALES
from records import SALESFORCE, ContactRecord, DealRecord, id_text

_ROLES = {SALES: "SDR Europe", MARKETER: "Marketing", PROGRAM: ""}

Line = dict[str, Any]


def lines_of(people: list[ContactRecord], deals: list[DealRecord]) -> dict[str, list[Line]]:
    """The lines of each stream."""
    masters = {
        (one.name, merged): id_text(SALESFORCE, one.name, one.record_id)
        for one in people
        for merged in one.merged_ids
    }
    numbers = count(1)
    return {
        "owners": [_user(user_id) for user_id in _ROLES],
        "leads": [_person(one, masters) for one in people if one.name == "leads"],
        "contacts": [_person(one, masters) for one in people if one.name == "contacts"],
        "lead_history": [line for one in people for line in _lead_history(one, numbers)],
        "deals": [_opportunity(one) for one in deals],
        "deal_history": [line for one in deals for line in _stage_history(one, numbers)],
        "deal_contact_roles": [line for one in deals for line in _contact_roles(one, numbers)],
    }


def _user(user_id: int) -> Line:
    kind = "AutomatedProcess" if user_id == PROGRAM else "Standard"
    fields = {"Name": f"User {user_id}", "UserType": kind, "UserRole.Name": _ROLES[user_id]}
    return _line(_user_id(user_id), fields | {"IsActive": "true"})


def _person(one: ContactRecord, masters: dict[tuple[str, int], str]) -> Line:
    master = masters.get((one.name, one.record_id))
    converted = one.values.get("IsConverted")
    became = None if one.became is None else id_text(SALESFORCE, "contacts", one.became)
    fields = {
        "Email": one.email,
        "CreatedDate": _instant(one.created_at),
        "SystemModstamp": _instant(one.archived_at or one.created_at),
        "IsDeleted": "true" if master or one.archived_at else "false",
        "MasterRecordId": master,
        "IsConverted": "true" if converted else "false",
        "ConvertedDate": f"{converted[0].at:%Y-%m-%d}" if converted else None,
        "ConvertedContactId": became,
    }
    return _line(id_text(SALESFORCE, one.name, one.record_id), fields)


def _lead_history(one: ContactRecord, numbers: Iterator[int]) -> Iterator[Line]:
    for name, entries in one.values.items():
        old = None
        for change in entries:
            entry = {
                "LeadId": id_text(SALESFORCE, "leads", one.record_id),
                "Field": "leadConverted" if name == "IsConverted" else name,
                "OldValue": old,
                "NewValue": None if name == "IsConverted" else change.value,
                "CreatedDate": _instant(change.at),
                "CreatedById": _user_id(change.user_id),
            }
            old = change.value
            yield _line(f"017{next(numbers):012d}AAA", entry)


def _opportunity(deal: DealRecord) -> Line:
    fields = {
        "StageName": deal.stages[-1].value,
        "Amount": "1000.0",
        "CreatedDate": _instant(deal.created_at),
    }
    return _line(id_text(SALESFORCE, "deals", deal.record_id), fields)


def _stage_history(deal: DealRecord, numbers: Iterator[int]) -> Iterator[Line]:
    for change in deal.stages:
        picture = {
            "OpportunityId": id_text(SALESFORCE, "deals", deal.record_id),
            "StageName": change.value,
            "CreatedDate": _instant(change.at),
            "CreatedById": _user_id(change.user_id),
        }
        yield _line(f"008{next(numbers):012d}AAA", picture)


def _contact_roles(deal: DealRecord, numbers: Iterator[int]) -> Iterator[Line]:
    for link in deal.links:
        role = {
            "OpportunityId": id_text(SALESFORCE, "deals", deal.record_id),
            "ContactId": id_text(SALESFORCE, "contacts", link.contact_id),
            "IsPrimary": "true" if link.is_primary else "false",
        }
        yield _line(f"00K{next(numbers):012d}EAA", role)


def _line(record_id: str, fields: dict[str, str | None]) -> Line:
    """A field without a value is absent."""
    return {
        "id": record_id,
        "fields": {name: value for name, value in fields.items() if value is not None},
    }


def _user_id(user_id: int | None) -> str | None:
    return None if user_id is None else f"005{user_id:012d}AAA"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
