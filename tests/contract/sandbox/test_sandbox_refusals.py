"""What HubSpot turns down, and what goes wrong on the way."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from handoff.sandbox.server import Fault, FaultPlan, RateLimits, RunningSandbox, running_sandbox

CONTACTS = "/crm/objects/2026-09/contacts"
SEARCH = f"{CONTACTS}/search"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}])
def test_a_wrong_token_is_refused(sandbox: RunningSandbox, headers: dict[str, str]) -> None:
    answer = httpx.get(sandbox.base_url + CONTACTS, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["correlationId"]


@pytest.mark.parametrize(
    ("missing", "path"),
    [
        ("deals", "/crm/objects/2026-09/deals"),
        ("crm.objects.deals.read", "/crm/v3/objects/deals"),
        ("owners", "/crm/owners/2026-09"),
        ("campaigns", "/marketing/campaigns/2026-09"),
        ("forms", "/marketing/v3/forms"),
        ("forms", "/form-integrations/v1/submissions/forms/f-1"),
        ("emails", "/crm/objects/2026-09/emails"),
        ("deals", "/crm/v4/objects/deals/301/associations/contacts"),
    ],
)
def test_a_missing_scope_is_named(portal: Path, missing: str, path: str) -> None:
    with running_sandbox(portal, missing_scopes={missing}) as sandbox:
        answer = sandbox.ask("GET", path)
        assert sandbox.call("GET", CONTACTS)["results"]
    assert (answer.status_code, answer.json()["category"]) == (403, "MISSING_SCOPES")
    assert answer.json()["errors"][0]["context"]["requiredGranularScopes"]


def test_associations_need_the_scopes_of_both_objects(portal: Path) -> None:
    path = "/crm/associations/2026-09/{}/batch/read"
    body = {"inputs": [{"id": "101"}]}
    with running_sandbox(portal, missing_scopes={"deals"}) as sandbox:
        for pair, status in (
            ("contacts/deals", 403),
            ("deals/contacts", 403),
            ("contacts/companies", 200),
        ):
            answer = sandbox.ask("POST", path.format(pair), json=body)
            assert answer.status_code == status


def test_the_ten_second_limit(portal: Path) -> None:
    with running_sandbox(portal, limits=RateLimits(ten_secondly=3)) as sandbox:
        left = [
            sandbox.ask("GET", CONTACTS).headers["X-HubSpot-RateLimit-Remaining"] for _ in range(3)
        ]
        answer = sandbox.ask("GET", CONTACTS)
    assert left == ["2", "1", "0"]
    assert answer.status_code == 429
    assert answer.headers["X-HubSpot-RateLimit-Interval-Milliseconds"] == "10000"
    assert answer.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert answer.json()["errorType"] == "RATE_LIMIT"
    assert "retry-after" not in answer.headers


def test_the_daily_limit(portal: Path) -> None:
    limits = RateLimits(daily=1, retry_after="5")
    with running_sandbox(portal, limits=limits) as sandbox:
        first, second = (sandbox.ask("GET", CONTACTS) for _ in range(2))
    assert first.headers["X-HubSpot-RateLimit-Daily-Remaining"] == "0"
    assert (second.status_code, second.json()["policyName"]) == (429, "DAILY")
    assert second.json()["message"] == "You have reached your daily limit."
    assert second.headers["retry-after"] == "5"


def test_searches_have_a_limit_of_their_own_and_no_rate_headers(portal: Path) -> None:
    limits = RateLimits(ten_secondly=100, search_per_second=2)
    with running_sandbox(portal, limits=limits) as sandbox:
        searches = [sandbox.ask("POST", SEARCH, json={}) for _ in range(3)]
        assert sandbox.ask("GET", CONTACTS).status_code == 200
        time.sleep(1.05)
        assert sandbox.ask("POST", SEARCH, json={}).status_code == 200
    assert [answer.status_code for answer in searches] == [200, 200, 429]
    assert searches[2].json()["policyName"] == "SECONDLY"
    assert searches[2].json()["message"] == "You have reached your secondly limit."
    assert not any("ratelimit" in name for answer in searches for name in answer.headers)


def test_no_limit_is_on_by_default(sandbox: RunningSandbox) -> None:
    answers = [sandbox.ask("POST", SEARCH, json={}) for _ in range(30)]
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(("length", "status"), [(16_000, 200), (16_300, 414)])
def test_a_url_has_a_longest_length(sandbox: RunningSandbox, length: int, status: int) -> None:
    text = "x" * (length - len(f"{CONTACTS}?properties="))
    answer = sandbox.ask("GET", CONTACTS, params={"properties": text})
    assert answer.status_code == status


def test_each_planned_fault_happens_once_and_is_logged(portal: Path) -> None:
    kinds = ("status", "html_with_200", "truncated_json", "wrong_content_type", "empty")
    faults = [Fault(kind, on_requests={n}) for n, kind in enumerate(kinds, start=2)]
    with running_sandbox(portal, faults=FaultPlan(faults)) as sandbox:
        whole = sandbox.ask("GET", CONTACTS)
        status, html, truncated, text, empty = (sandbox.ask("GET", CONTACTS) for _ in range(5))
        again = sandbox.ask("GET", CONTACTS)
        logged = [request.fault for request in sandbox.requests]
    assert whole.status_code == again.status_code == 200
    assert status.status_code == 503
    assert (html.status_code, html.headers["content-type"][:9]) == (200, "text/html")
    assert truncated.content == whole.content[: len(whole.content) // 2]
    assert text.headers["content-type"].startswith("text/plain")
    assert text.content == whole.content
    assert (empty.status_code, empty.content) == (200, b"")
    assert logged == [None, *kinds, None]


def test_a_connection_can_be_cut_in_the_middle_of_the_body(portal: Path) -> None:
    faults = FaultPlan([Fault("reset", path="contacts")])
    with running_sandbox(portal, faults=faults) as sandbox:
        with pytest.raises(httpx.TransportError):
            sandbox.ask("GET", CONTACTS)
        assert sandbox.ask("GET", CONTACTS).status_code == 200
        assert [request.status for request in sandbox.requests] == [None, 200]


def test_a_slow_answer_is_whole(portal: Path) -> None:
    with running_sandbox(portal, faults=FaultPlan([Fault("slow", seconds=0.3)])) as sandbox:
        started = time.perf_counter()
        assert len(sandbox.ask("GET", CONTACTS).json()["results"]) == 5
        assert time.perf_counter() - started >= 0.3


def test_scattered_faults_are_the_same_for_a_seed(portal: Path) -> None:
    def play(seed: int) -> list[str | None]:
        kinds = ("status", "empty")
        with running_sandbox(portal, faults=FaultPlan(seed=seed, rate=0.3, kinds=kinds)) as box:
            for _ in range(40):
                box.ask("GET", CONTACTS)
            return [request.fault for request in box.requests]

    first = play(1)
    assert first == play(1)
    assert first != play(2)
    assert 3 <= sum(fault is not None for fault in first) <= 25


def test_the_log_holds_what_was_asked(sandbox: RunningSandbox) -> None:
    sandbox.ask("GET", CONTACTS, params={"limit": 5})
    sandbox.ask("POST", SEARCH, json={"limit": 7})
    get, post = sandbox.requests
    assert (get.method, get.path, get.query, get.status) == ("GET", CONTACTS, "limit=5", 200)
    assert (post.method, post.body) == ("POST", b'{"limit":7}')
    sandbox.forget_requests()
    assert sandbox.requests == []
