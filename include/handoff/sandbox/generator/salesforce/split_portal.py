"""The portal of a company that sells in Salesforce: each person is split over the two CRMs.

The people, their lives and the dice are those of the company with HubSpot alone. What sales does
moves to Salesforce, where nothing can happen before the sync has made the lead; the truth follows.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from handoff.sandbox.generator.handoff_truth import EXITS, HandoffTruth
from handoff.sandbox.generator.portal_files import NdjsonFile, PortalFiles
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.salesforce.activity_records import take_activities
from handoff.sandbox.generator.salesforce.deal_records import (
    make_account,
    make_contact,
    make_opportunity,
)
from handoff.sandbox.generator.salesforce.hubspot_side import (
    echo_deal,
    keep_marketing,
    short_now_and_then,
)
from handoff.sandbox.generator.salesforce.lead_records import (
    FIRST_EDIT_AFTER,
    MQL,
    convert_lead,
    make_lead,
    sync_delay,
)
from handoff.sandbox.generator.salesforce.person import Person, Row, Twist
from handoff.sandbox.generator.salesforce.record_makers import SalesforceFiles
from handoff.sandbox.generator.truth import Truth
from handoff.sandbox.generator.vocabulary import Form

_ACTIVITIES = ("calls", "emails", "meetings", "tasks", "notes")
_DEAL_SHARE = 0.3
_SALES_INSTANTS = (
    "assigned_at",
    "accepted_at",
    "first_touch_at",
    "sql_at",
    "opportunity_at",
    *(f"{name}_at" for name in EXITS),
)
_STAGES = ("accepted", "sql", "opportunity", "won", "lost", "disqualified", "recycled")


class SplitPortal(PortalInProgress):
    """Holds what is written of a person until the contact is, and then splits it."""

    def __init__(
        self,
        files: PortalFiles,
        sales_files: SalesforceFiles,
        handoff_file: NdjsonFile,
        truth: Truth,
        starts_at: datetime,
    ) -> None:
        super().__init__(files, handoff_file, truth, starts_at)
        self.sales_files = sales_files
        # Dice of its own, so that the company stays the one that it is with HubSpot alone.
        self._sync_random = Random(f"{truth.seed} salesforce")  # noqa: S311
        self._companies: dict[str, Row] = {}
        self._accounts: dict[str, Row] = {}
        self._contacts: dict[str, Row] = {}
        self._deals: list[Row] = []
        self._activities: list[tuple[str, Row]] = []
        self._handoffs: list[tuple[HandoffTruth, Form | None]] = []
        self.twist = Twist()

    def write(self, kind: str, record: dict[str, Any]) -> None:
        """Takes the records of HubSpot's format; those of people come to both CRMs."""
        if kind == "companies":
            self._companies[record["id"]] = record
        elif kind == "deals":
            self._deals.append(record)
        elif kind in _ACTIVITIES:
            self._activities.append((kind, record))
        elif kind == "contacts":
            self._split(record)
        else:
            super().write(kind, record)

    def finish(self, handoff: HandoffTruth, contact: Contact, form: Form | None) -> HandoffTruth:
        """Settles a handoff; it is counted when its person has been split."""
        self._settle(handoff, contact, form)
        self._handoffs.append((handoff, form))
        return handoff

    def close(self) -> None:
        """Writes what waited for all people: companies and their accounts."""
        for record in self._companies.values():
            account = self._accounts.get(record["id"])
            if account is not None:
                record["properties"]["salesforceaccountid"] = short_now_and_then(
                    self._sync_random, account["Id"]
                )
            super().write("companies", record)
        for account in self._accounts.values():
            self.sales_files.write("Account", account)

    def _split(self, contact: Row) -> None:
        company_id = contact["properties"]["associatedcompanyid"]
        person = Person(
            contact,
            self._deals,
            self._activities,
            self._handoffs,
            self._companies.get(company_id),
            self.twist,
        )
        self._deals, self._activities, self._handoffs, self.twist = [], [], [], Twist()
        person.lead_at = self._lead_at(person)
        if person.lead_at is not None:
            self._sell(person)
        self._write_person(person)

    def _lead_at(self, person: Person) -> datetime | None:
        if person.twist.lead_at is not None:
            return person.twist.lead_at
        mqls = [one.at for one in person.changes("lifecyclestage") if one.value == MQL]
        return min(mqls[0] + sync_delay(self._sync_random), self.ends_at) if mqls else None

    def _sell(self, person: Person) -> None:
        """Lead, conversion, opportunities, activities; then HubSpot's part and the truth."""
        deals = sorted(person.deals, key=lambda deal: str(deal["createdAt"]))
        converted_at = datetime.fromisoformat(deals[0]["createdAt"]) if deals else None
        make_lead(person, self.sales_files, self._sync_random, converted_at)
        if converted_at is not None:
            self._convert(person, deals, converted_at)
        take_activities(person, self.sales_files)
        keep_marketing(person, self._sync_random, self.ends_at)
        person.deals = [
            echo_deal(
                person,
                deal,
                person.opportunities[deal["id"]]["Id"],
                self._sync_random,
                self.ends_at,
            )
            for deal in deals
            if self._has_hubspot_deal(person)
        ]
        for handoff, _ in person.handoffs:
            self._follow(person, handoff, converted_at)

    def _has_hubspot_deal(self, person: Person) -> bool:
        told = person.twist.has_hubspot_deals
        return self._sync_random.random() < _DEAL_SHARE if told is None else told

    def _convert(self, person: Person, deals: list[Row], at: datetime) -> None:
        by = words.owner_id(deals[0]["properties"]["hubspot_owner_id"])
        company_id = person.company["id"] if person.company else person.id
        account = self._accounts.get(company_id)
        if account is None:
            account = self._accounts[company_id] = make_account(person, self.sales_files, at, by)
        person.account = account
        person.sales_contact = make_contact(person, self.sales_files, at, by)
        self._contacts[person.id] = person.sales_contact
        for deal in deals:
            others = [
                self._contacts[one["id"]]["Id"]
                for one in deal["associations"]["contacts"]["results"]
                if one["id"] in self._contacts and one["id"] != person.id
            ]
            person.opportunities[deal["id"]] = make_opportunity(
                person, deal, self.sales_files, list(dict.fromkeys(others))
            )
        first = person.opportunities[deals[0]["id"]]
        convert_lead(person, self.sales_files, at, by, first["Id"])

    def _follow(self, person: Person, handoff: HandoffTruth, converted_at: datetime | None) -> None:
        """The truth of a handoff whose later stages Salesforce tells."""
        lead_at = person.lead_at or handoff.mql_at
        touched_at, accepted_at = handoff.first_touch_at, handoff.accepted_at
        if accepted_at is not None and accepted_at <= lead_at and accepted_at != touched_at:
            is_touched = touched_at is not None and touched_at <= lead_at
            handoff.accepted_at = lead_at if is_touched else lead_at + FIRST_EDIT_AFTER
        for name in _SALES_INSTANTS:
            at = getattr(handoff, name)
            if at is not None:
                setattr(handoff, name, max(at, lead_at))
        if handoff.sql_at is None and handoff.opportunity_at is not None:
            # Whoever converts a lead makes it an SQL, asked or not.
            handoff.sql_at = converted_at
        if handoff.assigned_owner_id is not None:
            handoff.assigned_owner_id = words.owner_id(handoff.assigned_owner_id)
        if handoff.reason_raw_value is not None and handoff.lost_at is None:
            raw = handoff.reason_raw_value
            handoff.reason_raw_value = words.REASON.get(raw, raw.capitalize())
        handoff.deal_ids = tuple(person.opportunities[one]["Id"] for one in handoff.deal_ids)
        handoff.stage_sources = {"mql": "hubspot"} | {
            stage: "salesforce" for stage in _STAGES if getattr(handoff, f"{stage}_at") is not None
        }

    def _calendar_of(self, owner_id: str) -> str:
        return super()._calendar_of(words.hubspot_owner_id(owner_id))

    def _judge_anew(self, handoff: HandoffTruth, form: Form | None) -> None:
        """Exit, status and speed follow from the instants as Salesforce has them."""
        handoff.closed_at, handoff.status, handoff.rejected_by = None, "open", None
        handoff.is_default_accepted = False
        handoff.settle(self.ends_at)
        handoff.sla_due_at = None
        self.judge_speed(handoff, form)

    def _write_person(self, person: Person) -> None:
        if person.twist.change is not None:
            person.twist.change(person)
        for handoff, form in person.handoffs:
            self._judge_anew(handoff, form)
            self._count(handoff)
        if person.twist.in_hubspot:
            super().write("contacts", person.contact)
        for deal in person.deals:
            super().write("deals", deal)
        for kind, record in person.activities:
            super().write(kind, record)
        if person.lead:
            self.sales_files.write("Lead", person.lead)
        if person.sales_contact is not None:
            self.sales_files.write("Contact", person.sales_contact)
        for opportunity in person.opportunities.values():
            self.sales_files.write("Opportunity", opportunity)
        for sobject, rows in person.rows.items():
            for row in rows:
                self.sales_files.write(sobject, row)
