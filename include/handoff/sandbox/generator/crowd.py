"""The random crowd: companies with one to five people each, who arrive and live their lives."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.sandbox.generator import names
from handoff.sandbox.generator.arrivals import Arrivals
from handoff.sandbox.generator.lead_life import Lead, live
from handoff.sandbox.generator.padding import pad_with_activities
from handoff.sandbox.generator.portal_in_progress import PortalInProgress
from handoff.sandbox.generator.records import Company
from handoff.sandbox.generator.vocabulary import Campaign

_HOUSEHOLD_SIZES = (1, 2, 3, 4, 5)
_HOUSEHOLD_WEIGHTS = (55, 25, 12, 6, 2)
_NO_COMPANY_SHARE = 0.06


def make_crowd(portal: PortalInProgress, people: int, activities_per_person: int | None) -> None:
    """Writes ``people`` people, company by company, so that memory stays flat."""
    arrivals = Arrivals(portal.random, portal.starts_at, portal.ends_at)
    left = people
    while left > 0:
        size = portal.random.choices(_HOUSEHOLD_SIZES, _HOUSEHOLD_WEIGHTS)[0]
        size = min(size, left)
        _make_household(portal, arrivals, size, activities_per_person)
        left -= size


def _make_household(
    portal: PortalInProgress, arrivals: Arrivals, size: int, activities_per_person: int | None
) -> None:
    random = portal.random
    place = random.choices(names.COUNTRIES, names.COUNTRY_WEIGHTS)[0]
    offset = place[3]
    first_at, campaign = arrivals.draw(offset)
    is_poor_fit = random.random() < campaign.poor_fit_share
    company = None
    if random.random() >= _NO_COMPANY_SHARE:
        company = _make_company(portal, place[0], first_at, is_poor_fit)
        portal.write("companies", company.as_record())
    for number in range(size):
        at, own_campaign = (first_at, campaign) if number == 0 else arrivals.draw(offset)
        lead = _make_lead(portal, company, place, at, own_campaign, is_poor_fit)
        portal.begin_person()
        live(portal, lead)
        if activities_per_person is not None:
            pad_with_activities(portal, lead, activities_per_person)
        portal.write("contacts", lead.contact.as_record())


def _make_company(
    portal: PortalInProgress, country: str, first_at: datetime, is_poor_fit: bool
) -> Company:
    random = portal.random
    id = portal.new_id("companies")
    head, tail = random.choice(names.COMPANY_HEADS), random.choice(names.COMPANY_TAILS)
    employees = random.randint(1, 9) if is_poor_fit else round(random.lognormvariate(5.2, 1.0)) + 10
    return Company(
        id,
        f"{head} {tail}",
        f"{head}-{tail}-{id[-5:]}.example".lower(),
        random.choice(names.POOR_INDUSTRIES if is_poor_fit else names.GOOD_INDUSTRIES),
        employees,
        country,
        first_at - timedelta(days=random.randint(5, 60)),
        revenue=employees * random.randint(60, 240) * 1000,
        is_poor_fit=is_poor_fit,
    )


def _make_lead(
    portal: PortalInProgress,
    company: Company | None,
    place: tuple[str, str, str, int],
    at: datetime,
    campaign: Campaign,
    is_poor_fit: bool,
) -> Lead:
    random = portal.random
    first, last = random.choice(names.FIRST_NAMES), random.choice(names.LAST_NAMES)
    contact = portal.new_contact(first, last, None, at, company)
    domain = company.domain if company else "mail.example"
    ascii_name = f"{first}.{last}".encode("ascii", "ignore").decode().lower()
    local = "".join(letter for letter in ascii_name if letter.isalpha() or letter == ".")
    contact.email = f"{local}{contact.id[-4:] if company else contact.id}@{domain}"
    contact.phone = f"{place[1]} 555 {contact.id[-6:]}"
    contact.analytics_source = "PAID_SEARCH" if campaign.medium == "cpc" else "OTHER_CAMPAIGNS"
    if company is not None and company.first_contact_id is None:
        company.first_contact_id = contact.id
    return Lead(contact, campaign, at, place[2], place[0], is_poor_fit)
