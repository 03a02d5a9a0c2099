"""Mistakes in the environment: each is told with the form that is right, and without its secret."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from handoff.errors import SettingsError
from handoff.settings import connection, get_settings


def give(monkeypatch: pytest.MonkeyPatch, **account: object) -> None:
    given = {"host": "https://api.hubapi.com", "password": "a-token", **account}
    monkeypatch.setenv("AIRFLOW_CONN_CRM", json.dumps(given))


@pytest.mark.parametrize("extra", ["{cut short", "[]", ["v3"], "3"])
def test_an_extra_that_is_no_object_is_told(monkeypatch: pytest.MonkeyPatch, extra: object) -> None:
    give(monkeypatch, extra=extra)
    with pytest.raises(SettingsError, match="extra of AIRFLOW_CONN_CRM") as refused:
        connection("crm")
    assert "api_version" in (refused.value.fix or "")


@pytest.mark.parametrize("extra", [{"api_version": "v3"}, '{"api_version": "v3"}'])
def test_an_extra_may_be_json_in_json(monkeypatch: pytest.MonkeyPatch, extra: object) -> None:
    give(monkeypatch, extra=extra)
    assert connection("crm").extra == {"api_version": "v3"}


def test_a_password_in_the_host_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, host="https://somebody:s3cret@api.hubapi.com")
    with pytest.raises(SettingsError) as refused:
        connection("crm")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("text", ["yesterday", "9999-12-31T23:59:59-12:00"])
def test_an_instant_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HANDOFF_AS_OF", text)
    with pytest.raises(SettingsError, match="HANDOFF_AS_OF"):
        get_settings()


@pytest.mark.parametrize("text", ["2026-10-05", "2026-10-05T06:00:00"])
def test_the_remedy_for_a_missing_zone_is_itself_an_instant(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("HANDOFF_AS_OF", text)
    with pytest.raises(SettingsError, match="no time zone") as refused:
        get_settings()
    _, _, remedy = str(refused.value.fix).partition("HANDOFF_AS_OF=")
    monkeypatch.setenv("HANDOFF_AS_OF", remedy)
    assert get_settings().as_of == datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "is_taken"),
    [
        ("http://127.0.0.1:9411", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("https://api.hubapi.com", True),
        ("api.hubapi.com", True),
        ("http://api.hubapi.com", False),
        ("http://127.0.0.1.example.com", False),
    ],
)
def test_a_token_goes_in_the_clear_to_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, host: str, is_taken: bool
) -> None:
    given = json.dumps({"host": host, "password": "a-token"})
    monkeypatch.setenv("AIRFLOW_CONN_HANDOFF_HUBSPOT", given)
    if is_taken:
        assert connection("handoff_hubspot").host is not None
    else:
        with pytest.raises(SettingsError, match="in the clear"):
            connection("handoff_hubspot")
