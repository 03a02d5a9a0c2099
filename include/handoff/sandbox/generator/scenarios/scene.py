"""The tools of a scenario: instants by week and weekday, people, and what they do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handoff.sandbox.generator import activities
from handoff.sandbox.generator.changes import (
    DEAL_SYNC,
    ROUTING_WORKFLOW,
    SCORING_WORKFLOW,
    Source,
    by_form,
    by_user,
)
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.lead_life import missing_fields
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Company, Contact, Deal
from handoff.sandbox.generator.vocabulary import (
    DEMO,
    INTEGRATION,
    OWNER,
    QUEUE,
    Campaign,
    Form,
    Owner,
)
from handoff.sandbox.generator.weeks import REPORTING_ZONE, last_full_week

NEW_YORK = ZoneInfo("America/New_York")
LENA, JONAS, MAYA, CLARA, MARCUS = (OWNER[id] for id in ("211", "212", "201", "221", "222"))
GOOD_FIELDS = {
    "jobtitle": "Head of Revenue Operations",
    "country": "Germany",
    "industry": "COMPUTER_SOFTWARE",
    "numberofemployees": "240",
}

GOOD_ANSWERS = {
    "current_tools": "Spreadsheets",
    "decision_owner": "CRO",
    "timeframe": "this quarter",
    "need": "Fewer tools",
    "authority": "decides",
    "budget_range": "10k-50k",
}


class Scene:
    """Places people by hand. ``at(1, 4, "17:45")``: Friday, one week before the last full one."""

    def __init__(self, portal: PortalInProgress) -> None:
        self.portal = portal
        self.monday = last_full_week(portal.ends_at)
        self.company = self.new_company("Handmade Instruments", "handmade.example")

    def at(
        self, weeks_ago: int, weekday: int, clock: str, zone: ZoneInfo = REPORTING_ZONE
    ) -> datetime:
        """``weekday`` 0 is Monday; ``clock`` is local, HH:MM or HH:MM:SS."""
        day = self.monday + timedelta(days=weekday - 7 * weeks_ago)
        return self.on(day, clock, zone)

    def on(self, day: date, clock: str, zone: ZoneInfo = REPORTING_ZONE) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)

    def new_company(self, name: str, domain: str) -> Company:
        created_at = self.portal.starts_at - timedelta(days=300)
        id = self.portal.new_id("companies")
        company = Company(
            id, name, domain, "COMPUTER_SOFTWARE", 240, "Germany", created_at, 30_000_000
        )
        self.portal.write("companies", company.as_record())
        return company

    def person(
        self,
        scenario: str,
        created_at: datetime,
        *,
        email: str | None = "by-scenario",
        first_name: str = "Hand",
        last_name: str | None = None,
        company: Company | None = None,
    ) -> Contact:
        """A contact named after its scenario, at the hand-placed people's company."""
        name = last_name or scenario.replace("_", " ").title()
        contact = self.portal.new_contact(
            first_name, name, None, created_at, company or self.company
        )
        if email == "by-scenario":
            email = f"{scenario.replace('_', '.')}.{contact.id}@{self.company.domain}"
        contact.email = email
        self.portal.truth.plant(scenario, contact.id)
        return contact

    def mql(
        self,
        contact: Contact,
        at: datetime,
        form: Form | None = DEMO,
        campaign: Campaign | None = INTEGRATION,
        *,
        fields: dict[str, str] | None = None,
        source: Source = SCORING_WORKFLOW,
    ) -> HandoffTruth:
        """A form a minute before, with the fields that marketing owes, then the MQL."""
        if form is not None:
            answers = GOOD_FIELDS if fields is None else fields
            unanswered = {
                name: value
                for name, value in answers.items()
                if contact.values.current(name) != value
            }
            self.portal.submit(contact, form, at - timedelta(minutes=1), campaign, unanswered)
        self.portal.become_mql(contact, at, source)
        handoff = HandoffTruth(contact.id, 1, at)
        handoff.campaign = campaign.name if form is not None and campaign else None
        handoff.missing_mql_fields = missing_fields(contact, at)
        return handoff

    def own(
        self,
        contact: Contact,
        handoff: HandoffTruth | None,
        owner: Owner,
        at: datetime,
        source: Source = ROUTING_WORKFLOW,
    ) -> None:
        """Sets the owner; the first person of sales is the handoff's assignment."""
        contact.set("hubspot_owner_id", owner.id, at, source)
        if handoff is not None and handoff.assigned_at is None and owner.is_sales:
            handoff.assigned_at, handoff.assigned_owner_id = at, owner.id

    def call(self, contact: Contact, at: datetime, owner: Owner, **more: Any) -> None:
        self.portal.log(activities.call, at, at, owner, [contact.id], **more)

    def email(self, contact: Contact, at: datetime, owner: Owner | None, **more: Any) -> None:
        self.portal.log(
            activities.email, at, at, owner, [contact.id], address=contact.email, **more
        )

    def touch(self, contact: Contact, handoff: HandoffTruth, at: datetime, owner: Owner) -> None:
        """A call that is the first touch, and so the acceptance."""
        self.call(contact, at, owner, minutes=6)
        handoff.first_touch_at = at
        handoff.accepted_at = min(at, handoff.accepted_at or at)
        if contact.values.current("use_case") is None:
            self.answer(contact, handoff.accepted_at, owner, use_case="Lead routing")

    def status(
        self, contact: Contact, value: str, at: datetime, owner: Owner, **reason: str
    ) -> None:
        """``hs_lead_status`` by a person, and the reason beside it when there is one."""
        contact.set("hs_lead_status", value, at, by_user(owner))
        for name, text in reason.items():
            contact.set(name, text, at, by_user(owner))

    def sql(
        self,
        contact: Contact,
        handoff: HandoffTruth,
        at: datetime,
        owner: Owner,
        answers: dict[str, str] | None = None,
    ) -> None:
        """SQL by a person, who has the checklist's answers unless told to have none."""
        self.answer(contact, at, owner, **(GOOD_ANSWERS if answers is None else answers))
        contact.set("lifecyclestage", "salesqualifiedlead", at, by_user(owner))
        handoff.sql_at = handoff.sql_at or at

    def deal(
        self,
        contacts: list[Contact],
        at: datetime,
        *,
        owner: Owner = CLARA,
        amount: float | None = 12_000,
        stage: str = "appointmentscheduled",
        pipeline: str = "default",
        name: str = "Handmade deal",
    ) -> Deal:
        """A deal at its first stage. Write it with ``finish_deal`` when its life is told."""
        deal = self.portal.new_deal(name, at, contacts[0].company if contacts else None)
        deal.pipeline = pipeline
        deal.contact_ids = [contact.id for contact in contacts]
        for contact in contacts:
            contact.deal_ids.append(deal.id)
        deal.set("dealstage", stage, at, by_user(owner))
        deal.set("hubspot_owner_id", owner.id, at, by_user(owner))
        if amount is not None:
            deal.set("amount", f"{amount:.0f}", at, by_user(owner))
        return deal

    def move(self, deal: Deal, stage: str, at: datetime, owner: Owner = CLARA) -> None:
        deal.set("dealstage", stage, at, by_user(owner))
        if stage in ("closedwon", "closedlost"):
            deal.closes_at = at

    def sync_stage(self, contact: Contact, stage: str, at: datetime) -> None:
        """HubSpot carries a deal's stage over to the contact, seconds later."""
        contact.set("lifecyclestage", stage, at, DEAL_SYNC)

    def finish_deal(self, deal: Deal) -> Deal:
        self.portal.write("deals", deal.as_record())
        return deal

    def finish(
        self,
        scenario: str,
        contact: Contact,
        *handoffs: tuple[HandoffTruth, Form | None],
        exclusion: str | None = None,
    ) -> None:
        """Counts the planted handoffs in their order and writes the contact."""
        for number, (handoff, form) in enumerate(handoffs, start=1):
            handoff.number, handoff.scenario, handoff.exclusion = number, scenario, exclusion
            self.portal.finish(handoff, contact, form)
        self.portal.write("contacts", contact.as_record())

    def queue(self, contact: Contact, at: datetime) -> None:
        contact.set("hubspot_owner_id", QUEUE.id, at, ROUTING_WORKFLOW)

    def answer(self, contact: Contact, at: datetime, owner: Owner, **values: str) -> None:
        for name, value in values.items():
            contact.set(name, value, at, by_user(owner))

    def answer_deal(self, deal: Deal, at: datetime, **values: str) -> None:
        for name, value in values.items():
            deal.set(name, value, at, by_user(CLARA))

    def fill_in(self, contact: Contact, form: Form, at: datetime, **values: str) -> None:
        for name, value in values.items():
            contact.set(name, value, at, by_form(form))
