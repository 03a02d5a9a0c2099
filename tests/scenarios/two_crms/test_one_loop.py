"""Marketing in HubSpot, sales in Salesforce: one handoff runs through both.

Every person below is landed side by side and built once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from landed_records import HUBSPOT_SDR, MARKETER, RUN_ID, SDR, TwoCrms, write_home

from handoff.crm.registry import CRMS
from handoff.dbt_runner import run_dbt
from handoff.warehouse import load_landing, open_warehouse
from handoff.warehouse.crms_in_use import crms_in_use

AS_OF = datetime(2026, 6, 1, 6, tzinfo=UTC)
Rows = Callable[..., list[dict[str, Any]]]


def day(number: int, hour: int = 9) -> str:
    """An instant of March 2026."""
    return f"2026-03-{number:02d}T{hour:02d}:00:00Z"


def salesforce_id(prefix: str, number: int) -> str:
    """An id of 18 characters, which has no capitals but for that of a lead's prefix."""
    return f"{prefix}5e0000000{number:03d}" + {"00Q": "EAA", "003": "AAA", "006": "AAA"}[prefix]


LEAD, CONTACT, OPPORTUNITY = (salesforce_id(prefix, 1) for prefix in ("00Q", "003", "006"))


def _the_loop(crms: TwoCrms) -> None:
    """Contact 1 becomes an MQL; its lead is accepted, worked, converted and won.

    HubSpot and Salesforce hold other addresses of the person; the integration holds the ids, of the
    lead in its form of 15 characters. It tells HubSpot of each stage an hour later, and once too
    early: the echo of a rule that nobody wanted.
    """
    crms.hubspot_contact(
        1,
        day(1),
        (
            ("marketingqualifiedlead", day(2)),
            ("salesqualifiedlead", day(2, 12)),
            ("opportunity", day(5, 10)),
            ("customer", day(9, 10)),
        ),
        email="ann@private.example",
        salesforceleadid=LEAD[:15],
        salesforcecontactid=CONTACT,
    )
    crms.hubspot_deal(
        11,
        day(5, 10),
        (("appointmentscheduled", day(5, 10)), ("closedwon", day(9, 10))),
        1,
        amount="1",
        hs_salesforceopportunityid=OPPORTUNITY[:15],
    )
    crms.lead(
        LEAD,
        day(2, 10),
        (("New", day(2, 10)), ("Working", day(3))),
        converted=(CONTACT, day(5)),
        Email="ann@work.example",
    )
    crms.call("00T5e0000000001EAA", day(4), LEAD)
    crms.contact(CONTACT, day(5), Email="ann@work.example")
    crms.opportunity(
        OPPORTUNITY,
        day(5),
        (("Prospecting", day(5)), ("Closed Won", day(9))),
        CONTACT,
        Amount="500.0",
    )


def _before_the_lead(crms: TwoCrms) -> None:
    """Contact 2 is an SQL in HubSpot a day before Salesforce has a lead: HubSpot's word counts."""
    lead = salesforce_id("00Q", 2)
    crms.hubspot_contact(
        2,
        day(1),
        (("marketingqualifiedlead", day(2)), ("salesqualifiedlead", day(3))),
        salesforceleadid=lead,
        owned=((str(HUBSPOT_SDR), day(2)),),
    )
    crms.lead(lead, day(4), (("New", day(4)), ("Unqualified", day(6))), owner=MARKETER, user=SDR)


def _two_portals(crms: TwoCrms) -> None:
    """Id 3 of two portals is two people; id 4 of both names one contact of Salesforce."""
    stages = (("marketingqualifiedlead", day(2)),)
    for source in ("hubspot", "hubspot_two"):
        crms.hubspot_contact(3, day(1), stages, source=source, email=f"three@{source}.example")
        crms.hubspot_contact(4, day(1), stages, source=source, salesforcecontactid=CONTACT_OF_FOUR)
        crms.hubspot_deal(3, day(2, 10), (("appointmentscheduled", day(2, 10)),), 3, source=source)


CONTACT_OF_FOUR = salesforce_id("003", 4)


def _merged(crms: TwoCrms) -> None:
    """Contact 5 was merged into 6. 5 shares its address with a lead, 6 is a role's address."""
    crms.hubspot_contact(5, day(1), (("marketingqualifiedlead", day(2)),), email="eve@five.example")
    crms.hubspot_contact(6, day(1), (), email="info@six.example", hs_merged_object_ids="5")
    lead = salesforce_id("00Q", 5)
    crms.lead(lead, day(3), (("New", day(3)), ("Working", day(4))), Email="EVE@five.example ")
    others = salesforce_id("00Q", 6)
    crms.lead(others, day(3), (("New", day(3)), ("Working", day(4))), Email="info@six.example")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    crms = TwoCrms()
    for person in (_the_loop, _before_the_lead, _two_portals, _merged):
        person(crms)
    settings = write_home(tmp_path_factory.mktemp("two_crms"), crms, AS_OF)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HANDOFF_HOME", str(settings.home))
        environment.setenv("HANDOFF_AS_OF", AS_OF.isoformat())
        load_landing(settings, RUN_ID)
        used = crms_in_use(settings)
        unused = [f"path:models/staging/{crm}" for crm in CRMS if crm not in used]
        arguments = ["run", "--vars", json.dumps({"crms": used})]
        results = run_dbt([*arguments, *(["--exclude", *unused] if unused else [])], settings)
    failed = [f"{one.name}: {one.message}" for one in results if one.failed]
    assert results
    assert failed == []

    def read(query: str, *values: Any) -> list[dict[str, Any]]:
        with open_warehouse(settings, read_only=True) as connection:
            connection.execute("set schema = 'marts'")
            found = connection.execute(query, values)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return read


