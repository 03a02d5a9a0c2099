"""How a HubSpot account is asked: a token that stays, or OAuth of a public app."""

from __future__ import annotations

from handoff.crm.http.auth import Auth, StaticBearer, fingerprint
from handoff.crm.http.oauth import OAuth, token_of
from handoff.crm.http.retry import RetryPolicy
from handoff.crm.http.token_endpoint import TokenEndpoint
from handoff.crm.http.token_store import Token, TokenStore
from handoff.crm.hubspot.answers import HUBSPOT
from handoff.crm.hubspot.paths import build_path
from handoff.errors import SettingsError
from handoff.settings import CrmConnection, get_settings

_OAUTH_KEYS = ("client_id", "client_secret", "refresh_token")


def account_auth(
    connection: CrmConnection,
    source_id: str,
    host: str,
    version: str,
    retry: RetryPolicy | None = None,
) -> Auth:
    """What the connection holds: a token as password, or the three keys of OAuth as extra.

    Raises SettingsError where a key is missing.
    """
    given = {key: connection.extra.get(key) for key in _OAUTH_KEYS}
    if not any(given.values()):
        return StaticBearer(connection, source_id, made_in="HubSpot's settings")
    keys = {key: value for key, value in given.items() if isinstance(value, str) and value}
    missing = [key for key in _OAUTH_KEYS if key not in keys]
    if missing:
        raise SettingsError(
            f"The extra of AIRFLOW_CONN_{connection.conn_id.upper()} lacks {' and '.join(missing)}"
            ", which OAuth needs",
            source=source_id,
            fix="give all three of client_id, client_secret and refresh_token, or a token as "
            "password instead",
        )
    endpoint = TokenEndpoint(
        HUBSPOT,
        host,
        build_path(version, "token"),
        tuple(keys.values()),
        source_id=source_id,
        conn_id=connection.conn_id,
        retry=retry,
    )
    store = TokenStore(
        get_settings().home / "credentials",
        connection.conn_id,
        fingerprint(host, *keys.values()),
    )
    return OAuth(_RefreshTokens(endpoint, keys), store, keys["client_id"], keys["refresh_token"])


class _RefreshTokens:
    """An access token, good for half an hour, for the refresh token."""

    def __init__(self, endpoint: TokenEndpoint, keys: dict[str, str]) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self.secrets = endpoint.secrets

    def fetch(self, held: Token | None) -> Token:
        newest = (held.refresh_token if held else None) or self._keys["refresh_token"]
        form = {"grant_type": "refresh_token", **self._keys, "refresh_token": newest}
        return token_of(self._endpoint.ask(form), newest)

    def interrupt(self) -> None:
        self._endpoint.interrupt()

    def close(self) -> None:
        self._endpoint.close()
