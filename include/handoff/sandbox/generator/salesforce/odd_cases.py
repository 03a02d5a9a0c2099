"""People placed by hand in two CRMs: what goes wrong, or merely differently, between the two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from handoff.sandbox.generator.changes import by_user
from handoff.sandbox.generator.handoff_truth import HandoffTruth
from handoff.sandbox.generator.records import Contact
from handoff.sandbox.generator.salesforce import words
from handoff.sandbox.generator.salesforce.person import Person, Row, Twist
from handoff.sandbox.generator.salesforce.record_makers import (
    history_row,
    salesforce_instant,
    system_fields,
)
from handoff.sandbox.generator.salesforce.split_portal import SplitPortal
from handoff.sandbox.generator.scenarios.scene import CLARA, JONAS, LENA, MARCUS, Scene
from handoff.sandbox.generator.vocabulary import DEMO, QUEUE


class OddScene(Scene):
    """A scene in two CRMs. split: the portal, which takes a twist for the next person."""

    def __init__(self, portal: SplitPortal) -> None:
        super().__init__(portal)
        self.split = portal


def place_odd_cases(portal: SplitPortal) -> None:
    """Writes every hand-placed person, always in the same order, so that their ids are known."""
    scene = OddScene(portal)
    for place in (
        _lead_merged_in_salesforce,
        _contact_merged_in_hubspot,
        _lead_deleted,
        _lead_that_hubspot_does_not_know,
        _two_opportunities,
        _opportunity_with_a_hubspot_deal,
        _opportunity_of_nobody,
        _address_changed_in_one_crm,
        _reason_in_both_crms,
        _second_owner,
        _worked_by_programs_alone,
        _response_of_a_campaign_member,
        _archived_task,
        _back_from_nurture,
    ):
        place(scene)


def _working(
    scene: OddScene, name: str, weeks_ago: int, *, is_owned: bool = True
) -> tuple[Contact, HandoffTruth]:
    """A person with an MQL whom Lena owns from ten past ten on."""
    at = scene.at(weeks_ago, 1, "10:00")
    contact = scene.person(name, at - timedelta(days=2))
    handoff = scene.mql(contact, at)
    if is_owned:
        scene.own(contact, handoff, LENA, at + timedelta(minutes=10))
    return contact, handoff


def _touched(scene: OddScene, name: str, weeks_ago: int) -> tuple[Contact, HandoffTruth]:
    """The same, called by Lena half an hour after the MQL."""
    contact, handoff = _working(scene, name, weeks_ago)
    scene.touch(contact, handoff, handoff.mql_at + timedelta(minutes=30), LENA)
    return contact, handoff


def _twisted(scene: OddScene, change: Callable[[Person], None]) -> None:
    scene.split.twist = Twist(change=change)


def _history(scene: OddScene, person: Person, row: Row) -> None:
    row |= {"Id": scene.split.sales_files.new_id("LeadHistory"), "LeadId": person.lead["Id"]}
    person.rows["LeadHistory"].append(row)


def _lead_merged_in_salesforce(scene: OddScene) -> None:
    """A second lead from a list of sales, with the same address: merged a day later."""
    name = "lead_merged_in_salesforce"
    contact, handoff = _touched(scene, name, 3)
    merged_at = handoff.mql_at + timedelta(days=1)

    def merge(person: Person) -> None:
        winner, by = person.lead, words.owner_id(LENA.id)
        loser_id = scene.split.sales_files.new_id("Lead")
        made_at = handoff.mql_at - timedelta(days=1)
        person.rows["Lead"].append(
            {
                **winner,
                **system_fields(loser_id, made_at, by, merged_at),
                "IsDeleted": True,
                "MasterRecordId": winner["Id"],
                "LeadSource": "Purchased list",
                "OwnerId": words.QUEUE_ID,
            }
        )
        _history(scene, person, history_row("", merged_at, by, "leadMerged", None, None))
        winner["LastModifiedDate"] = winner["SystemModstamp"] = salesforce_instant(merged_at)

    _twisted(scene, merge)
    scene.finish(name, contact, (handoff, DEMO))


def _contact_merged_in_hubspot(scene: OddScene) -> None:
    """The contact that the lead was made of is merged into another, which takes over the id."""
    name = "contact_merged_in_hubspot"
    contact, handoff = _touched(scene, name, 3)
    loser = scene.split.new_id("contacts")
    contact.merged_ids = (loser,)
    contact.additional_emails = f"merged.{loser}@{scene.company.domain}"
    scene.split.truth.plant("merged_away_ids", loser)
    scene.finish(name, contact, (handoff, DEMO))


def _lead_deleted(scene: OddScene) -> None:
    """Sales throws an accepted lead into the recycle bin: what it did still counts."""
    name = "lead_deleted"
    contact, handoff = _touched(scene, name, 3)
    deleted_at = handoff.mql_at + timedelta(days=4)

    def delete(person: Person) -> None:
        person.lead["IsDeleted"] = True
        person.lead["LastModifiedDate"] = salesforce_instant(deleted_at)
        person.lead["SystemModstamp"] = salesforce_instant(deleted_at)
        person.contact["properties"]["salesforcedeleted"] = "true"

    _twisted(scene, delete)
    scene.finish(name, contact, (handoff, DEMO))


def _lead_that_hubspot_does_not_know(scene: OddScene) -> None:
    """Sales makes a lead itself and wins it: no MQL, so no handoff, but a bypass."""
    name = "lead_without_hubspot_contact"
    at = scene.at(4, 2, "11:00")
    contact = scene.person(name, at)
    contact.set("hubspot_owner_id", MARCUS.id, at, by_user(MARCUS))
    scene.call(contact, at + timedelta(hours=1), MARCUS, minutes=9)
    deal = scene.deal([contact], at + timedelta(days=2), owner=MARCUS, amount=21_000)
    scene.move(deal, "closedwon", at + timedelta(days=9), MARCUS)
    scene.finish_deal(deal)

    def tell(person: Person) -> None:
        opportunity = person.opportunities[deal.id]
        converted_at = at + timedelta(days=2)
        scene.split.truth.bypass("no_mql", opportunity["Id"], converted_at, 21_000.0)
        person.deals = []

    scene.split.twist = Twist(in_hubspot=False, lead_at=at, change=tell)
    scene.finish(name, contact)


def _two_opportunities(scene: OddScene) -> None:
    name = "two_opportunities"
    contact, handoff = _touched(scene, name, 7)
    first = scene.deal([contact], scene.at(6, 1, "10:00"), amount=5_000)
    second = scene.deal([contact], scene.at(6, 3, "10:00"), amount=7_000)
    scene.move(first, "closedlost", scene.at(5, 1, "10:00"))
    first.set("closed_lost_reason", "Price", scene.at(5, 1, "10:00"), by_user(CLARA))
    scene.move(second, "closedwon", scene.at(4, 1, "10:00"))
    handoff.opportunity_at, handoff.won_at = first.created_at, scene.at(4, 1, "10:00")
    handoff.deal_ids, handoff.amount_won = (first.id, second.id), 7_000.0
    scene.finish_deal(first)
    scene.finish_deal(second)
    scene.finish(name, contact, (handoff, DEMO))


def _opportunity_with_a_hubspot_deal(scene: OddScene) -> None:
    """The sync made a deal of the opportunity: told twice, counted once."""
    name = "opportunity_with_a_hubspot_deal"
    contact, handoff = _touched(scene, name, 6)
    scene.sql(contact, handoff, scene.at(6, 3, "10:00"), LENA)
    deal = scene.deal([contact], scene.at(5, 1, "10:00"), amount=9_000)
    scene.move(deal, "contractsent", scene.at(4, 1, "10:00"))
    scene.move(deal, "closedwon", scene.at(3, 1, "10:00"))
    handoff.opportunity_at, handoff.won_at = deal.created_at, scene.at(3, 1, "10:00")
    handoff.deal_ids, handoff.amount_won = (scene.finish_deal(deal).id,), 9_000.0
    scene.split.twist = Twist(has_hubspot_deals=True)
    scene.finish(name, contact, (handoff, DEMO))


def _opportunity_of_nobody(scene: OddScene) -> None:
    """An opportunity without any contact role."""
    name = "opportunity_without_contact"
    at = scene.at(2, 3, "10:00")
    contact = scene.person(name, at)
    deal = scene.finish_deal(scene.deal([contact], at, amount=31_000, owner=MARCUS))

    def forget(person: Person) -> None:
        opportunity = person.opportunities[deal.id]
        opportunity["ContactId"] = None
        person.rows["OpportunityContactRole"].clear()
        person.rows["LeadHistory"].clear()
        person.lead, person.sales_contact, person.deals = {}, None, []
        scene.split.truth.bypass("no_person", opportunity["Id"], at, 31_000.0)

    scene.split.twist = Twist(in_hubspot=False, lead_at=at - timedelta(days=1), change=forget)
    scene.finish(name, contact)


def _address_changed_in_one_crm(scene: OddScene) -> None:
    """HubSpot learns of a new address; the lead keeps the old one, and the id joins them."""
    name = "address_changed_in_one_crm"
    contact, handoff = _touched(scene, name, 3)

    def change(person: Person) -> None:
        person.lead["Email"] = f"old.address.{person.id}@elsewhere.example"

    _twisted(scene, change)
    scene.finish(name, contact, (handoff, DEMO))


def _reason_in_both_crms(scene: OddScene) -> None:
    """Sales gives one reason in Salesforce, an old one stands in HubSpot: Salesforce is right."""
    name = "reason_in_both_crms"
    contact, handoff = _touched(scene, name, 4)
    handoff.disqualified_at = scene.at(3, 1, "10:00")
    scene.status(
        contact, "UNQUALIFIED", handoff.disqualified_at, LENA, disqualification_reason="competitor"
    )
    handoff.reason, handoff.reason_raw_value = "competitor", "competitor"

    def contradict(person: Person) -> None:
        at = person.contact["updatedAt"]
        entry = {"value": "no_budget", "timestamp": at, "sourceType": "CRM_UI"}
        person.contact["properties"]["disqualification_reason"] = "no_budget"
        person.contact["propertiesWithHistory"]["disqualification_reason"] = [
            {**entry, "updatedByUserId": LENA.user_id}
        ]

    _twisted(scene, contradict)
    scene.finish(name, contact, (handoff, DEMO))


def _second_owner(scene: OddScene) -> None:
    """From the queue to Lena, who passes the lead on to Jonas before anybody has called."""
    name = "second_owner_change"
    contact, handoff = _working(scene, name, 3, is_owned=False)
    at = handoff.mql_at
    contact.set("hubspot_owner_id", QUEUE.id, at + timedelta(seconds=20), by_user(LENA))
    scene.own(contact, handoff, LENA, at + timedelta(minutes=30))
    scene.own(contact, handoff, JONAS, at + timedelta(minutes=50), by_user(LENA))
    scene.touch(contact, handoff, at + timedelta(minutes=80), JONAS)
    scene.finish(name, contact, (handoff, DEMO))


def _worked_by_programs_alone(scene: OddScene) -> None:
    """An accepting status set by the sync and by Salesforce's automation is no acceptance."""
    name = "worked_by_programs_alone"
    contact, handoff = _working(scene, name, 2)

    def work(person: Person) -> None:
        for minutes, by, old, new in (
            (60, words.INTEGRATION_USER, "New", "Working"),
            (90, words.AUTOMATED_USER, "Working", "New"),
            (120, words.AUTOMATED_USER, "New", "Working"),
        ):
            at = handoff.mql_at + timedelta(minutes=minutes)
            _history(scene, person, history_row("", at, by, "Status", old, new))
            person.lead["LastModifiedDate"] = salesforce_instant(at)
            person.lead["SystemModstamp"] = salesforce_instant(at)
        person.lead["Status"] = "Working"

    _twisted(scene, work)
    scene.finish(name, contact, (handoff, DEMO))


