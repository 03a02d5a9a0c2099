"""What happens to records beyond a user's edit: conversion, merging, and the system's own work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import Refusal, no_column, no_record
from handoff.sandbox.server.salesforce.org_edits import CHILDREN, Author, OrgEdits
from handoff.sandbox.server.salesforce.org_state import OrgState, Record
from handoff.sandbox.server.salesforce.schema import SObject

_STAYS_WITH_THE_LOSER = frozenset({"LeadHistory"})


class OrgEvents:
    """Conversion, merges, and changes that no user makes. Methods raise Refusal."""

    def __init__(self, state: OrgState, edits: OrgEdits) -> None:
        self._state = state
        self._edits = edits

    def convert(
        self,
        lead_id: str,
        author: Author,
        *,
        account_id: str | None = None,
        contact_id: str | None = None,
        opportunity: Mapping[str, Any] | None = None,
        status: str = "Qualified",
    ) -> dict[str, str | None]:
        """Convert a lead; the ids of account, contact and opportunity.

        account_id, contact_id: existing ones to take. opportunity: values of the new one; None
        makes none. The lead's campaign members get the contact, its activities move to it.
        """
        lead = self._edits.live("Lead", lead_id)
        if lead.get("IsConverted"):
            raise Refusal(
                400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", []
            )
        user, at = self._edits.user(author), self._edits.instant(author, lead)
        owner = {"OwnerId": lead.get("OwnerId") or user}
        if account_id is None:
            named = {"Name": lead.get("Company") or lead.get("LastName"), **owner}
            taken = {to: lead[one] for one, to in _TO_ACCOUNT.items() if lead.get(one)}
            account_id = self._edits.add("Account", {**named, **taken}, at, user)
        if contact_id is None:
            taken = {to: lead[one] for one, to in _TO_CONTACT.items() if lead.get(one)}
            values_ = {"AccountId": account_id, **owner, **taken}
            contact_id = self._edits.add("Contact", values_, at, user)
        opportunity_id = None
        if opportunity is not None:
            opportunity_id = self._open(lead, account_id, contact_id, opportunity, at, user)
        zone = ZoneInfo(str(self._state.organization.get("timezone", "Europe/Berlin")))
        converted = {
            "IsConverted": True,
            # A date of the organization's zone: the time of day is in the history alone.
            "ConvertedDate": values.parse_instant(at).astimezone(zone).date().isoformat(),
            "ConvertedAccountId": account_id,
            "ConvertedContactId": contact_id,
            "ConvertedOpportunityId": opportunity_id,
            "Status": status,
        }
        self._edits.change("Lead", lead_id, converted, Author(user, at))
        self._edits.log_change("Lead", lead_id, "leadConverted", None, None, at, user)
        for member in self._edits.pointing("CampaignMember", "LeadId", lead_id):
            self._touch("CampaignMember", member, {"ContactId": contact_id}, at)
        for name in ("Task", "Event"):
            for activity in self._edits.pointing(name, "WhoId", lead_id):
                moved = {"WhoId": contact_id, "WhatId": activity.get("WhatId") or opportunity_id}
                self._touch(name, activity, moved, at)
        return {
            "accountId": account_id,
            "contactId": contact_id,
            "opportunityId": opportunity_id,
        }

    def _open(
        self,
        lead: Record,
        account_id: str,
        contact_id: str,
        given: Mapping[str, Any],
        at: str,
        user: str,
    ) -> str:
        closes = values.parse_instant(at).date() + timedelta(days=90)
        opened = {
            "Name": f"{lead.get('Company')}-",
            "StageName": "Prospecting",
            "CloseDate": closes.isoformat(),
            **self._edits.checked("Opportunity", given),
            "AccountId": account_id,
            "ContactId": contact_id,
            "OwnerId": lead.get("OwnerId") or user,
        }
        opportunity_id = self._edits.add("Opportunity", opened, at, user)
        role = {"OpportunityId": opportunity_id, "ContactId": contact_id, "IsPrimary": True}
        self._edits.add("OpportunityContactRole", role, at, user)
        return opportunity_id

    def merge(
        self,
        sobject: str,
        master_id: str,
        loser_ids: Iterable[str],
        author: Author,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """Merge records into one: the losers go to the bin and name their master.

        given: values that the master takes; else it keeps its own. What hung on the losers hangs
        on the master; their history stays theirs.
        """
        if sobject not in ("Lead", "Contact", "Account"):
            raise Refusal(400, "INVALID_TYPE_FOR_OPERATION", f"entity cannot be merged: {sobject}")
        master = self._edits.live(sobject, master_id)
        user, at = self._edits.user(author), self._edits.instant(author, master)
        for loser_id in loser_ids:
            loser = self._edits.live(sobject, loser_id)
            for child, field in CHILDREN[sobject]:
                if child in _STAYS_WITH_THE_LOSER:
                    continue
                for other in self._edits.pointing(child, field, loser_id):
                    self._touch(child, other, {field: master_id}, at)
            self._edits.bin(sobject, loser, at, user, MasterRecordId=master_id)
            if sobject == "Lead":
                self._edits.log_change("Lead", master_id, "leadMerged", None, None, at, user)
        changes = self._edits.checked(sobject, given or {})
        self._edits.change(sobject, master_id, changes, Author(user, at))

    def edit_as_system(
        self, sobject: str, record_ids: Iterable[str], given: Mapping[str, Any], author: Author
    ) -> None:
        """Set values with one SystemModstamp for all, and without a last-modified date."""
        changes = self._state.keep(sobject, dict(given))
        at = self._edits.instant(author)
        for record_id in record_ids:
            self._touch(sobject, self._known(sobject, record_id), changes, at)

    def recalculate(
        self, sobject: str, record_ids: Iterable[str], given: Mapping[str, Any]
    ) -> None:
        """Set values that leave every stamp: a formula's, a roll-up's, what archiving sets."""
        changes = self._state.keep(sobject, dict(given))
        for record_id in record_ids:
            self._state.put(sobject, {**self._known(sobject, record_id), **changes})

    def archive(self, sobject: str, record_ids: Iterable[str]) -> None:
        """Archive activities: ordinary queries leave them out from now on."""
        if sobject not in ("Task", "Event"):
            raise Refusal(400, "INVALID_TYPE_FOR_OPERATION", f"{sobject} is never archived")
        self.recalculate(sobject, record_ids, {"IsArchived": True})

    def put_field(self, sobject: str, described: Mapping[str, Any]) -> None:
        """Add a field, or describe it anew: its type, its label, its values."""
        kind = self._kind(sobject)
        known = kind.fields.get(str(described.get("name")))
        kind.add_described({**(known.described if known else {}), **described})
        self._keep_anew(kind, str(described["name"]))
        self._state.described_at[sobject] = self._state.now()

    def drop_field(self, sobject: str, name: str) -> None:
        """Delete a field with its values."""
        kind = self._kind(sobject)
        if name not in kind.fields:
            raise no_column(name, sobject)
        kind.drop(name)
        self._state.records[sobject] = {
            record_id: {field: value for field, value in record.items() if field != name}
            for record_id, record in self._state.records[sobject].items()
        }
        self._state.described_at[sobject] = self._state.now()

    def _keep_anew(self, kind: SObject, name: str) -> None:
        """Bring the values that a retyped field has to its new type."""
        for record_id, record in list(self._state.records[kind.name].items()):
            if record.get(name) is None:
                continue
            try:
                value = values.keep(kind.fields[name].kind, record[name])
            except ValueError:
                value = None
            self._state.records[kind.name][record_id] = {**record, name: value}

    def _kind(self, sobject: str) -> SObject:
        if sobject not in self._state.objects:
            raise Refusal(400, "INVALID_TYPE", f"sObject type '{sobject}' is not supported.")
        return self._state.objects[sobject]

    def _known(self, sobject: str, record_id: str) -> Record:
        record = self._state.records[self._kind(sobject).name].get(record_id)
        if record is None:
            raise no_record(record_id)
        return record

    def _touch(self, sobject: str, record: Record, changes: Record, at: str) -> None:
        self._state.put(sobject, {**record, **changes, "SystemModstamp": at})


_TO_ACCOUNT = {
    "Website": "Website",
    "Industry": "Industry",
    "NumberOfEmployees": "NumberOfEmployees",
    "Country": "BillingCountry",
}
_TO_CONTACT = {
    "FirstName": "FirstName",
    "LastName": "LastName",
    "Email": "Email",
    "Title": "Title",
    "Phone": "Phone",
    "LeadSource": "LeadSource",
    "Country": "MailingCountry",
}
