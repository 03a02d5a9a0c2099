"""People edit the CRM between two syncs: what was published stays under its key, what changed is
told, and a warehouse that grew is the one that landing gives anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from crm_person import SALES_PERSON, CrmPerson
from pipeline_home import PipelineHome, pipeline_home
from same_tables import compared_tables, differing_tables

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import running_sandbox

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 10, 5, 6, tzinfo=UTC)
SECOND = datetime(2026, 10, 12, 6, tzinfo=UTC)
BUILT = ("staging", "intermediate", "marts")
Row = dict[str, Any]


@dataclass(frozen=True)
class Changes:
    """ids: contacts by what happens to them. before, after: warehouses of the two builds."""

    ids: dict[str, str]
    before: Path
    after: Path
    full: Path
    full_at_first: Path

    def handoffs(self, warehouse: Path, who: str) -> list[Row]:
        """Handoffs of the person that a contact belongs to."""
        return self.rows(
            warehouse,
            "select handoffs.* from marts.fct_handoffs as handoffs"
            " inner join marts.map_person_records as records using (person_key)"
            " where records.record_id = ? and records.object = 'contacts' order by mql_at",
            self.ids[who],
        )

    def handoff(self, warehouse: Path, who: str) -> Row:
        (row,) = self.handoffs(warehouse, who)
        return row

    @staticmethod
    def rows(warehouse: Path, query: str, *values: Any) -> list[Row]:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = connection.execute(query, values)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def work_before(crm: CrmPerson) -> tuple[dict[str, str], str]:
    """What is in the CRM at the first sync; contact ids, and the id of a deal."""
    ids = {
        "waits": crm.new_lead("waits", "2026-09-22T08:00:00Z"),
        "late stage": crm.new_lead("late.stage", "2026-09-20T08:00:00Z"),
        "keeps": crm.new_lead("keeps", "2026-09-14T08:00:00Z"),
        "goes": crm.new_lead("goes", "2026-09-21T08:00:00Z"),
        "keeps the later": crm.new_lead("keeps.the.later", "2026-09-23T08:00:00Z"),
        "goes with the earlier": crm.new_lead("goes.with.the.earlier", "2026-09-16T08:00:00Z"),
        "archived": crm.new_lead("archived", "2026-09-22T09:00:00Z"),
        "wins": crm.new_lead("wins", "2026-09-15T08:00:00Z", hubspot_owner_id=SALES_PERSON.id),
        "comes back": crm.new_lead("comes.back", "2026-09-17T08:00:00Z"),
    }
    crm.change(ids["goes"], "2026-10-01T08:00:00Z", lifecyclestage="salesqualifiedlead")
    return ids, crm.new_deal(ids["wins"], "2026-09-25T08:00:00Z")


def work_between(crm: CrmPerson, ids: dict[str, str], deal_id: str) -> None:
    """What people do in the week between the syncs."""
    # Dated before the first sync, but entered after it.
    crm.change(ids["late stage"], "2026-10-02T08:00:00Z", lifecyclestage="salesqualifiedlead")
    crm.change(ids["late stage"], "2026-10-06T08:00:00Z", jobtitle="Head of Sales")
    crm.merge(ids["keeps"], ids["goes"], "2026-10-06T09:00:00Z")
    crm.merge(ids["keeps the later"], ids["goes with the earlier"], "2026-10-06T10:00:00Z")
    crm.archive(ids["archived"], "2026-10-07T08:00:00Z")
    crm.change(deal_id, "2026-10-08T08:00:00Z", of="deals", dealstage="closedwon", amount="12000")
    crm.change(ids["comes back"], "2026-10-07T09:00:00Z", hs_lead_status="BAD_TIMING")
    crm.change(ids["comes back"], "2026-10-07T10:00:00Z", lifecyclestage="")
    crm.change(ids["comes back"], "2026-10-09T09:00:00Z", lifecyclestage="marketingqualifiedlead")
    ids["arrives"] = crm.new_lead("arrives", "2026-10-08T09:00:00Z")


@pytest.fixture(scope="module")
def changes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changes]:
    folder = tmp_path_factory.mktemp("changes")
    generate_portal(folder / "portal", people=40, ends_at=FIRST, with_scenarios=False)

    def build(home: PipelineHome, name: str, *, full: bool = False) -> Path:
        home.run(("load",), full=full)
        home.build_at_once()
        return Path(shutil.copy(home.settings.warehouse_path, folder / f"{name}.duckdb"))

    with running_sandbox(folder / "portal") as sandbox:
        first = pipeline_home(folder / "home", sandbox, FIRST)
        second = first.at(SECOND)
        crm = CrmPerson(sandbox)
        ids, deal_id = work_before(crm)
        first.run(("sync",))
        before = build(first, "before")
        work_between(crm, ids, deal_id)
        second.run(("sync",))
        after = build(second, "after")
        full = build(second, "full", full=True)
        full_at_first = build(first, "full_at_first")
        yield Changes(ids, before, after, full, full_at_first)


def test_the_second_sync_reads_what_changed_alone(changes: Changes) -> None:
    landed = changes.rows(
        changes.after,
        "select distinct id from raw.hubspot__contacts as contacts"
        " inner join raw.landing_runs as runs using (source_id, run_id)"
        " where runs.object = 'contacts' and runs.mode = 'incremental'",
    )
    losers = {changes.ids["goes"], changes.ids["goes with the earlier"]}
    untouched = {changes.ids["waits"], changes.ids["wins"]}
    assert {row["id"] for row in landed} == set(changes.ids.values()) - losers - untouched


def test_a_stage_that_was_entered_late_is_told_under_the_same_key(changes: Changes) -> None:
    before = changes.handoff(changes.before, "late stage")
    after = changes.handoff(changes.after, "late stage")
    assert before["sql_at"] is None
    assert after["sql_at"] == datetime(2026, 10, 2, 8)
    assert (after["handoff_key"], after["mql_at"]) == (before["handoff_key"], before["mql_at"])
    assert (after["furthest_stage"], after["status"]) == ("sql", "open")


@pytest.mark.parametrize(
    ("survivor", "loser", "first"),
    [
        ("keeps", "goes", "keeps"),
        ("keeps the later", "goes with the earlier", "goes with the earlier"),
    ],
)
def test_open_handoffs_of_merged_people_join_in_the_earlier(
    changes: Changes, survivor: str, loser: str, first: str
) -> None:
    earlier = changes.handoff(changes.before, first)
    joined = changes.handoff(changes.after, survivor)
    assert changes.handoffs(changes.after, loser) == [joined]
    assert joined["mql_at"] == earlier["mql_at"]
    assert joined["handoff_key"] == earlier["handoff_key"], "a merge has changed a published key"
    assert joined["is_open"]
    (loser_row,) = changes.rows(
        changes.after,
        "select match_method, survivor_record_key from marts.map_person_records"
        " where record_id = ? and object = 'contacts'",
        changes.ids[loser],
    )
    assert loser_row == {
        "match_method": "merge",
        "survivor_record_key": f"hubspot/contacts/{changes.ids[survivor]}",
    }


def test_the_joined_handoff_has_the_stages_of_both(changes: Changes) -> None:
    assert changes.handoff(changes.before, "keeps")["sql_at"] is None
    assert changes.handoff(changes.before, "goes")["sql_at"] == datetime(2026, 10, 1, 8)
    assert changes.handoff(changes.after, "keeps")["sql_at"] == datetime(2026, 10, 1, 8)


def test_an_archived_contact_stays_and_is_flagged(changes: Changes) -> None:
    before = changes.handoff(changes.before, "archived")
    after = changes.handoff(changes.after, "archived")
    assert (before["is_archived"], after["is_archived"]) == (False, True)
    same = before.keys() - {"is_archived"}
    moved_by_time = {name for name in same if before[name] != after[name]}
    # Nobody touched it: it only grows older, and nobody owns it.
    assert moved_by_time <= {"minutes_late", "sla_status", "is_default_accepted"}


def test_a_won_deal_wins_the_handoff_that_was_open(changes: Changes) -> None:
    before = changes.handoff(changes.before, "wins")
    after = changes.handoff(changes.after, "wins")
    assert (before["status"], before["opportunity_at"]) == ("open", datetime(2026, 9, 25, 8))
    assert (after["status"], after["won_at"]) == ("won", datetime(2026, 10, 8, 8))
    assert after["handoff_key"] == before["handoff_key"]
    assert after["amount_won"] == 12000


def test_a_recycled_lead_comes_back_as_a_second_handoff(changes: Changes) -> None:
    (before,) = changes.handoffs(changes.before, "comes back")
    first, second = changes.handoffs(changes.after, "comes back")
    assert first["handoff_key"] == before["handoff_key"]
    assert (first["status"], first["closed_at"]) == ("recycled", datetime(2026, 10, 7, 9))
    assert (second["handoff_number"], second["status"]) == (2, "open")
    assert second["mql_at"] == datetime(2026, 10, 9, 9)


def test_a_new_lead_arrives(changes: Changes) -> None:
    assert changes.handoffs(changes.before, "waits") != []
    assert changes.handoff(changes.after, "arrives")["mql_at"] == datetime(2026, 10, 8, 9, 0, 1)


def test_keys_of_all_other_handoffs_stay(changes: Changes) -> None:
    query = "select handoff_key from marts.fct_handoffs"
    before = {row["handoff_key"] for row in changes.rows(changes.before, query)}
    after = {row["handoff_key"] for row in changes.rows(changes.after, query)}
    gone = {
        changes.handoff(changes.before, "goes")["handoff_key"],
        changes.handoff(changes.before, "keeps the later")["handoff_key"],
    }
    came = {
        changes.handoffs(changes.after, "comes back")[1]["handoff_key"],
        changes.handoff(changes.after, "arrives")["handoff_key"],
    }
    assert len(before) > 15
    assert before - after == gone
    assert after - before == came


def test_a_warehouse_that_grew_is_the_one_made_anew(changes: Changes) -> None:
    everything = ("raw", "playbook", *BUILT)
    assert compared_tables(changes.after, everything) > 80
    assert differing_tables(changes.after, changes.full, everything) == {}


def test_a_later_landing_does_not_change_what_an_earlier_instant_saw(changes: Changes) -> None:
    assert differing_tables(changes.before, changes.full_at_first, BUILT) == {}