def _response_of_a_campaign_member(scene: OddScene) -> None:
    """A nurtured lead answers the roundtable of Salesforce, and is an MQL again two days later."""
    name = "response_of_a_campaign_member"
    contact, first = _touched(scene, name, 6)
    first.recycled_at = scene.at(5, 1, "10:00")
    scene.status(contact, "BAD_TIMING", first.recycled_at, LENA, disqualification_reason="not_now")
    scene.sync_stage(contact, "lead", first.recycled_at + timedelta(minutes=1))
    first.reason, first.reason_raw_value = "low_urgency", "not_now"
    responded_at, at = scene.at(2, 1, "12:00"), scene.at(2, 3, "10:00")
    second = scene.mql(contact, at, None)
    second.campaign = "Customer roundtable"
    second.assigned_at, second.assigned_owner_id = at, LENA.id
    scene.touch(contact, second, at + timedelta(hours=1), LENA)

    def respond(person: Person) -> None:
        sent_at = responded_at - timedelta(days=7)
        by = words.owner_id("231")
        person.rows["CampaignMember"].append(
            {
                **system_fields(
                    scene.split.sales_files.new_id("CampaignMember"), sent_at, by, responded_at
                ),
                "CampaignId": words.ROUNDTABLE,
                "LeadId": person.lead["Id"],
                "ContactId": None,
                "Status": "Responded",
                "HasResponded": True,
                "FirstRespondedDate": f"{responded_at:%Y-%m-%d}",
            }
        )

    _twisted(scene, respond)
    scene.finish(name, contact, (first, DEMO), (second, None))


