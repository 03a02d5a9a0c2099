"""The same company with two CRMs: the truth can be found in the records of both, read alone."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest
from portal_reading import GeneratedPortal, Record, changes, instant

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server.salesforce.ids import to_18

ROLES_OF_SALES = {"SDR Americas", "SDR Europe", "Account Executives"}


class TwoCrms(GeneratedPortal):
    """The files of both."""

    def sales(self, sobject: str) -> list[Record]:
        path = self.folder / "salesforce" / f"{sobject}.ndjson.gz"
        if f"salesforce/{sobject}" not in self._cache:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                self._cache[f"salesforce/{sobject}"] = [json.loads(line) for line in lines]
        return self._cache[f"salesforce/{sobject}"]

    @cached_property
    def leads(self) -> dict[str, Record]:
        """The lead of each contact of HubSpot that was synced, by the contact's id."""
        by_id = {lead["Id"]: lead for lead in self.sales("Lead")}
        return {
            contact["id"]: by_id[to_18(id)]
            for contact in self.records("contacts")
            if (id := contact["properties"].get("salesforceleadid"))
        }

    def by(self, sobject: str, key: str) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self.sales(sobject):
            found[row[key]].append(row)
        return found

    @cached_property
    def people_of_sales(self) -> set[str]:
        return {
            user["Id"]
            for user in self.sales("User")
            if (user["UserRole"] or {}).get("Name") in ROLES_OF_SALES
        }


def at(row: Record, name: str = "CreatedDate") -> datetime:
    return datetime.fromisoformat(row[name])


def first(instants: Iterable[datetime], since: str) -> datetime | None:
    return min((one for one in instants if one >= instant(since)), default=None)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> TwoCrms:
    folder: Path = tmp_path_factory.mktemp("two")
    generate_portal(folder, people=600, crms=("hubspot", "salesforce"))
    return TwoCrms(folder)


def test_the_sync_makes_each_lead_minutes_after_the_first_mql(two: TwoCrms) -> None:
    assert len(two.leads) > 300
    for contact in two.records("contacts"):
        mqls = [
            when
            for when, value, _ in changes(contact, "lifecyclestage")
            if value == "marketingqualifiedlead"
        ]
        assert bool(mqls) == (contact["id"] in two.leads)
        if mqls:
            waited = at(two.leads[contact["id"]]) - mqls[0]
            assert timedelta(0) <= waited <= timedelta(minutes=9)


def test_ids_come_in_both_forms_and_lead_to_records(two: TwoCrms) -> None:
    told = [
        (contact["properties"].get("salesforcecontactid"), "Contact")
        for contact in two.records("contacts")
    ]
    told += [
        (company["properties"].get("salesforceaccountid"), "Account")
        for company in two.records("companies")
    ]
    told += [
        (deal["properties"]["hs_salesforceopportunityid"], "Opportunity")
        for deal in two.records("deals")
    ]
    known = {
        name: {row["Id"] for row in two.sales(name)}
        for name in ("Contact", "Account", "Opportunity")
    }
    lengths = {len(id) for id, name in told if id}
    assert lengths == {15, 18}
    assert all(to_18(id) in known[name] for id, name in told if id)


@pytest.mark.parametrize(
    ("sobject", "key", "targets"),
    [
        ("LeadHistory", "LeadId", ("Lead",)),
        ("Task", "WhoId", ("Lead", "Contact")),
        ("Event", "WhoId", ("Lead", "Contact")),
        ("OpportunityFieldHistory", "OpportunityId", ("Opportunity",)),
        ("OpportunityHistory", "OpportunityId", ("Opportunity",)),
        ("OpportunityContactRole", "ContactId", ("Contact",)),
        ("Contact", "AccountId", ("Account",)),
        ("CampaignMember", "LeadId", ("Lead",)),
    ],
)
def test_every_reference_leads_to_a_record(
    two: TwoCrms, sobject: str, key: str, targets: tuple[str, ...]
) -> None:
    known = {row["Id"] for target in targets for row in two.sales(target)}
    assert two.sales(sobject)
    assert [row["Id"] for row in two.sales(sobject) if row[key] not in known] == []


def test_nothing_happens_after_the_end(two: TwoCrms) -> None:
    ends_at = instant(two.truth["ends_at"])
    for sobject in ("Lead", "LeadHistory", "Task", "Opportunity", "OpportunityFieldHistory"):
        assert all(at(row) <= ends_at for row in two.sales(sobject))
        assert all(at(row, "SystemModstamp") <= ends_at for row in two.sales("Lead"))


