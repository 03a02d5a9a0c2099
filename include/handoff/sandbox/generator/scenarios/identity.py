"""One person in several records, several people who look like one, and people set aside."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator.scenarios.scene import LENA, Scene
from handoff.sandbox.generator.vocabulary import (
    CONTACT,
    DEMO,
    INTEGRATION,
    INTEGRATION_GUIDE,
    PARTNER,
    PARTNER_DOMAIN,
    PRICING,
    TEST_DOMAIN,
    VENDOR_DOMAIN,
)


def place(scene: Scene) -> None:
    _merge_chain(scene)
    _same_address_twice(scene)
    _role_addresses(scene)
    _no_address(scene)
    _archived(scene)
    _same_name(scene)
    _set_aside(scene)


def _merge_chain(scene: Scene) -> None:
    """A was merged into B, B into C. Only C is left, with both ids and both addresses."""
    name, at = "merge_chain", scene.at(2, 1, "10:00")
    losers = (scene.portal.new_id("contacts"), scene.portal.new_id("contacts"))
    contact = scene.person(name, at - timedelta(days=20))
    contact.merged_ids = losers
    addresses = [f"merged.{id}@{scene.company.domain}" for id in losers]
    contact.additional_emails = ";".join(addresses)
    # Sent in by A, long before the merges, under the address that only A had.
    scene.portal.submit(
        contact, INTEGRATION_GUIDE, at - timedelta(days=5), INTEGRATION, address=addresses[0]
    )
    handoff = scene.mql(contact, at, None)
    handoff.campaign, handoff.offer = INTEGRATION.name, INTEGRATION_GUIDE.name
    scene.own(contact, handoff, LENA, at)
    scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
    for id in losers:
        scene.portal.truth.plant("merged_away_ids", id)
    scene.finish(name, contact, (handoff, INTEGRATION_GUIDE))


def _same_address_twice(scene: Scene) -> None:
    """An old import left a second record whose address differs only in case and spaces."""
    name, at = "same_address_in_two_records", scene.at(2, 2, "10:00")
    first = scene.person(name, at - timedelta(days=2), email="twice.told@handmade.example")
    second = scene.person(
        f"{name}_second", at - timedelta(days=1), email=" Twice.Told@Handmade.example "
    )
    handoff = scene.mql(first, at)
    scene.own(first, handoff, LENA, at)
    scene.touch(second, handoff, at + timedelta(minutes=30), LENA)
    # The second record's MQL comes while the handoff is open: it changes nothing.
    scene.mql(second, at + timedelta(days=3), None)
    scene.finish(name, first, (handoff, DEMO))
    scene.finish(f"{name}_second", second)


def _role_addresses(scene: Scene) -> None:
    """Two people behind info@ of one company: joined by nobody."""
    at = scene.at(1, 2, "10:00")
    for name, address in (
        ("role_address", "info@handmade.example"),
        ("role_address_second", "INFO@handmade.example"),
    ):
        contact = scene.person(name, at, email=address)
        handoff = scene.mql(contact, at, None)
        scene.own(contact, handoff, LENA, at)
        scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
        handoff.missing_mql_fields = ()
        for key, value in (
            ("jobtitle", "Office"),
            ("country", "Germany"),
            ("industry", "COMPUTER_SOFTWARE"),
            ("numberofemployees", "240"),
        ):
            scene.fill_in(contact, CONTACT, at, **{key: value})
        scene.finish(name, contact, (handoff, None))


def _no_address(scene: Scene) -> None:
    at = scene.at(0, 2, "09:30")
    for name in ("person_without_email", "person_without_email_second"):
        contact = scene.person(name, at, email=None, first_name="Nomail", last_name="Visitor")
        handoff = scene.mql(contact, at, None)
        scene.own(contact, handoff, LENA, at)
        scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
        scene.finish(name, contact, (handoff, None))


def _archived(scene: Scene) -> None:
    name, at = "archived_contact", scene.at(3, 3, "10:00")
    contact = scene.person(name, at)
    handoff = scene.mql(contact, at, PRICING)
    scene.own(contact, handoff, LENA, at)
    handoff.accepted_at = at + timedelta(minutes=20)
    scene.status(contact, "CONNECTED", handoff.accepted_at, LENA)
    # HubSpot shows no links to an archived contact, so nobody can know of this call any more.
    scene.call(contact, at + timedelta(minutes=30), LENA, minutes=6)
    contact.archived_at = scene.at(2, 3, "10:00")
    contact.values.last_changed_at = contact.archived_at
    scene.finish(name, contact, (handoff, PRICING))


def _same_name(scene: Scene) -> None:
    """The same name with other addresses is two people, whatever sales says."""
    at = scene.at(2, 3, "10:00")
    for name in ("same_name_two_people", "same_name_two_people_second"):
        contact = scene.person(name, at, first_name="Alex", last_name="Doppel")
        handoff = scene.mql(contact, at)
        scene.own(contact, handoff, LENA, at)
        scene.touch(contact, handoff, at + timedelta(minutes=30), LENA)
        scene.finish(name, contact, (handoff, DEMO))


def _set_aside(scene: Scene) -> None:
    at = scene.at(0, 1, "09:15")
    for kind, address in (
        ("test", f"qa.robot@{TEST_DOMAIN}"),
        ("test", f"load.probe@{TEST_DOMAIN}"),
        ("internal", f"curious.colleague@{VENDOR_DOMAIN}"),
        ("partner", f"reseller@{PARTNER_DOMAIN}"),
        ("partner", f"alliances@{PARTNER_DOMAIN}"),
    ):
        name = f"{kind}_person"
        contact = scene.person(name, at, email=address)
        handoff = scene.mql(contact, at, DEMO, PARTNER)
        scene.own(contact, handoff, LENA, at)
        scene.finish(name, contact, (handoff, DEMO), exclusion=kind)
