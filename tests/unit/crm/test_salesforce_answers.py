"""Which answers of Salesforce are waited out, which stop the read, and what is said then."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from handoff.crm.http.answer import Received
from handoff.crm.http.refusals import RefusedError
from handoff.crm.salesforce.account_watch import AccountWatch
from handoff.crm.salesforce.answers import judge
from handoff.crm.salesforce.objects import OBJECTS
from handoff.crm.salesforce.refusals import explained
from handoff.errors import AccountError, DailyLimitError, NotEntitledError

SECRET = "00D!AQ.secret"  # noqa: S105 -- made up, to be looked for in messages


def received(
    status: int, body: Any, content_type: str = "application/json", **headers: str
) -> Received:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"content-type": content_type, **headers}
    return Received(status, httpx.Headers(given), content, (SECRET,))


def error(code: str, message: str = "told") -> list[dict[str, str]]:
    return [{"errorCode": code, "message": message}]


ENDED = "Session expired or invalid"
LIMIT = "REQUEST_LIMIT_EXCEEDED"
ANSWERS = {
    "a page": (received(200, {"totalSize": 0, "done": True, "records": []}), "data"),
    "a job": (received(200, {"id": "750", "state": "InProgress"}), "data"),
    "nothing, as asked": (received(204, b""), "data"),
    "HTML with status 200": (received(200, b"<html>", "text/html"), "retry"),
    "broken JSON": (received(200, b'{"totalSize": 1, "rec'), "retry"),
    "a list": (received(200, []), "retry"),
    "a query without records": (received(200, {"totalSize": 3}), "retry"),
    "a session that ended": (received(401, error("INVALID_SESSION_ID", ENDED)), "token"),
    "an ended session as 403": (received(403, error("INVALID_SESSION_ID", ENDED)), "token"),
    "401 without a word": (received(401, b""), "token"),
    "calls of the day": (received(403, error(LIMIT, "TotalRequests Limit exceeded.")), "daily"),
    "too many at once": (
        received(403, error(LIMIT, "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")),
        "over_rate",
    ),
    "a locked row": (received(400, error("UNABLE_TO_LOCK_ROW")), "retry"),
    "maintenance": (received(503, b"<html>", "text/html"), "retry"),
    "a refusal cut short": (received(400, b'[{"message":"Your qu'), "retry"),
    "500": (received(500, error("UNKNOWN_EXCEPTION")), "retry"),
    "too slow a query": (received(400, error("QUERY_TIMEOUT")), "refused"),
    "too slow a query as 500": (received(500, error("QUERY_TIMEOUT")), "refused"),
    "no such field": (received(400, error("INVALID_FIELD")), "refused"),
    "a forgotten place": (received(400, error("INVALID_QUERY_LOCATOR")), "refused"),
    "a redirect": (received(302, b"", location="https://evil.example/"), "refused"),
}


@pytest.mark.parametrize(("answer", "meaning"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_judged_by_its_code_and_its_shape(answer: Received, meaning: str) -> None:
    assert judge(answer).meaning == meaning


def test_a_refusal_tells_its_code_and_no_secret() -> None:
    answer = judge(received(400, error("MALFORMED_QUERY", f"near {SECRET}\n line")))
    assert (answer.code, answer.problem) == (
        "MALFORMED_QUERY",
        "status 400: MALFORMED_QUERY: near *** line",
    )


def test_a_server_says_how_long_to_wait() -> None:
    answer = judge(received(503, error("SERVER_UNAVAILABLE"), **{"retry-after": "7"}))
    assert (answer.meaning, answer.wait_seconds) == ("retry", 7.0)


def refused(code: str) -> RefusedError:
    given = RefusedError("Salesforce refused GET /x", object="leads")
    given.code = code
    return given


@pytest.mark.parametrize("code", ["INVALID_TYPE", "NOT_FOUND", "INSUFFICIENT_ACCESS"])
def test_an_object_that_is_not_shown_is_a_lack_of_permission_or_of_the_edition(code: str) -> None:
    lacking = explained(refused(code), OBJECTS["leads"], "sf")
    assert isinstance(lacking, AccountError)
    assert "View All Records of Lead" in str(lacking.fix)
    optional = explained(refused(code), OBJECTS["campaign_influences"], "sf")
    assert isinstance(optional, NotEntitledError)


def test_an_api_that_is_switched_off_is_told_as_that() -> None:
    told = explained(refused("API_DISABLED_FOR_ORG"), OBJECTS["leads"], "sf")
    assert isinstance(told, AccountError)
    assert "API Enabled" in str(told.fix)


def watch(told: str, budget: float = 0.5) -> AccountWatch:
    given = AccountWatch("sf", budget)
    given.see(httpx.Headers({"sforce-limit-info": told}))
    return given


@pytest.mark.parametrize(
    ("told", "budget"),
    [
        ("api-usage=7499/15000", 0.5),
        ("per-app-api-usage=17/18(appName=x)", 0.5),
        ("api-usage=15000/15000", 1.0),
        ("", 0.5),
        ("api-usage=many/15000", 0.5),
        ("api-usage=0/0", 0.5),
    ],
)
def test_a_sync_goes_on_below_its_budget(told: str, budget: float) -> None:
    watch(told, budget).check_budget("leads")


@pytest.mark.parametrize(
    "told", ["api-usage=7500/15000", "per-app-api-usage=1/9(appName=x); api-usage=14000/15000"]
)
def test_a_sync_stops_at_its_budget_and_says_when_it_goes_on(told: str) -> None:
    with pytest.raises(DailyLimitError, match=r"15,000 calls .* up to 50%") as caught:
        watch(told).check_budget("leads")
    assert "handoff sync --source sf" in str(caught.value.fix)
    assert "daily_call_budget in sources.yml" in str(caught.value.fix)
    assert "24 hours" in caught.value.message


def test_the_server_tells_its_clock() -> None:
    given = watch("")
    given.see(httpx.Headers({"date": "Mon, 05 Jan 2026 06:00:00 GMT"}))
    given.see(httpx.Headers({"date": "yesterday"}))
    assert given.answered_at == datetime(2026, 1, 5, 6, tzinfo=UTC)
