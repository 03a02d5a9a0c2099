"""What changes records the way users do it: creating, updating, deleting, restoring.

An edit moves the stamps and writes the history of the fields that are tracked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import Refusal, entity_deleted, no_column, no_record
from handoff.sandbox.server.salesforce.org_state import OrgState, Record

REQUIRED = {
    "Account": ("Name",),
    "Campaign": ("Name",),
    "CampaignMember": ("CampaignId",),
    "Contact": ("LastName",),
    "Lead": ("LastName", "Company"),
    "Opportunity": ("Name", "StageName", "CloseDate"),
    "OpportunityContactRole": ("OpportunityId", "ContactId"),
}
# What goes to the recycle bin with a record, by the field that points to it.
CHILDREN = {
    "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId")),
    "Campaign": (("CampaignMember", "CampaignId"), ("CampaignInfluence", "CampaignId")),
    "Contact": (
        ("CampaignMember", "ContactId"),
        ("OpportunityContactRole", "ContactId"),
        ("Task", "WhoId"),
        ("Event", "WhoId"),
    ),
    "Lead": (
        ("LeadHistory", "LeadId"),
        ("CampaignMember", "LeadId"),
        ("Task", "WhoId"),
        ("Event", "WhoId"),
    ),
    "Opportunity": (
        ("OpportunityFieldHistory", "OpportunityId"),
        ("OpportunityHistory", "OpportunityId"),
        ("OpportunityContactRole", "OpportunityId"),
        ("CampaignInfluence", "OpportunityId"),
    ),
}
_HISTORY = {
    "Lead": ("LeadHistory", "LeadId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
}
_SNAPSHOT = ("StageName", "Amount", "CloseDate", "Probability")
_BY_THE_SYSTEM = frozenset(
    {"Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"}
    | {"SystemModstamp", "IsConverted", "MasterRecordId"}
)


@dataclass(frozen=True)
class Author:
    """Who edits, and when (ISO instant); None is the integration's user, and now."""

    user_id: str | None = None
    at: str | None = None


