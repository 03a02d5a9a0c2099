"""What every maker of records shares: ids, files, calendars, the end of time and the truth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from handoff.sandbox.generator import activities
from handoff.sandbox.generator.business_time import HOURS, BusinessTime
from handoff.sandbox.generator.changes import ChangedProperties, Source, by_form
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.portal_files import NdjsonFile, PortalFiles
from handoff.sandbox.generator.records import Company, Contact, Deal
from handoff.sandbox.generator.truth import Truth
from handoff.sandbox.generator.vocabulary import (
    OWNER,
    STANDARD_MINUTES,
    URGENT_MINUTES,
    Campaign,
    Form,
    Owner,
)

_WORKING_DAY = 510  # business minutes of a day in Europe

_FIRST_IDS = {
    "contacts": 100_001,
    "companies": 5_000_001,
    "deals": 20_000_001,
    "calls": 300_000_001,
    "emails": 400_000_001,
    "meetings": 500_000_001,
    "tasks": 600_000_001,
    "notes": 700_000_001,
}


class PortalInProgress:
    """The portal while it is written. Nothing later than ``ends_at`` is ever written."""

    def __init__(
        self,
        files: PortalFiles,
        handoff_file: NdjsonFile,
        truth: Truth,
        starts_at: datetime,
    ) -> None:
        self.files, self.handoff_file, self.truth = files, handoff_file, truth
        self.starts_at, self.ends_at = starts_at, truth.ends_at
        # Made-up people, not secrets: the same seed has to give the same portal.
        self.random = Random(truth.seed)  # noqa: S311
        first = (starts_at - timedelta(days=400)).date()
        last = (truth.ends_at + timedelta(days=200)).date()
        self.calendars = {name: BusinessTime(name, first, last) for name in HOURS}
        self._next_ids = dict(_FIRST_IDS)
        self._activities_of_person = 0

    def new_id(self, kind: str) -> str:
        id = self._next_ids[kind]
        self._next_ids[kind] = id + 1
        return str(id)

    def write(self, kind: str, record: dict[str, Any]) -> None:
        self.files.write(kind, record)
        if record.get("archived"):
            self.truth.archived[kind] += 1

    def new_contact(
        self,
        first_name: str,
        last_name: str,
        email: str | None,
        created_at: datetime,
        company: Company | None = None,
    ) -> Contact:
        return Contact(
            self.new_id("contacts"),
            first_name,
            last_name,
            email,
            created_at,
            ChangedProperties(created_at, self.ends_at),
            company,
        )

    def new_deal(self, name: str, created_at: datetime, company: Company | None = None) -> Deal:
        values = ChangedProperties(created_at, self.ends_at)
        return Deal(self.new_id("deals"), name, created_at, values, company=company)

    def submit(
        self,
        contact: Contact,
        form: Form,
        at: datetime,
        campaign: Campaign | None,
        answers: dict[str, str] | None = None,
        address: str | None = None,
    ) -> None:
        """A form is sent in, and its answers become the contact's values."""
        email = address or contact.email
        if email is None or at > self.ends_at:
            return
        answers = answers or {}
        id = str(UUID(int=self.random.getrandbits(128), version=4))
        self.write(
            "form_submissions", activities.submission(id, at, form, email, campaign, answers)
        )
        for name, value in answers.items():
            contact.set(name, value, at, by_form(form))
        if campaign is not None and contact.first_campaign_id is None:
            contact.first_campaign_id = campaign.guid

    def log(
        self, make: Callable[..., dict[str, Any]], at: datetime, *arguments: Any, **more: Any
    ) -> bool:
        """Writes an activity that was logged at ``at``; False when that is still to come."""
        if at > self.ends_at:
            return False
        kind = f"{make.__name__}s"
        self.write(kind, make(self.new_id(kind), *arguments, **more))
        self._activities_of_person += 1
        return True

    def begin_person(self) -> None:
        """From here on, logged activities are the next person's."""
        self._activities_of_person = 0

    def activities_missing(self, wanted: int) -> int:
        """How many activities the present person is short of ``wanted``."""
        return max(0, wanted - self._activities_of_person)

    def judge_speed(self, handoff: HandoffTruth, form: Form | None) -> None:
        """Sets tier, due instant and status of the first assignment, as METRICS defines them."""
        is_urgent = form is not None and form.is_urgent
        handoff.sla_tier = "urgent" if is_urgent else "standard"
        if handoff.assigned_at is None or handoff.assigned_owner_id is None:
            handoff.sla_status = "unowned"
            return
        calendar = self.calendars[self._calendar_of(handoff.assigned_owner_id)]
        minutes = URGENT_MINUTES if is_urgent else STANDARD_MINUTES
        due_at = handoff.sla_due_at = calendar.add(handoff.assigned_at, minutes)
        if handoff.first_touch_at is not None:
            handoff.sla_status = "met" if handoff.first_touch_at <= due_at else "late"
        elif handoff.closed_at is not None and handoff.closed_at < due_at:
            handoff.sla_status = "closed_untouched"
        elif due_at < self.ends_at:
            handoff.sla_status = "missed"
        else:
            handoff.sla_status = "pending"

    def _calendar_of(self, owner_id: str) -> str:
        return OWNER[owner_id].calendar

    def days_later(self, owner: Owner, start: datetime, least: float, most: float) -> datetime:
        """An instant that many working days later, in the owner's hours."""
        minutes = self.random.uniform(least, most) * _WORKING_DAY
        at = self.calendars[owner.calendar].add(start, minutes)
        return max(at.replace(microsecond=0), start + timedelta(minutes=5))

    def finish(self, handoff: HandoffTruth, contact: Contact, form: Form | None) -> HandoffTruth:
        """Settles a planted handoff and counts it."""
        self._settle(handoff, contact, form)
        self._count(handoff)
        return handoff

    def _settle(self, handoff: HandoffTruth, contact: Contact, form: Form | None) -> None:
        handoff.settle(self.ends_at)
        self.judge_speed(handoff, form)
        handoff.is_archived = contact.archived_at is not None
        handoff.campaign = handoff.campaign or "(none)"
        if form is not None:
            handoff.offer = form.name

    def _count(self, handoff: HandoffTruth) -> None:
        self.truth.add(handoff)
        self.handoff_file.write(handoff.as_json())

    def become_mql(self, contact: Contact, at: datetime, source: Source) -> None:
        contact.set("lifecyclestage", "marketingqualifiedlead", at, source)
