"""How pages, searches, batches and links are asked for, seen from the server's side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scripted_server import Reply, Script, error_reply, results_reply, scripted_server

from handoff.crm.hubspot.client import RetryPolicy
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.protocol import Batch, Mode, ReadRequest
from handoff.crm.source_rules import SourceRules
from handoff.errors import CrmError, CursorRefusedError
from handoff.settings import CrmConnection

QUICK = RetryPolicy(1.0, 0.01, 0.01, 0.01, 0.05, 0.1)
UNTIL = datetime(2026, 1, 5, 6, tzinfo=UTC)
SINCE = datetime(2026, 1, 4, 6, tzinfo=UTC)


def connector_of(script: Script, tracked: dict[str, list[str]] | None = None) -> HubSpotConnector:
    connection = CrmConnection("handoff_hubspot", script.host, "pat")
    # One at a time, so that the scripted replies go to the requests that they are meant for.
    return HubSpotConnector(connection, "portal", tracked, QUICK, SourceRules(requests_at_a_time=1))


def read(
    connector: HubSpotConnector,
    object_: str,
    mode: Mode = "full",
    cursor: dict[str, Any] | None = None,
) -> Iterator[Batch]:
    request = ReadRequest(
        object=object_,
        mode=mode,
        until=UNTIL,
        since=SINCE if mode == "incremental" else None,
        selection=connector.selection(object_),
    )
    return connector.read(request, cursor)


def people(*ids: int) -> list[dict[str, Any]]:
    return [{"id": str(id_), "properties": {}, "archived": False} for id_ in ids]


def query(asked: tuple[str, str, dict[str, str], bytes]) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(asked[1]).query).items()}


def records(batches: list[Batch], object_: str) -> list[str]:
    return [one["id"] for batch in batches for one in batch.rows.get(object_, [])]


EMPTY = results_reply()


def test_a_cursor_that_comes_again_is_a_circle() -> None:
    pages = [results_reply(*people(1), after="a"), results_reply(*people(2), after="b")]
    with (
        scripted_server(*pages, results_reply(*people(3), after="a")) as script,
        pytest.raises(CrmError, match="circle"),
    ):
        list(read(connector_of(script), "companies"))
    assert len(script.asked) == 3


def test_a_page_that_comes_again_under_new_cursors_is_a_circle() -> None:
    pages = [results_reply(*people(n % 3), after=f"c{n}") for n in range(9)]
    with scripted_server(*pages) as script, pytest.raises(CrmError, match="circle"):
        list(read(connector_of(script), "owners"))
    assert len(script.asked) == 4


def test_empty_pages_without_an_end_are_a_circle() -> None:
    pages = [results_reply(after=f"c{n}") for n in range(60)]
    with scripted_server(*pages) as script, pytest.raises(CrmError, match="circle"):
        list(read(connector_of(script), "owners"))
    assert len(script.asked) < 30


def test_a_search_that_does_not_move_is_told() -> None:
    first, batch, same = (
        results_reply(*people(5), after="1", total=2),
        results_reply(*people(5)),
        results_reply(*people(5), after="1", total=2),
    )
    with (
        scripted_server(first, batch, same) as script,
        pytest.raises(CrmError, match="again and again"),
    ):
        list(read(connector_of(script), "companies", "incremental"))


def test_a_list_asks_for_properties_and_history_in_pages_of_50() -> None:
    with scripted_server(EMPTY) as script:
        list(read(connector_of(script, {"deals": ["budget"]}), "deals"))
    live, archived = (query(asked) for asked in script.asked)
    assert urlsplit(script.asked[0][1]).path == "/crm/objects/2026-09/deals"
    assert (live["limit"], live["archived"], archived["archived"]) == ("50", "false", "true")
    assert {"amount", "budget", "dealstage"} <= set(live["properties"].split(","))
    assert set(live["propertiesWithHistory"].split(",")) == {
        "budget",
        "dealstage",
        "hubspot_owner_id",
    }


def test_objects_without_history_come_in_pages_of_100() -> None:
    with scripted_server(EMPTY) as script:
        list(read(connector_of(script), "calls"))
    assert query(script.asked[0])["limit"] == "100"
    assert "propertiesWithHistory" not in query(script.asked[0])


def test_more_properties_than_an_address_can_hold_go_into_the_body() -> None:
    names = [f"a_rather_long_property_name_{n}" for n in range(600)]
    replies = [results_reply(*people(1, 2)), results_reply(*people(1, 2)), EMPTY]
    with scripted_server(*replies) as script:
        batches = list(read(connector_of(script, {"companies": names}), "companies"))
    assert records(batches, "companies") == ["1", "2"]
    assert all(len(asked[1]) < 15_000 for asked in script.asked)
    method, path, _, body = script.asked[1]
    assert (method, path) == ("POST", "/crm/objects/2026-09/companies/batch/read")
    assert set(names) <= set(json.loads(body)["properties"])
    assert json.loads(body)["inputs"] == [{"id": "1"}, {"id": "2"}]


def test_changes_are_searched_by_id_within_a_window_and_read_in_batches_of_50() -> None:
    ids = list(range(1, 121))
    replies = [
        results_reply(*people(*ids), after="200", total=121),
        *(results_reply(*people(*part)) for part in (ids[:50], ids[50:100], ids[100:])),
        results_reply(*people(121), total=1),
        results_reply(*people(121)),
        EMPTY,
    ]
    with scripted_server(*replies) as script:
        batches = list(read(connector_of(script), "contacts", "incremental"))
    assert records(batches, "contacts") == [str(id_) for id_ in [*ids, 121]]
    assert batches[0].expected == 121
    first, *reads, second = (json.loads(asked[3]) for asked in script.asked[:5])
    for body, last_id in ((first, "0"), (second, "120")):
        assert len(json.dumps(body)) < 3_000
        assert body["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
        filters = {
            (one["propertyName"], one["operator"]): one["value"]
            for one in body["filterGroups"][0]["filters"]
        }
        assert filters == {
            ("hs_object_id", "GT"): last_id,
            ("lastmodifieddate", "GTE"): str(int(SINCE.timestamp() * 1000) - 3_600_000),
            ("lastmodifieddate", "LT"): str(int(UNTIL.timestamp() * 1000)),
        }
    assert [len(body["inputs"]) for body in reads] == [50, 50, 20]
    assert all("lifecyclestage" in body["propertiesWithHistory"] for body in reads)


def test_of_the_archived_only_the_news_is_landed_by_a_read_of_changes() -> None:
    archived = [
        {"id": "1", "archived": True, "archivedAt": "2026-01-04T05:30:00Z"},
        {"id": "2", "archived": True, "archivedAt": "2026-01-04T04:59:59Z"},
        {"id": "3", "archived": True},
    ]
    with scripted_server(results_reply(total=0), results_reply(*archived)) as script:
        batches = list(read(connector_of(script), "companies", "incremental"))
    assert records(batches, "companies") == ["1", "3"]


def test_links_are_read_for_1000_ids_at_once_and_their_pages_are_put_together() -> None:
    pages = [
        results_reply(*people(*range(start, start + 100)), after=str(start))
        for start in range(1, 1001, 100)
    ]
    link = {"toObjectId": 7, "associationTypes": [{"category": "X", "typeId": 1, "label": None}]}
    links = [
        results_reply({"from": {"id": "5"}, "to": [link], "paging": {"next": {"after": "p2"}}}),
        results_reply({"from": {"id": "5"}, "to": [{**link, "toObjectId": 8}]}),
    ]
    with scripted_server(*pages, *links, EMPTY, EMPTY) as script:
        batches = list(read(connector_of(script), "notes"))
    asked = [json.loads(body) for method, _, _, body in script.asked if method == "POST"]
    assert [len(body["inputs"]) for body in asked] == [1000, 1, 1000]
    assert asked[1]["inputs"] == [{"id": "5", "after": "p2"}]
    batch = next(one for one in batches if one.cursor is not None)
    assert len(records(batches[: batches.index(batch)], "notes")) == 1000
    lines = {line["from"]["id"]: line["to"] for line in batch.rows["notes_to_contacts"]}
    assert len(lines) == 1000
    assert lines["5"] == [link, {**link, "toObjectId": 8}]
    assert lines["6"] == []


def test_a_refused_cursor_is_told_apart_from_a_refused_request() -> None:
    cursor = {"phase": "list", "after": "old", "live": 3}
    with scripted_server(error_reply(400)) as script:
        with pytest.raises(CursorRefusedError):
            list(read(connector_of(script), "companies", cursor=cursor))
        with pytest.raises(CrmError) as caught:
            list(read(connector_of(script), "companies"))
    assert not isinstance(caught.value, CursorRefusedError)


def test_submissions_are_read_back_to_the_watermark_and_no_further() -> None:
    since_ms = int(SINCE.timestamp() * 1000) - 3_600_000
    news = {"conversionId": "a", "submittedAt": since_ms}
    old = {"conversionId": "b", "submittedAt": since_ms - 1}
    replies = [results_reply({"id": "f1"}), EMPTY, results_reply(news, old, after="2")]
    with scripted_server(*replies) as script:
        batches = list(read(connector_of(script), "form_submissions", "incremental"))
    assert [batch.rows["form_submissions"] for batch in batches] == [[{**news, "formGuid": "f1"}]]
    assert len(script.asked) == 3


def test_an_unknown_property_names_what_was_meant_and_the_file() -> None:
    known = results_reply({"name": "jobtitle"}, {"name": "industry"})
    with scripted_server(known) as script, pytest.raises(CrmError) as caught:
        connector_of(script, {"contacts": ["job_title", "industry"]}).check(
            ["contacts"], {"contacts.job_title": Path("playbook/fields.yml")}
        )
    assert "'job_title'" in caught.value.message
    assert "near: jobtitle" in caught.value.message
    assert "'industry'" not in caught.value.message
    assert (caught.value.source, caught.value.object) == ("portal", "contacts")
    assert "playbook/fields.yml" in str(caught.value.fix)


def test_an_account_without_any_property_tells_nothing_about_names() -> None:
    with scripted_server(EMPTY) as script:
        connector_of(script, {"contacts": ["job_title"]}).check(["contacts"])


def test_addresses_in_answers_are_not_followed() -> None:
    numbers = count(1)
    page = results_reply(*people(next(numbers)), after="2")
    with scripted_server(page, Reply()) as script:
        list(read(connector_of(script), "companies"))
    assert all(asked[2]["host"] == script.host.removeprefix("http://") for asked in script.asked)
    assert [query(asked).get("after") for asked in script.asked] == [None, "2", None]
