"""Which answers of HubSpot are waited out, which stop the read, and what is said then."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time

import pytest
from scripted_server import Reply, Script, error_reply, results_reply, scripted_server

from handoff.crm.hubspot.client import HubSpotClient, RefusedError, RetryPolicy, Target
from handoff.errors import (
    CrmError,
    DailyLimitError,
    NotEntitledError,
    SettingsError,
    SyncInterruptedError,
)
from handoff.settings import CrmConnection

TOKEN = "pat-na1-secret"  # noqa: S105 -- made up, to be looked for in messages
CONTACTS = Target("contacts", "crm.objects.contacts.read")
QUICK = RetryPolicy(
    total_seconds=2.0,
    ten_secondly_wait=0.02,
    secondly_wait=0.01,
    fault_wait=0.01,
    longest_wait=0.1,
    unreachable_seconds=0.1,
)
GOOD = results_reply({"id": "1"})


def client_of(script: Script, retry: RetryPolicy = QUICK) -> HubSpotClient:
    return HubSpotClient(CrmConnection("handoff_hubspot", script.host, TOKEN), "portal", retry)


def ask(script: Script, target: Target = CONTACTS, retry: RetryPolicy = QUICK) -> object:
    return client_of(script, retry).get("/crm/objects/2026-09/contacts", {}, target)["results"]


FAULTS = {
    "ten-secondly limit": error_reply(429, policyName="TEN_SECONDLY_ROLLING"),
    "secondly limit": error_reply(429, policyName="SECONDLY"),
    "limit without a policy": error_reply(429, message="You have reached your secondly limit."),
    "500": Reply(500, b"oops", content_type="text/plain"),
    "502": Reply(502, b"<html>bad gateway</html>", content_type="text/html"),
    "503": error_reply(503),
    "521": Reply(521, b""),
    "locked": error_reply(423),
    "migration": Reply(477, b"", headers={"Retry-After": "0"}),
    "reset": Reply(hangs_up=True),
    "truncated": Reply(body=b'{"results": [', promised=500),
    "broken JSON": Reply(body=b'{"results": ['),
    "JSON of another shape": Reply(body=b"[1, 2]"),
    "JSON without results": Reply(body=b'{"status": "error"}'),
    "HTML with status 200": Reply(body=b"<html>log in</html>", content_type="text/html"),
    "JSON said to be HTML": Reply(body=b'{"results": []}', content_type="text/html"),
    "no content type": Reply(body=b'{"results": []}', content_type=""),
    "bad gzip": Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    "not a number": Reply(body=b'{"results": [NaN]}'),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_waited_out(fault: Reply) -> None:
    with scripted_server(fault, fault, GOOD) as script:
        assert ask(script) == [{"id": "1"}]
        assert len(script.asked) == 3


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_that_stays_is_a_failure_that_names_it(fault: Reply) -> None:
    with scripted_server(fault) as script, pytest.raises(CrmError) as caught:
        ask(script, retry=RetryPolicy(0.8, 0.08, 0.08, 0.08, 0.1, 0.2))
    assert 2 <= len(script.asked) <= 60
    assert "/crm/objects/2026-09/contacts" in caught.value.message
    assert (caught.value.source, caught.value.object) == ("portal", "contacts")
    assert "handoff sync --source portal" in str(caught.value.fix)


def test_the_daily_limit_stops_at_once_and_says_when_it_ends() -> None:
    limit = error_reply(429, message="You have reached your daily limit.", policyName="DAILY")
    with scripted_server(limit) as script, pytest.raises(DailyLimitError, match="midnight"):
        ask(script)
    assert len(script.asked) == 1


def test_the_wait_that_the_server_asks_for_is_kept_in_seconds_and_milliseconds() -> None:
    for asked_for in ("0.3", "1000"):
        waiting = Reply(429, b"{}", headers={"Retry-After": asked_for})
        with scripted_server(waiting, GOOD) as script:
            started = time.monotonic()
            ask(script)
            expected = 0.3 if asked_for == "0.3" else 1.0
            assert expected <= time.monotonic() - started < expected + 8


def test_a_huge_wait_is_not_slept_through() -> None:
    waiting = Reply(503, b"{}", headers={"Retry-After": "86400000"})
    with scripted_server(waiting) as script, pytest.raises(CrmError, match="did not answer"):
        ask(script)
    assert len(script.asked) == 1


@pytest.mark.parametrize("status", [401, 530])
def test_a_refused_token_names_the_connection(status: int) -> None:
    refusal = error_reply(status, category="INVALID_AUTHENTICATION", message=f"{'x' * 195}{TOKEN}")
    with scripted_server(refusal) as script, pytest.raises(CrmError, match="token") as caught:
        ask(script)
    assert len(script.asked) == 1
    assert "AIRFLOW_CONN_HANDOFF_HUBSPOT" in str(caught.value)
    assert TOKEN[:4] not in str(caught.value)


def test_a_missing_scope_is_named_by_the_api_or_by_us() -> None:
    told = error_reply(
        403,
        category="MISSING_SCOPES",
        errors=[{"context": {"requiredGranularScopes": ["crm.objects.contacts.sensitive.read"]}}],
    )
    with scripted_server(told) as script, pytest.raises(CrmError, match=r"sensitive\.read"):
        ask(script)
    with scripted_server(error_reply(403)) as script, pytest.raises(CrmError) as caught:
        ask(script)
    assert "crm.objects.contacts.read" in caught.value.message
    assert not isinstance(caught.value, NotEntitledError)


def test_an_object_that_an_account_may_lack_is_no_failure() -> None:
    campaigns = Target("campaigns", "marketing.campaigns.read", is_optional=True)
    with (
        scripted_server(error_reply(403)) as script,
        pytest.raises(NotEntitledError, match=r"marketing\.campaigns\.read"),
    ):
        ask(script, campaigns)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 414])
def test_what_is_refused_is_not_asked_again_and_no_redirect_is_followed(status: int) -> None:
    with scripted_server(GOOD) as elsewhere:
        reply = Reply(status, b"{}", headers={"Location": f"{elsewhere.host}/stolen"})
        with scripted_server(reply) as script, pytest.raises(RefusedError, match=str(status)):
            ask(script)
        assert elsewhere.asked == []
    assert len(script.asked) == 1


def test_a_server_that_is_not_there_is_told_soon() -> None:
    connection = CrmConnection("handoff_hubspot", "http://127.0.0.1:9", TOKEN)
    client = HubSpotClient(connection, "portal", QUICK)
    started = time.monotonic()
    with pytest.raises(CrmError, match="cannot be reached"):
        client.get("/crm/owners/2026-09", {}, CONTACTS)
    assert time.monotonic() - started < 10


def test_a_host_that_is_no_address_is_told_at_once() -> None:
    client = HubSpotClient(CrmConnection("handoff_hubspot", "ftp://x", TOKEN), "portal", QUICK)
    with pytest.raises(CrmError, match="no address"):
        client.get("/crm/owners/2026-09", {}, CONTACTS)


def test_the_token_is_sent_and_never_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "handoff")
    fault = Reply(200, TOKEN.encode(), content_type=f"text/{'x' * 50}{TOKEN}")
    with scripted_server(fault, GOOD, fault) as script:
        client = client_of(script)
        client.get("/crm/owners/2026-09", {}, CONTACTS)
        with pytest.raises(CrmError, match="instead of JSON") as caught:
            client.get("/crm/owners/2026-09", {}, CONTACTS)
    assert TOKEN[:4] not in str(caught.value)
    assert script.asked[0][2]["authorization"] == f"Bearer {TOKEN}"
    assert len(caplog.records) > 0
    assert TOKEN[:4] not in caplog.text
    for bad in ("pat na1", "pat\nna1", "tökén", ""):
        with pytest.raises(SettingsError) as caught:
            HubSpotClient(CrmConnection("handoff_hubspot", script.host, bad), "portal")
        assert not bad or bad not in str(caught.value)


def test_compressed_answers_and_half_emojis_are_read() -> None:
    packed = Reply(body=gzip.compress(GOOD.body), headers={"Content-Encoding": "gzip"})
    with scripted_server(packed) as script:
        assert ask(script) == [{"id": "1"}]
    with scripted_server(Reply(body=rb'{"results": [{"id": "\ud83d"}]}')) as script:
        assert ask(script) == [{"id": "\ud83d"}]


def test_searches_stay_below_the_limit_of_the_account() -> None:
    with scripted_server(GOOD) as script:
        client = client_of(script)
        started = time.monotonic()
        for _ in range(11):
            client.search("/crm/objects/2026-09/contacts/search", {}, CONTACTS)
        assert time.monotonic() - started >= 2


def test_waiting_ends_when_the_sync_is_stopped() -> None:
    with scripted_server(error_reply(429, policyName="TEN_SECONDLY_ROLLING")) as script:
        client = client_of(script, RetryPolicy())
        threading.Timer(0.3, client.interrupt).start()
        started = time.monotonic()
        with pytest.raises(SyncInterruptedError):
            client.get("/crm/owners/2026-09", {}, CONTACTS)
        assert time.monotonic() - started < 8


def daily_headers(remaining: int, allowed: int = 100) -> dict[str, str]:
    return {
        "X-HubSpot-RateLimit-Daily": str(allowed),
        "X-HubSpot-RateLimit-Daily-Remaining": str(remaining),
    }


def test_a_sync_stops_at_its_share_of_the_day_and_says_when_the_day_ends() -> None:
    replies = [
        Reply(headers=daily_headers(70)),
        Reply(headers=daily_headers(58)),
        Reply(body=b'{"portalId": 1, "timeZone": "Europe/Berlin"}', headers=daily_headers(57)),
        Reply(headers=daily_headers(50)),
    ]
    with scripted_server(*replies) as script:
        connection = CrmConnection("handoff_hubspot", script.host, TOKEN)
        client = HubSpotClient(connection, "portal", QUICK, daily_call_budget=0.5)
        for _ in range(3):
            client.get("/crm/owners/2026-09", {}, CONTACTS)
        with pytest.raises(
            DailyLimitError, match=r"Europe/Berlin\), at 20\d\d-\d\d-\d\d 2"
        ) as caught:
            client.get("/crm/owners/2026-09", {}, CONTACTS)
    assert "50 of the 100 calls" in caught.value.message
    assert "daily_call_budget" in str(caught.value.fix)
    assert [asked[1] for asked in script.asked] == [
        "/crm/owners/2026-09",
        "/crm/owners/2026-09",
        "/account-info/2026-09/details",
        "/crm/owners/2026-09",
    ]


@pytest.mark.parametrize("zone", ["", "Moon/Crater", "../../etc/passwd", "\x00"])
def test_a_time_zone_that_is_none_is_left_out(zone: str) -> None:
    details = json.dumps({"portalId": 1, "timeZone": zone}).encode()
    replies = [Reply(headers=daily_headers(10)), Reply(body=details), GOOD]
    daily = error_reply(429, policyName="DAILY")
    with scripted_server(*replies, daily) as script:
        client = HubSpotClient(
            CrmConnection("handoff_hubspot", script.host, TOKEN), "portal", QUICK
        )
        for _ in range(2):
            client.get("/crm/owners/2026-09", {}, CONTACTS)
        with pytest.raises(DailyLimitError, match=r"time zone \(source"):
            client.get("/crm/owners/2026-09", {}, CONTACTS)


def test_no_request_goes_before_the_first_answer_has_told_the_rate() -> None:
    arrived: list[float] = []
    told: list[float] = []

    def answer(_: str, __: dict[str, str]) -> Reply:
        arrived.append(time.monotonic())
        if len(arrived) == 1:
            time.sleep(0.4)
            told.append(time.monotonic())
        return GOOD

    with scripted_server(GOOD) as script:
        script.answer = answer
        client = client_of(script)
        asking = [
            threading.Thread(target=client.get, args=("/crm/owners/2026-09", {}, CONTACTS))
            for _ in range(4)
        ]
        for one in asking:
            one.start()
        for one in asking:
            one.join(20)
    assert len(arrived) == 4
    assert min(arrived[1:]) >= told[0]


def test_no_more_requests_are_under_way_than_allowed() -> None:
    under_way, most = [0], [0]
    counting = threading.Lock()

    def answer(_: str, __: dict[str, str]) -> Reply:
        with counting:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.1)
        with counting:
            under_way[0] -= 1
        return GOOD

    with scripted_server(GOOD) as script:
        script.answer = answer
        connection = CrmConnection("handoff_hubspot", script.host, TOKEN)
        client = HubSpotClient(connection, "portal", QUICK, requests_at_a_time=3)
        client.get("/crm/owners/2026-09", {}, CONTACTS)
        asking = [
            threading.Thread(target=client.get, args=("/crm/owners/2026-09", {}, CONTACTS))
            for _ in range(9)
        ]
        for one in asking:
            one.start()
        for one in asking:
            one.join(20)
    assert len(script.asked) == 10
    assert most[0] == 3