class OrgEdits:
    """Changes to an organization's records. Methods raise Refusal."""

    def __init__(self, state: OrgState) -> None:
        self.state = state

    def create(self, sobject: str, given: Mapping[str, Any], author: Author) -> str:
        """Add a record; its id."""
        missing = [name for name in REQUIRED.get(sobject, ()) if not given.get(name)]
        if missing:
            text = f"Required fields are missing: [{', '.join(missing)}]"
            raise Refusal(400, "REQUIRED_FIELD_MISSING", text, missing)
        changes = self.checked(sobject, given)
        return self.add(sobject, changes, self.instant(author), self.user(author))

    def add(self, sobject: str, changes: Record, at: str, user: str) -> str:
        """Add a record of checked values, made at an instant by a user; its id."""
        fields = self.state.objects[sobject].fields
        record: Record = {"Id": self.state.new_id(sobject), "CreatedDate": at, "CreatedById": user}
        record |= {"LastModifiedDate": at, "LastModifiedById": user, "SystemModstamp": at}
        record["IsDeleted"] = False
        if "OwnerId" in fields:
            record["OwnerId"] = user
        if sobject == "Lead":
            record |= {"Status": "Open - Not Contacted", "IsConverted": False}
        record = {name: value for name, value in record.items() if name in fields}
        record |= changes | self._derived(sobject, changes, at)
        self.state.put(sobject, record)
        if sobject in _HISTORY:
            self.log_change(sobject, record["Id"], "created", None, None, at, user)
        if sobject == "Opportunity":
            self._log_snapshot(record, at, user)
        return str(record["Id"])

    def update(
        self, sobject: str, record_id: str, given: Mapping[str, Any], author: Author
    ) -> None:
        """Set values of a record that is not deleted; None clears one."""
        self.change(sobject, record_id, self.checked(sobject, given), author)

    def change(self, sobject: str, record_id: str, changes: Record, author: Author) -> None:
        """Set checked values."""
        record = self.live(sobject, record_id)
        user, at = self.user(author), self.instant(author, record)
        changes = changes | self._derived(sobject, changes, at)
        changed = {
            name: value for name, value in changes.items() if (record.get(name) or None) != value
        }
        # Saving a record that stays as it was moves its stamps all the same.
        self._replace(sobject, record, changes, at, user)
        for name, value in changed.items():
            if self.state.is_tracked(sobject, name):
                self._log_field(sobject, record, name, value, at, user)
        if sobject == "Opportunity" and any(name in changed for name in _SNAPSHOT):
            self._log_snapshot(self.state.records[sobject][record_id], at, user)

    def delete(self, sobject: str, record_id: str, author: Author) -> None:
        """Move a record and what hangs on it to the recycle bin."""
        record = self.live(sobject, record_id)
        user, at = self.user(author), self.instant(author, record)
        self.bin(sobject, record, at, user)

    def bin(self, sobject: str, record: Record, at: str, user: str, **more: Any) -> None:
        """Move a record with all children to the bin, with more values."""
        self._replace(sobject, record, {"IsDeleted": True, **more}, at, user)
        self.state.deleted_at[record["Id"]] = at
        for child, field in CHILDREN.get(sobject, ()):
            for other in self.pointing(child, field, record["Id"]):
                if not other.get("IsDeleted"):
                    self.bin(child, other, at, user)

    def undelete(self, record_id: str, author: Author) -> None:
        """Take a record, and what went with it, out of the recycle bin."""
        sobject = self.state.sobject_of(record_id) or ""
        record = self.state.find(record_id)
        if record is None or not record.get("IsDeleted"):
            raise Refusal(400, "UNDELETE_FAILED", "Entity is not in the recycle bin", [])
        user, at = self.user(author), self.instant(author, record)
        binned_at = self.state.deleted_at.pop(record_id, None)
        restored: Record = {"IsDeleted": False}
        if "MasterRecordId" in record:
            restored |= {"MasterRecordId": None}
        self._replace(sobject, record, restored, at, user)
        for child, field in CHILDREN.get(sobject, ()):
            for other in self.pointing(child, field, record_id):
                is_with_it = self.state.deleted_at.get(other["Id"]) == binned_at
                if other.get("IsDeleted") and is_with_it:
                    self.undelete(other["Id"], Author(user, at))

    def purge(self, record_ids: Iterable[str] | None = None) -> int:
        """Empty the recycle bin of these records, or of all; how many went."""
        wanted = None if record_ids is None else set(record_ids)
        gone = 0
        for known in self.state.records.values():
            for record_id in [i for i, record in known.items() if record.get("IsDeleted")]:
                if wanted is None or record_id in wanted:
                    del known[record_id]
                    self.state.deleted_at.pop(record_id, None)
                    gone += 1
        return gone

    def erase(self, record_id: str) -> None:
        """Delete a record past the recycle bin, with what hangs on it: no trace is left."""
        sobject = self.state.sobject_of(record_id)
        if sobject is None or self.state.records[sobject].pop(record_id, None) is None:
            raise no_record(record_id)
        self.state.deleted_at.pop(record_id, None)
        for child, field in CHILDREN.get(sobject, ()):
            for other in self.pointing(child, field, record_id):
                self.erase(other["Id"])

    def checked(self, sobject: str, given: Mapping[str, Any]) -> Record:
        """Values that a user may set, as they are kept."""
        kind = self.state.objects[sobject]
        known: Record = {}
        for name, value in given.items():
            if name == "attributes":
                continue
            field = kind.find(name)
            if field is None:
                raise no_column(name, sobject)
            if field.name in _BY_THE_SYSTEM or field.is_calculated or field.kind == "address":
                raise Refusal(
                    400,
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    f"Unable to create/update fields: {field.name}. Please check the security "
                    "settings of this field and verify that it is read/write for your profile or "
                    "permission set.",
                    [field.name],
                )
            try:
                known[field.name] = values.keep(field.kind, value)
            except ValueError:
                text = f"Cannot deserialize instance of {field.kind} from VALUE_STRING value"
                raise Refusal(400, "JSON_PARSER_ERROR", text) from None
        return known

    def live(self, sobject: str, record_id: str) -> Record:
        """A record that is not deleted."""
        record = self.state.records[sobject].get(record_id)
        if record is None:
            raise no_record(record_id)
        if record.get("IsDeleted"):
            raise entity_deleted()
        return record

    def pointing(self, sobject: str, field: str, record_id: str) -> list[Record]:
        known = self.state.records.get(sobject, {})
        return [record for record in known.values() if record.get(field) == record_id]

    def user(self, author: Author) -> str:
        return author.user_id or self.state.integration_user

    def instant(self, author: Author, record: Record | None = None) -> str:
        """The given instant, or now, which never stands before the last change."""
        if author.at:
            return values.instant_text(values.parse_instant(author.at))
        now = values.instant_text(self.state.now())
        return max(now, (record or {}).get("SystemModstamp") or now)

    def log_change(
        self, sobject: str, record_id: str, field: str, old: Any, new: Any, at: str, user: str
    ) -> None:
        """Write a row of a record's history."""
        history, parent = _HISTORY[sobject]
        row = {"Id": self.state.new_id(history), "IsDeleted": False, "CreatedDate": at}
        row |= {"CreatedById": user, "Field": field, "OldValue": old, "NewValue": new}
        self.state.put(history, {**row, parent: record_id})

    def _log_field(
        self, sobject: str, record: Record, name: str, value: Any, at: str, user: str
    ) -> None:
        old = record.get(name)
        if name != "OwnerId":
            self.log_change(sobject, record["Id"], name, old, value, at, user)
            return
        # A new owner makes two rows: one with names, one with ids.
        was, is_now = ((self.state.find(one) or {}).get("Name") for one in (old, value))
        self.log_change(sobject, record["Id"], "Owner", was, is_now, at, user)
        self.log_change(sobject, record["Id"], "Owner", old, value, at, user)

    def _log_snapshot(self, record: Record, at: str, user: str) -> None:
        row = {"Id": self.state.new_id("OpportunityHistory"), "IsDeleted": False}
        row |= {"CreatedDate": at, "CreatedById": user, "SystemModstamp": at}
        row |= {name: record.get(name) for name in _SNAPSHOT}
        self.state.put("OpportunityHistory", {**row, "OpportunityId": record["Id"]})

    def _replace(self, sobject: str, record: Record, changes: Record, at: str, user: str) -> None:
        fields = self.state.objects[sobject].fields
        stamps = {"LastModifiedDate": at, "LastModifiedById": user, "SystemModstamp": at}
        kept = {name: value for name, value in stamps.items() if name in fields}
        self.state.put(sobject, {**record, **changes, **kept})

    def _derived(self, sobject: str, changes: Record, at: str) -> Record:
        """What follows from a stage or a status."""
        if sobject == "Opportunity" and "StageName" in changes:
            stage = str(changes["StageName"])
            is_closed, is_won = stage.startswith("Closed"), stage == "Closed Won"
            return {"IsClosed": is_closed, "IsWon": is_won} | (
                {"Probability": 100.0 * is_won} if is_closed else {}
            )
        if sobject == "Task" and "Status" in changes:
            is_closed = changes["Status"] == "Completed"
            given = changes.get("CompletedDateTime")
            return {
                "IsClosed": is_closed,
                "CompletedDateTime": (given or at) if is_closed else None,
            }
        return {}
