"""A person who works in the sandbox CRM by hand: makes leads, moves them, wins their deals."""

from __future__ import annotations

from typing import Any

from handoff.sandbox.generator.vocabulary import OWNER
from handoff.sandbox.server import RunningSandbox

OBJECTS = "/crm/objects/2026-09"
SALES_PERSON = OWNER["211"]
_PERSON = {"source": "CRM_UI", "user": SALES_PERSON.user_id}
_DEAL_TO_CONTACT = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}


class CrmPerson:
    """Edits as a person of sales makes them. Instants are ISO texts in UTC."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self._sandbox = sandbox

    def new_lead(self, name: str, mql_at: str, **properties: str) -> str:
        """A contact who is a lead for a moment and then an MQL; its id."""
        given = {"email": f"{name}@changes.example", "lifecyclestage": "lead", **properties}
        made = self._sandbox.call(
            "POST", f"{OBJECTS}/contacts", {"properties": given}, source="FORM", at=mql_at
        )
        later = mql_at.replace(":00Z", ":01Z")
        self.change(made["id"], later, lifecyclestage="marketingqualifiedlead")
        return str(made["id"])

    def change(self, record_id: str, at: str, *, of: str = "contacts", **properties: Any) -> None:
        """Set properties of a record."""
        path = f"{OBJECTS}/{of}/{record_id}"
        self._sandbox.call("PATCH", path, {"properties": properties}, at=at, **_PERSON)

    def new_deal(self, contact_id: str, at: str, stage: str = "appointmentscheduled") -> str:
        """A deal of a contact; its id."""
        link = {"to": {"id": contact_id}, "types": [_DEAL_TO_CONTACT]}
        properties = {"dealname": "Deal", "pipeline": "default", "dealstage": stage}
        made = self._sandbox.call(
            "POST",
            f"{OBJECTS}/deals",
            {"properties": properties, "associations": [link]},
            at=at,
            **_PERSON,
        )
        return str(made["id"])

    def merge(self, survivor_id: str, loser_id: str, at: str) -> None:
        """Merge one contact into another."""
        body = {"primaryObjectId": survivor_id, "objectIdToMerge": loser_id}
        self._sandbox.call("POST", f"{OBJECTS}/contacts/merge", body, at=at, **_PERSON)

    def archive(self, contact_id: str, at: str) -> None:
        """Move a contact to the recycle bin."""
        self._sandbox.call("DELETE", f"{OBJECTS}/contacts/{contact_id}", at=at, **_PERSON)
