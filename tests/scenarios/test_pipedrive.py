"""A company that sells out of Pipedrive alone, end to end: deals move, are lost and are won."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pipeline_home import ALL_STOPS, PipelineHome, pipeline_home

from handoff.sandbox.server import RunningSandbox, running_sandbox

pytestmark = pytest.mark.slow

FIRST_SYNC = datetime(2026, 1, 5, 8, tzinfo=UTC)
AS_OF = datetime(2026, 1, 20, 6, tzinfo=UTC)
PLAYBOOK = Path(__file__).resolve().parents[1] / "playbooks" / "pipedrive"
SALES_PERSON = 500
LEAD_STATUS = "946947d1b02fd3ef20798d6112ec5d895a686a21"


def write(folder: Path, **files: list[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True)
    for name, rows in files.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.ndjson").write_text(text)
    return folder.parent


def new_person(sandbox: RunningSandbox, name: str) -> int:
    """A person whom marketing has qualified."""
    values = {
        "emails": [{"value": f"{name}@example.com", "primary": True}],
        "owner_id": SALES_PERSON,
        "custom_fields": {LEAD_STATUS: 1},
    }
    answer = sandbox.call("POST", "/api/v2/persons", values, at="2026-01-05T06:00:00Z")
    return int(answer["data"]["id"])


def new_deal(sandbox: RunningSandbox, person: int, at: str) -> int:
    """A deal of a person in the first stage; its id."""
    values = {"person_id": person, "owner_id": SALES_PERSON, "pipeline_id": 1, "stage_id": 1,
              "value": 1200, "currency": "EUR"}  # fmt: skip
    return int(sandbox.call("POST", "/api/v2/deals", values, at=at)["data"]["id"])


def move(sandbox: RunningSandbox, deal: int, at: str, **values: Any) -> None:
    path = f"/api/v2/deals/{deal}"
    sandbox.call("PATCH", path, values, user=SALES_PERSON, at=at)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineHome]:
    """The home after every stop, over an account in which three deals were worked."""
    folder = tmp_path_factory.mktemp("pipedrive")
    at = "2026-01-01T00:00:00Z"
    stages = [
        {"id": n, "name": name, "order_nr": n, "pipeline_id": 1, "add_time": at}
        for n, name in enumerate(("Qualified", "Contacted", "Demo"), 1)
    ]
    fields = [
        {"object": object_, "field_code": code, "field_name": code, "field_type": "varchar"}
        for object_, codes in (("deal", ("stage_id", "owner_id", "lost_reason")),
                               ("person", ("owner_id", LEAD_STATUS)))
        for code in codes
    ]  # fmt: skip
    user = {"id": SALES_PERSON, "name": "O", "email": "owner0@example.com", "active_flag": True}
    portal = write(
        folder / "portal" / "pipedrive",
        users=[user],
        pipelines=[{"id": 1, "name": "Sales", "order_nr": 1, "add_time": at}],
        stages=stages,
        fields=fields,
    )
    with running_sandbox(portal) as sandbox, pytest.MonkeyPatch.context() as environment:
        given = {"host": sandbox.base_url, "password": sandbox.token}
        environment.setenv("AIRFLOW_CONN_HANDOFF_PIPEDRIVE", json.dumps(given))
        people = [new_person(sandbox, name) for name in ("won", "lost", "open", "none")]
        first = pipeline_home(folder / "home", sandbox, FIRST_SYNC, PLAYBOOK)
        # A person's field has no past: it is known from the first read that had it.
        first.run(["sync"])
        won = new_deal(sandbox, people[0], "2026-01-06T09:00:00Z")
        move(sandbox, won, "2026-01-07T09:00:00Z", stage_id=2)
        move(sandbox, won, "2026-01-09T09:00:00Z", status="won")
        lost = new_deal(sandbox, people[1], "2026-01-06T10:00:00Z")
        move(sandbox, lost, "2026-01-08T10:00:00Z", status="lost", lost_reason="Price")
        new_deal(sandbox, people[2], "2026-01-06T11:00:00Z")
        made = first.at(AS_OF)
        made.run(ALL_STOPS)
        yield made


def test_each_person_is_a_handoff_that_their_deal_carries_on(home: PipelineHome) -> None:
    handoffs = home.published(
        "select strftime(mql_at, '%d %H'), strftime(opportunity_at, '%d %H'),"
        " strftime(won_at, '%d %H'), strftime(lost_at, '%d %H'), reason, amount_won"
        " from fct_handoffs order by opportunity_at nulls last"
    )
    assert [row[:5] for row in handoffs] == [
        ("05 08", "06 09", "09 09", None, None),
        ("05 08", "06 10", None, "08 10", "no_budget"),
        ("05 08", "06 11", None, None, None),
        ("05 08", None, None, None, None),
    ]
    assert float(handoffs[0][5]) == 1200.0


def test_the_stages_of_the_deal_are_told_with_who_moved_it(home: PipelineHome) -> None:
    moves = home.warehouse(
        "select value, changed_by_user_id from staging.stg_pipedrive__property_changes"
        " where property = 'stage_id' and record_id = '1' order by change_number"
    )
    person = str(SALES_PERSON)
    assert [value for value, _ in moves] == ["1", "2", "won"]
    assert {user for _, user in moves[1:]} == {person}


def test_every_record_is_accounted_for(home: PipelineHome) -> None:
    left_over = home.published("select object from rpt_reconciliation where left_over_count <> 0")
    assert left_over == []
