"""The ways to a session of Salesforce, and what is said where none of them leads to one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from salesforce_case import PATIENCE, SalesforceCase

from handoff.crm.salesforce.auth import trusted_instance
from handoff.crm.salesforce.connector import SalesforceConnector
from handoff.errors import AccountError, SettingsError
from handoff.sandbox.server import RunningSandbox
from handoff.settings import CrmConnection, connection

CASE = SalesforceCase()
CLIENT = {"client_id": "sandbox-client"}
BEFORE = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    return CASE.write_portal_of_one_person(tmp_path / "portal")


def running(portal: Path, **options: Any) -> Any:
    return CASE.running(portal, for_crm={"salesforce": options})


def connect(sandbox: RunningSandbox, **extra: Any) -> SalesforceConnector:
    given = CrmConnection("handoff_case", sandbox.base_url, "", extra)
    return SalesforceConnector(given, "case", retry=PATIENCE)


def live_leads(sandbox: RunningSandbox, **extra: Any) -> int | None:
    connector = connect(sandbox, **extra)
    try:
        return connector.count("leads", BEFORE)
    finally:
        connector.close()


def tokens_asked(sandbox: RunningSandbox) -> int:
    return sum(one.path.endswith("/oauth2/token") for one in sandbox.requests)


def pem(key: Any) -> str:
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return text.decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def public_key(key: rsa.RSAPrivateKey) -> str:
    told = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return told.decode()


def test_client_credentials_lead_to_a_session_that_the_next_process_takes_over(
    portal: Path, home: Path
) -> None:
    with running(portal) as sandbox:
        keys = {"flow": "client_credentials", **CLIENT, "client_secret": sandbox.token}
        assert live_leads(sandbox, **keys) == 1
        assert live_leads(sandbox, **keys) == 1
        assert tokens_asked(sandbox) == 1
    (kept,) = (home / "credentials").glob("handoff_case.json")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_session_that_was_ended_elsewhere_is_renewed(portal: Path) -> None:
    with running(portal) as sandbox:
        keys = {"flow": "client_credentials", **CLIENT, "client_secret": sandbox.token}
        assert live_leads(sandbox, **keys) == 1
        sandbox.ask("POST", "/_sandbox/salesforce/expire", json={"what": "sessions"})
        assert live_leads(sandbox, **keys) == 1
        assert tokens_asked(sandbox) == 2


@pytest.mark.parametrize("is_file", [False, True])
def test_a_signed_assertion_leads_to_a_session(
    portal: Path, tmp_path: Path, key: rsa.RSAPrivateKey, public_key: str, is_file: bool
) -> None:
    keys = {"flow": "jwt_bearer", **CLIENT, "username": "handoff@example.com"}
    if is_file:
        path = tmp_path / "private.pem"
        path.write_text(pem(key))
        keys["private_key_file"] = str(path)
    else:
        keys["private_key"] = pem(key)
    with running(portal, public_key=public_key, username="handoff@example.com") as sandbox:
        assert live_leads(sandbox, **keys) == 1


def test_a_refresh_token_that_is_good_for_one_use_is_kept_for_the_next_process(
    portal: Path,
) -> None:
    with running(portal) as sandbox:
        keys = {
            "flow": "refresh_token",
            **CLIENT,
            "client_secret": sandbox.token,
            "refresh_token": "sandbox-refresh-token",
        }
        for _ in range(3):
            assert live_leads(sandbox, **keys) == 1
            sandbox.ask("POST", "/_sandbox/salesforce/expire", json={"what": "sessions"})
        assert tokens_asked(sandbox) == 3


def test_a_refresh_token_that_was_used_elsewhere_asks_for_a_new_one(portal: Path) -> None:
    keys = {"flow": "refresh_token", **CLIENT, "refresh_token": "old"}
    with (
        running(portal) as sandbox,
        pytest.raises(AccountError, match="expired access/refresh token") as caught,
    ):
        live_leads(sandbox, **keys, client_secret=sandbox.token)
    assert "authorise the app anew" in str(caught.value.fix)
    assert sandbox.token not in str(caught.value)


def test_a_user_who_did_not_allow_the_app_is_told(
    portal: Path, key: rsa.RSAPrivateKey, public_key: str
) -> None:
    keys = {"flow": "jwt_bearer", **CLIENT, "username": "x", "private_key": pem(key)}
    with (
        running(portal, public_key=public_key, username="handoff@example.com") as sandbox,
        pytest.raises(AccountError, match="approved this consumer") as caught,
    ):
        live_leads(sandbox, **keys)
    assert "pre-authorized" in str(caught.value.fix)
    assert "PRIVATE KEY" not in str(caught.value)


def test_a_wrong_secret_is_told_without_it(portal: Path) -> None:
    keys = {"flow": "client_credentials", **CLIENT, "client_secret": "wrong-secret"}
    with running(portal) as sandbox, pytest.raises(AccountError) as caught:
        live_leads(sandbox, **keys)
    assert "client_id and client_secret" in str(caught.value.fix)
    assert "wrong-secret" not in str(caught.value)


def test_an_api_that_is_switched_off_is_told_at_the_login(portal: Path) -> None:
    keys = {"flow": "client_credentials", **CLIENT, "client_secret": "x"}
    with (
        running(portal, api_disabled=True) as sandbox,
        pytest.raises(AccountError, match="not enabled") as caught,
    ):
        live_leads(sandbox, **keys)
    assert "API Enabled" in str(caught.value.fix)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "has no password"),
    "another flow": ({"flow": "password", **CLIENT}, "'password'"),
    "no secret": ({"flow": "client_credentials", **CLIENT}, "client_secret"),
    "no key": ({"flow": "jwt_bearer", **CLIENT, "username": "x"}, "private_key_file"),
    "no file": (
        {"flow": "jwt_bearer", **CLIENT, "username": "x", "private_key_file": "/nowhere/key"},
        "/nowhere/key",
    ),
    "no PEM": (
        {"flow": "jwt_bearer", **CLIENT, "username": "x", "private_key": "secret text"},
        "no RSA key",
    ),
    "another kind of key": (
        {
            "flow": "jwt_bearer",
            **CLIENT,
            "username": "x",
            "private_key": pem(ec.generate_private_key(ec.SECP256R1())),
        },
        "no RSA key",
    ),
    "no refresh token": ({"flow": "refresh_token", **CLIENT}, "refresh_token"),
}


@pytest.mark.parametrize(("extra", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_connection_that_lacks_something_is_told(extra: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        SalesforceConnector(CrmConnection("handoff_sf", "https://x.example", "", extra), "sf")
    assert "AIRFLOW_CONN_HANDOFF_SF" in caught.value.message
    assert "client_credentials" in str(caught.value.fix)
    assert "secret text" not in str(caught.value)


def test_a_connection_without_a_host_is_told() -> None:
    with pytest.raises(SettingsError, match="no host") as caught:
        SalesforceConnector(CrmConnection("handoff_sf", None, "token", {}), "sf")
    assert "My Domain" in str(caught.value.fix)


def test_the_environment_may_hold_a_flow_instead_of_a_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    extra = {"flow": "client_credentials", **CLIENT, "client_secret": "x"}
    given = {"host": "https://example.my.salesforce.com", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_SF", json.dumps(given))
    found = connection("handoff_sf")
    assert (found.token, found.extra) == ("", extra)
    SalesforceConnector(found, "sf").close()


LOGIN = "https://example.my.salesforce.com"


@pytest.mark.parametrize(
    ("given", "host", "trusted"),
    [
        (LOGIN, LOGIN, LOGIN),
        (f"{LOGIN}/services/?x#y", LOGIN, LOGIN),
        ("https://eu99.salesforce.com", LOGIN, "https://eu99.salesforce.com"),
        ("https://x.lightning.force.com:443", LOGIN, "https://x.lightning.force.com"),
        ("https://x.salesforce.mil", LOGIN, "https://x.salesforce.mil"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8080", None),
        ("http://127.0.0.1:8080", LOGIN, None),
        ("http://eu99.salesforce.com", LOGIN, None),
        ("https://eu99.salesforce.com:8443", LOGIN, None),
        ("https://salesforce.com.evil.example", LOGIN, None),
        ("https://evilsalesforce.com", LOGIN, None),
        ("https://x.salesforce.com@evil.example", LOGIN, None),
        ("https://user@x.salesforce.com", LOGIN, None),
        ("https://x.salesforce.com:port", LOGIN, None),
        ("", LOGIN, None),
        (17, LOGIN, None),
    ],
)
def test_a_token_goes_to_salesforce_and_the_login_host_alone(
    given: object, host: str, trusted: str | None
) -> None:
    assert trusted_instance(given, host) == trusted
