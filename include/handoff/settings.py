"""The only place that reads the environment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handoff.errors import SettingsError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """Where Handoff reads and writes, and the instant it stands at.

    home: folder of everything the pipeline writes. playbook_dir: folder of the playbook's YAML.
    as_of: UTC instant of the build, or None for now.
    """

    home: Path
    playbook_dir: Path
    as_of: datetime | None

    @property
    def landing_dir(self) -> Path:
        return self.home / "landing"

    @property
    def warehouse_path(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        return self.home / "published.duckdb"

    @property
    def exports_dir(self) -> Path:
        return self.home / "exports"

    @property
    def reports_dir(self) -> Path:
        return self.home / "reports"

    @property
    def runs_dir(self) -> Path:
        return self.home / "runs"


@dataclass(frozen=True)
class CrmConnection:
    """One CRM account: an Airflow connection as JSON.

    host: base URL without a trailing slash, or None for the vendor's own. token: the secret, empty
    where extra holds the keys of OAuth instead. extra: what else the connection holds, such as
    ``api_version``.
    """

    conn_id: str
    host: str | None
    token: str = field(repr=False)
    extra: dict[str, Any] = field(default_factory=dict, repr=False)


def get_settings() -> Settings:
    """Settings of this process, read anew at each call so that tests and tasks can change them."""
    return Settings(
        home=Path(os.environ.get("HANDOFF_HOME") or PROJECT_ROOT / "data").resolve(),
        playbook_dir=Path(
            os.environ.get("HANDOFF_PLAYBOOK") or PROJECT_ROOT / "include" / "playbook"
        ).resolve(),
        as_of=_instant(os.environ.get("HANDOFF_AS_OF")),
    )


def connection(conn_id: str) -> CrmConnection:
    """The CRM account that ``AIRFLOW_CONN_<CONN_ID>`` describes.

    Raises SettingsError when the variable is absent, is not JSON, or holds neither a password (the
    token) nor the ``client_id`` of OAuth in its extra.
    """
    variable = f"AIRFLOW_CONN_{conn_id.upper()}"
    raw = os.environ.get(variable)
    example = (
        f"""set {variable}='{{"conn_type": "http", "host": "https://api.hubapi.com","""
        """ "password": "<token>"}'"""
    )
    if not raw:
        raise SettingsError(f"{variable} is not set", fix=example)
    try:
        given = json.loads(raw)
    except json.JSONDecodeError as error:
        raise SettingsError(
            f"{variable} is not JSON (line {error.lineno}, column {error.colno})", fix=example
        ) from None
    if not isinstance(given, dict):
        raise SettingsError(f"{variable} is no JSON object", fix=example)
    extra = given.get("extra") or {}
    try:
        extra = json.loads(extra) if isinstance(extra, str) else extra
    except json.JSONDecodeError:
        extra = None
    if not isinstance(extra, dict):
        raise SettingsError(
            f"The extra of {variable} is no JSON object",
            fix="""leave extra out, or write it so: "extra": {"api_version": "2026-09"}""",
        )
    token = str(given.get("password") or "")
    if not token and not extra.get("client_id"):
        raise SettingsError(f"{variable} has no password (the CRM's token)", fix=example)
    host = str(given.get("host") or "").rstrip("/") or None
    if host and "://" not in host:
        host = f"https://{host}"
    if host and "@" in host:
        raise SettingsError(
            f"The host of {variable} holds a user or a password",
            fix="give the address alone as host, and the token as password",
        )
    if host and given.get("port"):
        host = f"{host}:{given['port']}"
    # The token travels with each request: in the clear it may go to this machine alone.
    if host and host.startswith("http://") and urlsplit(host).hostname not in LOOPBACK:
        raise SettingsError(
            f"The host of {variable} is http, which would send the token in the clear",
            fix="write the host with https (http is for a sandbox on 127.0.0.1)",
        )
    return CrmConnection(conn_id=conn_id, host=host, token=token, extra=extra)


def child_environment(**changes: str) -> dict[str, str]:
    """The environment for a subprocess: this one's with changes, without the CRMs' tokens."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW_CONN_")}
    return {**kept, **changes}


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"HANDOFF_AS_OF is not an ISO instant: {text!r}",
            fix="set HANDOFF_AS_OF=2026-01-05T06:00:00Z, or unset it for now",
        ) from None
    if instant.tzinfo is None:
        raise SettingsError(
            f"HANDOFF_AS_OF has no time zone: {text!r}",
            fix=f"set HANDOFF_AS_OF={instant.isoformat()}Z",
        )
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise SettingsError(
            f"HANDOFF_AS_OF is beyond the calendar: {text!r}",
            fix="set HANDOFF_AS_OF=2026-01-05T06:00:00Z, or unset it for now",
        ) from None