def handoffs_of(rows: Rows, record_key: str) -> list[dict[str, Any]]:
    return rows(
        """
        select handoffs.* from fct_handoffs as handoffs
        inner join map_person_records as records on handoffs.person_key = records.person_key
        where records.record_key = ? order by handoffs.handoff_number
        """,
        record_key,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def test_one_handoff_names_the_source_of_each_stage(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/1")
    told = {
        stage: (handoff[f"{stage}_source_id"], handoff[f"strict_{stage}_at"])
        for stage in ("accepted", "sql", "opportunity", "won")
    }
    assert (handoff["source_id"], handoff["mql_at"]) == ("hubspot", at(day(2)))
    assert told == {
        "accepted": ("salesforce", at(day(3))),
        "sql": ("salesforce", at(day(5))),
        "opportunity": ("salesforce", at(day(5))),
        "won": ("salesforce", at(day(9))),
    }
    assert (handoff["exit_stage"], handoff["exit_source_id"]) == ("won", "salesforce")
    assert handoff["accepted_by"] == "value"


def test_speed_is_that_of_the_crm_in_which_sales_works(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/1")
    assert handoff["assigned_owner_key"] == f"salesforce/owners/{SDR}"
    assert handoff["assigned_at"] == at(day(2, 10))
    assert handoff["first_touch_at"] == at(day(4))


def test_two_records_of_one_deal_are_one_deal(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/1")
    assert (handoff["deal_count"], handoff["amount_won"]) == (1, 500.0)
    assert rows("select * from fct_bypasses where person_key = ?", handoff["person_key"]) == []
    deals = rows(
        "select distinct deal_key, source_id from fct_stage_events where record_id in (?, '11')",
        OPPORTUNITY,
    )
    assert {deal["deal_key"] for deal in deals} == {f"salesforce/deals/{OPPORTUNITY}"}
    assert {deal["source_id"] for deal in deals} == {"hubspot", "salesforce"}


def test_an_echo_is_kept_and_overruled(rows: Rows) -> None:
    events = rows(
        "select stage, effect from fct_stage_events"
        " where record_key = 'hubspot/contacts/1' order by occurred_at"
    )
    assert [(event["stage"], event["effect"]) for event in events] == [
        ("mql", "opened"),
        ("sql", "overruled"),
        ("opportunity", "overruled"),
        ("won", "overruled"),
    ]


def test_records_tell_how_they_were_joined_and_what_the_crms_hold(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/1")
    records = rows(
        "select record_key, match_method, linked_record_keys from map_person_records"
        " where person_key = ? order by record_key",
        handoff["person_key"],
    )
    lead, contact = f"salesforce/leads/{LEAD}", f"salesforce/contacts/{CONTACT}"
    assert [tuple(record.values()) for record in records] == [
        ("hubspot/contacts/1", "own", f"{contact} {lead}"),
        (contact, "crm_id", f"hubspot/contacts/1 {lead}"),
        (lead, "crm_id", f"hubspot/contacts/1 {contact}"),
    ]


def test_somebody_has_to_act_on_the_contact_in_salesforce(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/1")
    assert handoff["crm_url"].startswith("https://app.hubspot.com/")
    assert handoff["acting_record_key"] == f"salesforce/contacts/{CONTACT}"
    assert handoff["acting_url"].endswith(f"/Contact/{CONTACT}/view")


def test_before_the_lead_hubspot_is_right_and_after_it_salesforce(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/2")
    assert (handoff["sql_source_id"], handoff["sql_at"]) == ("hubspot", at(day(3)))
    assert (handoff["exit_stage"], handoff["exit_source_id"]) == ("disqualified", "salesforce")
    spells = rows(
        "select owner_key, started_at, ended_at from intermediate.int_speed__owner_spells"
        " where person_key = ?",
        handoff["person_key"],
    )
    # In Salesforce a marketer holds the lead: from then on nobody of sales does.
    assert [tuple(spell.values()) for spell in spells] == [
        (f"hubspot/owners/{HUBSPOT_SDR}", at(day(2)), at(day(4)))
    ]


def test_equal_ids_of_two_portals_are_two_people_and_two_deals(rows: Rows) -> None:
    first, second = (handoffs_of(rows, f"{one}/contacts/3") for one in ("hubspot", "hubspot_two"))
    assert first[0]["person_key"] != second[0]["person_key"]
    assert [handoff["deal_count"] for handoff in (*first, *second)] == [1, 1]


def test_two_portals_that_name_one_contact_of_salesforce_hold_one_person(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/4")
    assert handoffs_of(rows, "hubspot_two/contacts/4") == [handoff]
    # The contact itself has not landed, so it is no record.
    records = rows("select * from map_person_records where record_id = ?", CONTACT_OF_FOUR)
    assert records == []


def test_a_merge_and_an_address_lead_across_and_a_role_address_does_not(rows: Rows) -> None:
    (handoff,) = handoffs_of(rows, "hubspot/contacts/6")
    assert (handoff["accepted_source_id"], handoff["strict_accepted_at"]) == (
        "salesforce",
        at(day(4)),
    )
    methods = rows(
        "select record_key, match_method from map_person_records where person_key = ?"
        " order by record_key",
        handoff["person_key"],
    )
    assert [tuple(record.values()) for record in methods] == [
        ("hubspot/contacts/5", "merge"),
        ("hubspot/contacts/6", "merge"),
        (f"salesforce/leads/{salesforce_id('00Q', 5)}", "email"),
    ]
    assert handoffs_of(rows, f"salesforce/leads/{salesforce_id('00Q', 6)}") == []
