"""Contacts, companies and deals as HubSpot's API returns them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handoff.sandbox.generator.changes import ChangedProperties, Source, iso

# The API answers null for a property that was asked for and never set.
CONTACT_PROPERTIES = (
    "associatedcompanyid", "authority", "budget_range", "city", "company", "country", "createdate",
    "current_tools", "decision_owner", "disqualification_reason", "email", "firstname",
    "hs_additional_emails", "hs_analytics_first_touch_converting_campaign", "hs_analytics_source",
    "hs_lead_status", "hs_merged_object_ids", "hs_object_id", "hs_sequences_is_enrolled",
    "hs_v2_date_entered_marketingqualifiedlead", "hubspot_owner_id", "industry", "jobtitle",
    "lastmodifieddate", "lastname", "lifecyclestage", "need", "numberofemployees", "phone",
    "timeframe", "use_case",
)  # fmt: skip
DEAL_PROPERTIES = (
    "amount", "closed_lost_reason", "closedate", "createdate", "deal_currency_code", "dealname",
    "dealstage", "hs_lastmodifieddate", "hs_object_id", "hubspot_owner_id", "pipeline",
)  # fmt: skip

Links = dict[str, dict[str, list[dict[str, str]]]]


def links(**to: list[dict[str, str]]) -> Links:
    """``associations`` of a record; objects without a link are left out, as by the API."""
    return {name: {"results": results} for name, results in to.items() if results}


@dataclass(slots=True)
class Company:
    """An account. ``domain`` is where its people's addresses are."""

    id: str
    name: str
    domain: str | None
    industry: str | None
    employees: int | None
    country: str | None
    created_at: datetime
    revenue: int | None = None
    is_poor_fit: bool = False
    first_contact_id: str | None = None

    def as_record(self) -> dict[str, Any]:
        created = iso(self.created_at)
        return {
            "id": self.id,
            "properties": {
                "annualrevenue": None if self.revenue is None else str(self.revenue),
                "country": self.country,
                "createdate": created,
                "domain": self.domain,
                "hs_lastmodifieddate": created,
                "hs_object_id": self.id,
                "industry": self.industry,
                "name": self.name,
                "numberofemployees": None if self.employees is None else str(self.employees),
            },
            "createdAt": created,
            "updatedAt": created,
            "archived": False,
        }


@dataclass(slots=True)
class Contact:
    """A person's record with its history."""

    id: str
    first_name: str
    last_name: str
    email: str | None
    created_at: datetime
    values: ChangedProperties
    company: Company | None = None
    phone: str | None = None
    additional_emails: str | None = None
    merged_ids: tuple[str, ...] = ()
    archived_at: datetime | None = None
    is_in_sequence: bool = False
    analytics_source: str = "ORGANIC_SEARCH"
    first_campaign_id: str | None = None
    deal_ids: list[str] = field(default_factory=list)

    def set(self, name: str, value: str, at: datetime, source: Source) -> None:
        self.values.set(name, value, at, source)

    def as_record(self) -> dict[str, Any]:
        created, updated = iso(self.created_at), iso(self.values.last_changed_at)
        history = self.values.as_history()
        mql_entries = [
            entry["timestamp"]
            for entry in history.get("lifecyclestage", ())
            if entry["value"] == "marketingqualifiedlead"
        ]
        properties = dict.fromkeys(CONTACT_PROPERTIES) | {
            "createdate": created,
            "email": self.email,
            "firstname": self.first_name,
            "lastname": self.last_name,
            "phone": self.phone,
            "company": self.company.name if self.company else None,
            "associatedcompanyid": self.company.id if self.company else None,
            "hs_additional_emails": self.additional_emails,
            "hs_analytics_source": self.analytics_source,
            "hs_analytics_first_touch_converting_campaign": self.first_campaign_id,
            "hs_merged_object_ids": ";".join(self.merged_ids) or None,
            "hs_object_id": self.id,
            "hs_sequences_is_enrolled": "true" if self.is_in_sequence else None,
            "hs_v2_date_entered_marketingqualifiedlead": mql_entries[0] if mql_entries else None,
            "lastmodifieddate": updated,
            **self.values.current_values(),
        }
        record: dict[str, Any] = {
            "id": self.id,
            "properties": properties,
            "propertiesWithHistory": history,
            "createdAt": created,
            "updatedAt": updated,
            "archived": self.archived_at is not None,
        }
        if self.archived_at is not None:
            record["archivedAt"] = iso(self.archived_at)
        linked = links(
            companies=company_links(self.company, "contact"),
            deals=[{"id": deal_id, "type": "contact_to_deal"} for deal_id in self.deal_ids],
        )
        if linked:
            record["associations"] = linked
        return record


def company_links(company: Company | None, from_object: str) -> list[dict[str, str]]:
    """The primary company is told twice: by the primary type and by the plain one."""
    if company is None:
        return []
    return [
        {"id": company.id, "type": f"{from_object}_to_company"},
        {"id": company.id, "type": f"{from_object}_to_company_unlabeled"},
    ]


@dataclass(slots=True)
class Deal:
    """A deal; ``primary_contact_id`` carries the label Primary when there are several contacts."""

    id: str
    name: str
    created_at: datetime
    values: ChangedProperties
    pipeline: str = "default"
    currency: str = "EUR"
    company: Company | None = None
    contact_ids: list[str] = field(default_factory=list)
    primary_contact_id: str | None = None
    closes_at: datetime | None = None
    archived_at: datetime | None = None

    def set(self, name: str, value: str, at: datetime, source: Source) -> None:
        self.values.set(name, value, at, source)

    def as_record(self) -> dict[str, Any]:
        created, updated = iso(self.created_at), iso(self.values.last_changed_at)
        properties = dict.fromkeys(DEAL_PROPERTIES) | {
            "closedate": iso(self.closes_at) if self.closes_at else None,
            "createdate": created,
            "deal_currency_code": self.currency,
            "dealname": self.name,
            "hs_lastmodifieddate": updated,
            "hs_object_id": self.id,
            "pipeline": self.pipeline,
            **self.values.current_values(),
        }
        record: dict[str, Any] = {
            "id": self.id,
            "properties": properties,
            "propertiesWithHistory": self.values.as_history(),
            "createdAt": created,
            "updatedAt": updated,
            "archived": self.archived_at is not None,
        }
        if self.archived_at is not None:
            record["archivedAt"] = iso(self.archived_at)
        contact_links = []
        for contact_id in self.contact_ids:
            contact_links.append({"id": contact_id, "type": "deal_to_contact"})
            if contact_id == self.primary_contact_id:
                contact_links.append({"id": contact_id, "type": "primary_contact"})
        linked = links(contacts=contact_links, companies=company_links(self.company, "deal"))
        if linked:
            record["associations"] = linked
        return record
