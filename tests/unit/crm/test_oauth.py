"""Tokens of OAuth: got in time, once for all who wait, kept for the next process, never told."""

from __future__ import annotations

import json
import stat
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from scripted_server import Reply, Script, error_reply, results_reply, scripted_server

from handoff.crm.hubspot.client import HubSpotClient, RetryPolicy, Target
from handoff.errors import CrmError, SettingsError
from handoff.settings import CrmConnection

KEYS = {"client_id": "an-app", "client_secret": "s3cret", "refresh_token": "first-refresh"}
CONTACTS = Target("contacts", "crm.objects.contacts.read")
QUICK = RetryPolicy(2.0, 0.02, 0.01, 0.01, 0.1, 0.1)
SECOND, ANEW = "second-refresh", "given-anew"
GOOD = results_reply({"id": "1"})
EXPIRED = error_reply(401, category="EXPIRED_AUTHENTICATION")


def token_reply(access: str, **more: Any) -> Reply:
    body = {"access_token": access, "expires_in": 1800, "token_type": "bearer", **more}
    return Reply(body=json.dumps(body).encode())


def client_of(script: Script, **extra: str) -> HubSpotClient:
    connection = CrmConnection("handoff_hubspot", script.host, "", {**KEYS, **extra})
    return HubSpotClient(connection, "portal", QUICK)


def ask(client: HubSpotClient) -> Any:
    return client.get("/crm/objects/2026-09/contacts", {}, CONTACTS)["results"]


def forms(script: Script) -> list[dict[str, str]]:
    return [
        {key: values[0] for key, values in parse_qs(body.decode()).items()}
        for _, path, _, body in script.asked
        if path == "/oauth/2026-09/token"
    ]


def kept(home: Path) -> Path:
    return home / "home" / "credentials" / "handoff_hubspot.json"


def test_a_token_is_got_for_the_refresh_token_and_used() -> None:
    with scripted_server(token_reply("one"), GOOD) as script:
        client = client_of(script)
        assert ask(client) == ask(client) == [{"id": "1"}]
    assert forms(script) == [{"grant_type": "refresh_token", **KEYS}]
    assert [asked[2].get("authorization") for asked in script.asked[1:]] == ["Bearer one"] * 2
    assert "authorization" not in script.asked[0][2]


def test_an_expired_token_is_replaced_once_and_the_request_made_again() -> None:
    replies = [token_reply("one"), EXPIRED, token_reply("two"), GOOD]
    with scripted_server(*replies) as script:
        assert ask(client_of(script)) == [{"id": "1"}]
    assert [asked[2].get("authorization") for asked in script.asked] == [
        None, "Bearer one", None, "Bearer two",
    ]  # fmt: skip


def test_a_new_token_that_is_refused_too_is_a_failure_that_tells_no_secret() -> None:
    refused = error_reply(401, message="one two s3cret first-refresh")
    with (
        scripted_server(token_reply("one"), refused, token_reply("two"), refused) as script,
        pytest.raises(CrmError, match="refused the token") as caught,
    ):
        ask(client_of(script))
    assert len(script.asked) == 4
    for secret in ("two", "s3cret", "first-refresh"):
        assert secret not in str(caught.value)


def test_a_token_about_to_end_is_replaced_before_it_is_used() -> None:
    replies = [token_reply("one", expires_in=30), GOOD, token_reply("two"), GOOD]
    with scripted_server(*replies) as script:
        client = client_of(script)
        ask(client)
        ask(client)
    assert script.asked[3][2]["authorization"] == "Bearer two"


def test_a_refresh_token_that_is_good_for_one_use_is_kept_for_the_next_process(
    tmp_path: Path,
) -> None:
    replies = [token_reply("one", refresh_token=SECOND), GOOD]
    with scripted_server(*replies) as script:
        ask(client_of(script))
        assert stat.S_IMODE(kept(tmp_path).stat().st_mode) == 0o600
        assert stat.S_IMODE(kept(tmp_path).parent.stat().st_mode) == 0o700
        script.replies[:] = [EXPIRED, token_reply("two"), GOOD]
        ask(client_of(script))
    assert [form["refresh_token"] for form in forms(script)] == ["first-refresh", SECOND]


def test_a_token_of_another_connection_or_a_damaged_file_is_not_used(tmp_path: Path) -> None:
    with scripted_server(token_reply("one"), GOOD) as script:
        ask(client_of(script))
        script.replies[:] = [token_reply("two"), GOOD]
        ask(client_of(script, refresh_token=ANEW))
        kept(tmp_path).write_bytes(b'{"access_token"')
        script.replies[:] = [token_reply("three"), GOOD]
        ask(client_of(script, refresh_token=ANEW))
    assert [form["refresh_token"] for form in forms(script)] == [
        "first-refresh", ANEW, ANEW,
    ]  # fmt: skip


def test_threads_that_are_refused_together_get_one_new_token() -> None:
    """Four requests meet the same expired token; the server knows only the second one."""
    with scripted_server(GOOD) as script:
        script.answer = lambda path, headers: (
            token_reply("two" if len(forms(script)) > 1 else "one")
            if path.startswith("/oauth")
            else GOOD
            if headers["authorization"] == "Bearer two"
            else EXPIRED
        )
        client = client_of(script)
        threads = [threading.Thread(target=ask, args=(client,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(forms(script)) == 2
    assert [asked[2].get("authorization") for asked in script.asked].count("Bearer two") == 4


@pytest.mark.parametrize(
    "refusal",
    [
        Reply(400, b'{"status": "BAD_REFRESH_TOKEN", "message": "first-refresh is unknown"}'),
        Reply(400, b'{"error": "invalid_grant", "error_description": "s3cret"}'),
        Reply(401, b'{"error": "invalid_client"}'),
    ],
)
def test_refused_keys_name_the_connection(refusal: Reply) -> None:
    with scripted_server(refusal) as script, pytest.raises(CrmError) as caught:
        ask(client_of(script))
    assert len(script.asked) == 1
    assert "AIRFLOW_CONN_HANDOFF_HUBSPOT" in str(caught.value)
    assert "first-refresh" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_fault_of_the_token_endpoint_is_waited_out() -> None:
    faults = [error_reply(503), Reply(body=b"<html>"), token_reply(""), token_reply("a\nb")]
    with scripted_server(*faults, token_reply("one"), GOOD) as script:
        assert ask(client_of(script)) == [{"id": "1"}]


def test_waiting_for_a_token_ends_when_the_sync_is_stopped() -> None:
    with scripted_server(error_reply(503)) as script:
        connection = CrmConnection("handoff_hubspot", script.host, "", KEYS)
        client = HubSpotClient(connection, "portal", RetryPolicy(fault_wait=30.0))
        threading.Timer(0.3, client.interrupt).start()
        started = time.monotonic()
        with pytest.raises(Exception, match="stopped"):
            ask(client)
        assert time.monotonic() - started < 8


def test_a_key_that_is_missing_is_named() -> None:
    connection = CrmConnection("handoff_hubspot", None, "", {"client_id": "an-app"})
    with pytest.raises(SettingsError, match="client_secret and refresh_token"):
        HubSpotClient(connection, "portal")
