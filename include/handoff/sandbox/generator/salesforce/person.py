"""One person as the generator told them of HubSpot alone, before they are split over two CRMs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.vocabulary import Form

Row = dict[str, Any]

_HUMAN = "CRM_UI"


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a property. owner_id: of the person who set it; None for a program."""

    at: datetime
    value: str
    owner_id: str | None


@dataclass
class Twist:
    """What is odd about the next person.

    in_hubspot: False for a lead that only Salesforce knows. has_hubspot_deals: whether the sync
    makes deals of its opportunities; None leaves it to the dice. lead_at: when the lead is made, if
    not minutes after the first MQL. change: a last hand at the records of both CRMs.
    """

    in_hubspot: bool = True
    has_hubspot_deals: bool | None = None
    lead_at: datetime | None = None
    change: Callable[[Person], None] | None = None


@dataclass
class Person:
    """A contact with deals, activities and handoffs; and, once split, the rows of Salesforce."""

    contact: Row
    deals: list[Row] = field(default_factory=list)
    activities: list[tuple[str, Row]] = field(default_factory=list)
    handoffs: list[tuple[HandoffTruth, Form | None]] = field(default_factory=list)
    company: Row | None = None
    twist: Twist = field(default_factory=Twist)
    lead_at: datetime | None = None
    lead: Row = field(default_factory=dict)
    sales_contact: Row | None = None
    account: Row | None = None
    opportunities: dict[str, Row] = field(default_factory=dict)
    rows: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    @property
    def id(self) -> str:
        return str(self.contact["id"])

    def changes(self, name: str) -> list[Change]:
        """A property's values, oldest first."""
        return changes_of(self.contact, name)

    def value_at(self, name: str, at: datetime) -> str | None:
        """A property's value in force at an instant."""
        return next((one.value for one in reversed(self.changes(name)) if one.at <= at), None)


def changes_of(record: Row, name: str) -> list[Change]:
    """A property's values in a record of HubSpot, oldest first."""
    return [
        Change(
            datetime.fromisoformat(entry["timestamp"]),
            entry["value"],
            str(entry["updatedByUserId"] - 50_000) if entry["sourceType"] == _HUMAN else None,
        )
        for entry in reversed(record.get("propertiesWithHistory", {}).get(name, []))
    ]
