"""Who Salesforce lets in, for how long, and how often."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tiny_org import DATA, query, refused

from handoff.errors import SandboxError
from handoff.sandbox.server import Fault, FaultPlan, RunningSandbox, running_sandbox

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-token"}
LEADS = {"q": "SELECT Id FROM Lead"}


def ask_token(sandbox: RunningSandbox, **form: str) -> httpx.Response:
    return httpx.post(f"{sandbox.base_url}/services/oauth2/token", data=form)


def status_with(sandbox: RunningSandbox, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    path = f"{sandbox.base_url}{DATA}/query"
    return httpx.get(path, params=LEADS, headers=headers).status_code


def test_client_credentials_open_a_session(org: RunningSandbox) -> None:
    granted = ask_token(org, grant_type="client_credentials", **CLIENT).json()
    assert granted["instance_url"] == org.base_url
    assert granted["token_type"] == "Bearer"  # noqa: S105
    # How long it lasts, the answer does not tell.
    assert "expires_in" not in granted
    assert "refresh_token" not in granted
    assert status_with(org, granted["access_token"]) == 200
    with_header = httpx.post(
        f"{org.base_url}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(CLIENT["client_id"], CLIENT["client_secret"]),
    )
    assert with_header.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials", **CLIENT, "client_secret": "no"}, "invalid_client"),
        ({"grant_type": "client_credentials", **CLIENT, "client_id": "no"}, "invalid_client_id"),
        ({"grant_type": "password", **CLIENT}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", **CLIENT, "refresh_token": "no"}, "invalid_grant"),
        ({"grant_type": JWT_GRANT, "assertion": "x.y.z"}, "invalid_grant"),
    ],
)
def test_refused_token_requests_are_an_object(
    org: RunningSandbox, form: dict[str, str], error: str
) -> None:
    answer = ask_token(org, **form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


def test_a_refresh_token_is_good_for_once(org: RunningSandbox) -> None:
    form = {"grant_type": "refresh_token", **CLIENT, "refresh_token": "sandbox-refresh-token"}
    first = ask_token(org, **form).json()
    assert status_with(org, first["access_token"]) == 200
    again = ask_token(org, **form)
    assert again.json()["error_description"] == "expired access/refresh token"
    assert (
        "access_token" in ask_token(org, **{**form, "refresh_token": first["refresh_token"]}).json()
    )


def test_a_jwt_has_to_be_signed_by_the_key_of_the_organization(org_portal: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    options = {"public_key": public.decode(), "username": "api@seller.example"}
    with running_sandbox(org_portal, for_crm={"salesforce": options}) as sandbox:

        def error_of(signer: Any = key, **claims: Any) -> str | None:
            whole = {
                "iss": "sandbox-client",
                "sub": "api@seller.example",
                "aud": "https://login.salesforce.com",
                "exp": int(time.time()) + 180,
                **claims,
            }
            assertion = jwt.encode(whole, signer, algorithm="RS256")
            answer = ask_token(sandbox, grant_type=JWT_GRANT, assertion=assertion).json()
            if "access_token" in answer:
                assert status_with(sandbox, answer["access_token"]) == 200
            return answer.get("error_description")

        assert error_of() is None
        assert error_of(aud=sandbox.base_url) is None
        assert error_of(other) == "invalid assertion"
        assert error_of(aud="https://elsewhere.example") == "audience is invalid"
        assert error_of(exp=int(time.time()) - 60) == "assertion expired"
        assert error_of(sub="who@seller.example") == "user hasn't approved this consumer"
        assert error_of(iss="other") == "client identifier invalid"


@pytest.mark.parametrize(
    ("option", "statuses"),
    [({"session_requests": 2}, [200, 200, 401]), ({"session_seconds": 0.0}, [401, 401, 401])],
)
def test_a_session_ends_after_its_time_or_its_requests(
    org_portal: Path, option: dict[str, Any], statuses: list[int]
) -> None:
    with running_sandbox(org_portal, for_crm={"salesforce": option}) as sandbox:
        form = {"grant_type": "client_credentials", **CLIENT}
        for _ in range(2):
            token = ask_token(sandbox, **form).json()["access_token"]
            assert [status_with(sandbox, token) for _ in statuses] == statuses
        # The sandbox's own token is a session without end.
        assert query(sandbox, LEADS["q"])


def test_sessions_can_be_ended(org: RunningSandbox) -> None:
    token = ask_token(org, grant_type="client_credentials", **CLIENT).json()["access_token"]
    org.call("POST", "/_sandbox/salesforce/expire", {"what": "sessions"})
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.get(f"{org.base_url}{DATA}/limits", headers=headers)
    assert answer.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_the_calls_of_a_day_are_limited(org_portal: Path) -> None:
    options = {"daily_requests": 12, "daily_used": 10}
    with running_sandbox(org_portal, for_crm={"salesforce": options}) as sandbox:
        first = sandbox.ask("GET", f"{DATA}/limits")
        assert first.headers["sforce-limit-info"] == "api-usage=11/12"
        assert first.json()["DailyApiRequests"] == {"Max": 12, "Remaining": 1}
        assert sandbox.ask("GET", f"{DATA}/limits").status_code == 200
        code = (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        assert refused(sandbox, "GET", f"{DATA}/limits") == code
        assert sandbox.requests[-1].policy == "DAILY"
        # The day's use by others can be set.
        sandbox.crm("salesforce").usage.requests = 3
        assert sandbox.ask("GET", f"{DATA}/limits").status_code == 200


def test_too_many_calls_at_once_are_refused(org_portal: Path) -> None:
    options = {"concurrent_requests": 1}
    slow = FaultPlan([Fault("slow", seconds=1.5)])
    with (
        running_sandbox(org_portal, faults=slow, for_crm={"salesforce": options}) as sandbox,
        ThreadPoolExecutor() as others,
    ):
        waiting = others.submit(sandbox.ask, "GET", f"{DATA}/limits")
        while not sandbox.crm("salesforce").usage.requests:
            time.sleep(0.01)
        status, code, text = refused(sandbox, "GET", f"{DATA}/limits")
        assert (status, code) == (403, "REQUEST_LIMIT_EXCEEDED")
        assert text.startswith("ConcurrentRequests (Concurrent API Requests)")
        assert sandbox.requests[0].policy == "CONCURRENT"
        assert waiting.result().status_code == 200
        assert sandbox.ask("GET", f"{DATA}/limits").status_code == 200


def test_the_api_can_be_switched_off_or_out_of_scope(org_portal: Path) -> None:
    path = f"{DATA}/limits"
    with running_sandbox(org_portal, for_crm={"salesforce": {"api_disabled": True}}) as sandbox:
        assert refused(sandbox, "GET", path)[:2] == (403, "API_DISABLED_FOR_ORG")
    with running_sandbox(org_portal, for_crm={"salesforce": {"scopes": ["id"]}}) as sandbox:
        status, code, text = refused(sandbox, "GET", path)
        assert (status, code) == (401, "INVALID_SESSION_ID")
        assert text == "This session is not valid for use with the REST API"


def test_versions_need_no_session_and_others_are_not_there(org: RunningSandbox) -> None:
    versions = httpx.get(f"{org.base_url}/services/data").json()
    assert versions[-1] == {
        "label": "Summer '26",
        "url": "/services/data/v67.0",
        "version": "67.0",
    }
    assert refused(org, "GET", "/services/data/v68.0/limits")[:2] == (404, "NOT_FOUND")
    assert org.ask("GET", f"{DATA}/query", params={"q": "x" * 17_000}).status_code == 414


def test_an_unknown_option_is_named(org_portal: Path) -> None:
    with (
        pytest.raises(SandboxError, match="no option session_second"),
        running_sandbox(org_portal, for_crm={"salesforce": {"session_second": 2}}),
    ):
        pass