def test_speed_follows_from_the_records_of_salesforce(two: TwoCrms) -> None:
    histories, ids = two.by("LeadHistory", "LeadId"), two.people_of_sales
    touches: dict[str, list[datetime]] = defaultdict(list)
    for task in two.sales("Task"):
        if task["OwnerId"] in ids and task["CompletedDateTime"] and task["CallType"] != "Inbound":
            touches[task["WhoId"]].append(at(task, "CompletedDateTime"))
    for handoff in two.handoffs:
        lead = two.leads[handoff["contact_id"]]
        rows = sorted(histories[lead["Id"]], key=at)
        owned = [row for row in rows if row["Field"] == "Owner" and to_18(row["NewValue"]) in ids]
        first_owner = next((row["OldValue"] for row in rows if row["Field"] == "Owner"), None)
        instants = [at(row) for row in owned]
        if (first_owner or lead["OwnerId"]) in ids:
            instants.append(at(lead))
        if handoff["number"] == 1:
            assert _text(first(instants, handoff["mql_at"])) == handoff.get("assigned_at")
        worked = [
            at(row)
            for row in rows
            if (row["Field"], row["NewValue"]) == ("Status", "Working")
            and row["CreatedById"] in ids
        ]
        who = lead["ConvertedContactId"] or lead["Id"]
        closed_at = instant(handoff.get("closed_at", two.truth["ends_at"]))
        touch = first((one for one in touches[who] if one <= closed_at), handoff["mql_at"])
        accepted = first([*worked, *touches[who]], handoff["mql_at"])
        assert _text(touch) == handoff.get("first_touch_at")
        if accepted is not None and accepted <= closed_at:
            assert _text(accepted) == handoff["accepted_at"]


def test_stages_follow_from_the_records_of_salesforce(two: TwoCrms) -> None:
    lead_rows = two.by("LeadHistory", "LeadId")
    deal_rows = two.by("OpportunityFieldHistory", "OpportunityId")
    deals = {row["Id"]: row for row in two.sales("Opportunity")}
    for handoff in two.handoffs:
        rows = lead_rows[two.leads[handoff["contact_id"]]["Id"]]
        told = defaultdict(set)
        for row in rows:
            told[row["NewValue"] if row["Field"] == "Status" else row["Field"]].add(_text(at(row)))
        opened = {_text(at(deals[id])) for id in handoff["deal_ids"]}
        moved = {
            name: {_text(at(row)) for id in handoff["deal_ids"] for row in deal_rows[id]
                   if row["NewValue"] == name}
            for name in ("Closed Won", "Closed Lost")
        }  # fmt: skip
        for fact, instants in (
            ("sql_at", told["Qualified"] | told["leadConverted"]),
            ("disqualified_at", told["Unqualified"]),
            ("recycled_at", told["Nurture"]),
            ("opportunity_at", opened),
            ("won_at", moved["Closed Won"]),
            ("lost_at", moved["Closed Lost"]),
        ):
            assert handoff.get(fact) is None or handoff[fact] in instants, (fact, handoff)
        assert set(handoff["stage_sources"]) == {
            stage
            for stage in ("mql", "accepted", "sql", "opportunity", "won", "lost", "disqualified",
                          "recycled")
            if f"{stage}_at" in handoff
        }  # fmt: skip


def test_hubspot_hears_of_the_stages_minutes_later_and_by_no_person(two: TwoCrms) -> None:
    echoed = 0
    for contact in two.records("contacts"):
        for _, value, entry in changes(contact, "lifecyclestage"):
            if value in ("salesqualifiedlead", "opportunity", "customer"):
                assert entry["sourceType"] in ("SALESFORCE", "INTEGRATION")
                echoed += 1
        assert "hs_lead_status" not in contact["propertiesWithHistory"]
    assert echoed > 20


def test_every_odd_case_is_there(two: TwoCrms) -> None:
    leads = two.sales("Lead")
    assert any(lead["MasterRecordId"] for lead in leads)
    assert any(lead["IsDeleted"] and not lead["MasterRecordId"] for lead in leads)
    known = {lead["Id"] for lead in two.leads.values()}
    assert any(lead["Id"] not in known and lead["IsConverted"] for lead in leads)
    assert any(task["IsArchived"] for task in two.sales("Task"))
    assert {"Standard", "AutomatedProcess"} == {user["UserType"] for user in two.sales("User")}
    assert any(str(row["OldValue"]).startswith("00G") for row in two.sales("LeadHistory"))
    assert {one["kind"] for one in two.truth["bypasses"]} == {"no_mql", "no_person"}


def test_the_crowd_is_the_one_that_hubspot_alone_would_hold(tmp_path: Path) -> None:
    for name, crms in (("one", ("hubspot",)), ("two", ("hubspot", "salesforce"))):
        generate_portal(tmp_path / name, people=40, with_scenarios=False, crms=crms)
    one, two = GeneratedPortal(tmp_path / "one"), GeneratedPortal(tmp_path / "two")
    assert [row["properties"]["email"] for row in one.records("contacts")] == [
        row["properties"]["email"] for row in two.records("contacts")
    ]
    assert [row["mql_at"] for row in one.handoffs] == [row["mql_at"] for row in two.handoffs]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate_portal(tmp_path / name, people=60, crms=("hubspot", "salesforce"))
    files = sorted(path for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(files) == 29
    for path in files:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == other.read_bytes(), path.name


def _text(when: datetime | None) -> str | None:
    return when and when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