def _archived_task(scene: OddScene) -> None:
    """The call that was the first touch is so old that Salesforce has archived it."""
    name = "archived_task"
    contact, handoff = _touched(scene, name, 12)

    def archive(person: Person) -> None:
        for task in person.rows["Task"]:
            task["IsArchived"] = True

    _twisted(scene, archive)
    scene.finish(name, contact, (handoff, DEMO))


def _back_from_nurture(scene: OddScene) -> None:
    """Two handoffs of one lead: nurtured, an MQL again, then converted."""
    name = "back_from_nurture"
    contact, first = _touched(scene, name, 9)
    first.recycled_at = scene.at(8, 1, "10:00")
    scene.status(contact, "BAD_TIMING", first.recycled_at, LENA, disqualification_reason="not_now")
    scene.sync_stage(contact, "lead", first.recycled_at + timedelta(minutes=1))
    first.reason, first.reason_raw_value = "low_urgency", "not_now"
    second = scene.mql(contact, scene.at(5, 1, "10:00"))
    second.assigned_at, second.assigned_owner_id = second.mql_at, LENA.id
    scene.touch(contact, second, scene.at(5, 1, "11:00"), LENA)
    scene.sql(contact, second, scene.at(4, 1, "10:00"), LENA)
    deal = scene.deal([contact], scene.at(4, 2, "10:00"))
    second.opportunity_at, second.deal_ids = deal.created_at, (scene.finish_deal(deal).id,)
    scene.finish(name, contact, (first, DEMO), (second, DEMO))
