"""Salesforce's records, field by field as REST gives them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from handoff.sandbox.generator.portal_files import NdjsonFile
from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.vocabulary import OWNERS, TEAM_IDS
from handoff.sandbox.server.salesforce.ids import make_id

Row = dict[str, Any]

KEY_PREFIX = {
    "User": "005",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Account": "001",
    "Lead": "00Q",
    "LeadHistory": "017",
    "Contact": "003",
    "Opportunity": "006",
    "OpportunityHistory": "008",
    "OpportunityFieldHistory": "017",
    "OpportunityContactRole": "00K",
    "Task": "00T",
    "Event": "00U",
}
# Ids of the two histories share a prefix, so their numbers must not meet. A jump makes letters of
# both cases appear in ids.
_FIRST_NUMBER = {"LeadHistory": 10_000_000, "OpportunityFieldHistory": 90_000_000}


def salesforce_instant(at: datetime) -> str:
    """An instant as Salesforce's REST API writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


class SalesforceFiles:
    """The files of one organization below ``folder``/salesforce; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "salesforce"
        self._files: dict[str, NdjsonFile] = {}
        self._numbers: Counter[str] = Counter(
            {name: _FIRST_NUMBER.get(name, 100_000) for name in KEY_PREFIX}
        )

    def __enter__(self) -> SalesforceFiles:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name in KEY_PREFIX:
            self._files[name] = NdjsonFile(self._folder / f"{name}.ndjson.gz")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            file.close()

    @property
    def rows(self) -> dict[str, int]:
        """Records written so far, by sObject."""
        return {name: file.rows for name, file in self._files.items()}

    def new_id(self, sobject: str) -> str:
        self._numbers[sobject] += 1
        return make_id(KEY_PREFIX[sobject], self._numbers[sobject])

    def write(self, sobject: str, row: Row) -> None:
        self._files[sobject].write(row)


def system_fields(id: str, created_at: datetime, by: str, changed_at: datetime) -> Row:
    """The fields that every record has."""
    created, changed = salesforce_instant(created_at), salesforce_instant(changed_at)
    return {
        "Id": id,
        "IsDeleted": False,
        "CreatedDate": created,
        "CreatedById": by,
        "LastModifiedDate": changed,
        "LastModifiedById": by,
        "SystemModstamp": changed,
    }


def history_row(id: str, at: datetime, by: str, field: str, old: Any, new: Any) -> Row:
    """A row of LeadHistory or OpportunityFieldHistory, without the record's own id."""
    return {
        "Id": id,
        "IsDeleted": False,
        "CreatedDate": salesforce_instant(at),
        "CreatedById": by,
        "Field": field,
        "OldValue": old,
        "NewValue": new,
    }


def user_rows(started_at: datetime) -> list[Row]:
    """People, the user that the sync works as, and Salesforce's own automated one."""
    rows = [
        _user(
            words.owner_id(owner.id),
            f"{owner.first_name} {owner.last_name}",
            owner.email,
            started_at,
            role=owner.team,
            is_active=not owner.is_archived,
            zone="America/New_York" if owner.calendar == "americas" else "Europe/Berlin",
        )
        for owner in OWNERS
        if not owner.is_queue
    ]
    sync = _user(
        words.INTEGRATION_USER, "HubSpot Integration", words.INTEGRATION_ADDRESS, started_at
    )
    automated = _user(
        words.AUTOMATED_USER, "Automated Process", "autoproc@northlight.example", started_at
    )
    return [*rows, sync, {**automated, "UserType": "AutomatedProcess"}]


def _user(
    id: str,
    name: str,
    email: str,
    started_at: datetime,
    *,
    role: str | None = None,
    is_active: bool = True,
    zone: str = "Europe/Berlin",
) -> Row:
    row = system_fields(id, started_at, words.INTEGRATION_USER, started_at)
    # A user is never deleted, only made inactive.
    del row["IsDeleted"]
    return {
        **row,
        "Username": email,
        "Name": name,
        "Email": email,
        "IsActive": is_active,
        "UserType": "Standard",
        "UserRoleId": make_id("00E", int(TEAM_IDS[role])) if role else None,
        "UserRole": {"Name": role} if role else None,
        "Department": None,
        "TimeZoneSidKey": zone,
    }


def roundtable(started_at: datetime) -> Row:
    """The one campaign that lives in Salesforce: people answer it as its members."""
    day = f"{started_at + timedelta(days=300):%Y-%m-%d}"
    return {
        **system_fields(words.ROUNDTABLE, started_at, words.INTEGRATION_USER, started_at),
        "Name": "Customer roundtable",
        "Type": "Event",
        "Status": "In Progress",
        "StartDate": day,
        "EndDate": None,
        "IsActive": True,
        "ActualCost": 7500.0,
        "BudgetedCost": 8000.0,
        "ParentId": None,
        "OwnerId": words.owner_id("231"),
    }
