"""How a Salesforce account is asked: a token that stays, or one of three flows of OAuth.

``flow`` of the connection's extra: ``client_credentials``, ``jwt_bearer`` or ``refresh_token``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from handoff import clock
from handoff.crm.http.auth import Auth, StaticBearer, fingerprint
from handoff.crm.http.oauth import OAuth, token_of
from handoff.crm.http.retry import RetryPolicy
from handoff.crm.http.token_endpoint import TokenEndpoint
from handoff.crm.http.token_store import Token, TokenStore
from handoff.crm.salesforce.answers import SALESFORCE
from handoff.crm.salesforce.paths import TOKEN_PATH
from handoff.errors import AccountError, SettingsError
from handoff.settings import LOOPBACK, CrmConnection, get_settings

_KEYS = {
    "client_credentials": ("client_id", "client_secret"),
    "jwt_bearer": ("client_id", "username"),
    "refresh_token": ("client_id", "refresh_token"),
}
_OPTIONAL_KEYS = ("client_secret", "private_key", "private_key_file", "audience")
_SECRET_KEYS = ("client_secret", "private_key", "refresh_token")
_GRANTS = {
    "client_credentials": "client_credentials",
    "jwt_bearer": "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "refresh_token": "refresh_token",
}
_TRUSTED_ENDS = (".salesforce.com", ".force.com", ".salesforce.mil")
# Salesforce takes an assertion that ends within three minutes (page "OAuth 2.0 JWT Bearer Flow").
_ASSERTION_SECONDS = 150
# What an answer of the token endpoint says, and what to do about it.
_REMEDIES = (
    ("approved this consumer", "allow the app for the user: its policy “Admin approved users are "
     "pre-authorized”, and a permission set or profile that has the app"),
    ("no client credentials user", "name a user to run as in the app's policy for the client "
     "credentials flow"),
    ("not supported on this domain", "set host to the account's My Domain address, such as "
     "https://example.my.salesforce.com"),
    ("audience", "leave out \"audience\", or set it to https://login.salesforce.com "
     "(https://test.salesforce.com for a sandbox)"),
    ("api is not enabled", "give the user the permission API Enabled (editions below Enterprise "
     "have to buy the API)"),
    ("ip restricted", "allow this machine's address in the app's policy or the user's profile"),
    ("inactive", "give the connection a user that is active"),
    ("expired", "authorise the app anew and put its new refresh token into the connection"),
    ("invalid_client", "copy client_id and client_secret anew from the app in Salesforce's set-up"),
)  # fmt: skip


def account_auth(
    connection: CrmConnection, source_id: str, host: str, retry: RetryPolicy | None = None
) -> Auth:
    """What the connection holds. Raises SettingsError where a key is missing or is none."""
    flow = connection.extra.get("flow")
    if flow is None:
        if not connection.token:
            raise _setting(connection, source_id, "names no flow of OAuth and has no password")
        return _StaticToken(connection, source_id, host)
    if flow not in _KEYS:
        raise _setting(connection, source_id, f"has the flow {flow!r}")
    keys = _keys(connection, source_id, str(flow))
    secrets = tuple(keys[key] for key in _SECRET_KEYS if keys.get(key))
    endpoint = TokenEndpoint(
        SALESFORCE,
        host,
        TOKEN_PATH,
        secrets,
        source_id=source_id,
        conn_id=connection.conn_id,
        retry=retry,
    )
    store = TokenStore(
        get_settings().home / "credentials",
        connection.conn_id,
        fingerprint(host, str(flow), *(f"{key}={value}" for key, value in sorted(keys.items()))),
    )
    tokens = _FlowTokens(endpoint, str(flow), keys, host, source_id)
    # The calls of a day are counted for the whole account.
    return OAuth(tokens, store, "salesforce", host)


class _StaticToken(StaticBearer):
    """An access token that was got elsewhere, until its session ends."""

    def __init__(self, connection: CrmConnection, source_id: str, host: str) -> None:
        super().__init__(connection, source_id, made_in="Salesforce")
        self.account_key = fingerprint("salesforce", host)


class _FlowTokens:
    """Access tokens by one of the flows. Salesforce does not tell when one ends."""

    def __init__(
        self,
        endpoint: TokenEndpoint,
        flow: str,
        keys: Mapping[str, str],
        host: str,
        source_id: str,
    ) -> None:
        self._endpoint = endpoint
        self._flow = flow
        self._keys = keys
        self._host = host
        self._source_id = source_id
        self.secrets = endpoint.secrets

    def fetch(self, held: Token | None) -> Token:
        """A new token. A refresh token may be good for one use only: the newest one is used."""
        newest = (held.refresh_token if held else None) or self._keys.get("refresh_token")
        try:
            body = self._endpoint.ask(self._form(newest))
        except AccountError as error:
            raise _told(error) from None
        given = body.get("instance_url")
        base_url = trusted_instance(given, self._host) if given else self._host
        if base_url is None:
            raise AccountError(
                f"The answer to the request for a token leads to another host than Salesforce's "
                f"({urlsplit(str(given)).hostname!r})",
                source=self._source_id,
                fix="check that host is the account's My Domain address",
            )
        # What ends is told by a refusal alone; an expires_in of another server is no promise.
        return token_of({**body, "expires_in": None}, newest, base_url)

    def interrupt(self) -> None:
        self._endpoint.interrupt()

    def close(self) -> None:
        self._endpoint.close()

    def _form(self, refresh_token: str | None) -> dict[str, str]:
        form = {"grant_type": _GRANTS[self._flow]}
        if self._flow == "jwt_bearer":
            return {**form, "assertion": _assertion(self._keys, self._host)}
        form["client_id"] = self._keys["client_id"]
        if self._keys.get("client_secret"):
            form["client_secret"] = self._keys["client_secret"]
        if self._flow == "refresh_token" and refresh_token:
            form["refresh_token"] = refresh_token
        return form


def trusted_instance(given: object, host: str) -> str | None:
    """The address that a token is for, if it is the login host's or Salesforce's; else None."""
    try:
        address, login = urlsplit(str(given)), urlsplit(host)
        port = address.port
    except ValueError:
        return None
    name = (address.hostname or "").lower()
    if address.username is not None or address.password is not None:
        return None
    if (address.scheme, name, port) == (login.scheme, login.hostname, login.port):
        return f"{address.scheme}://{address.netloc}"
    is_salesforce = name.endswith(_TRUSTED_ENDS) and address.scheme == "https"
    return f"https://{name}" if is_salesforce and port in {None, 443} else None


def _keys(connection: CrmConnection, source_id: str, flow: str) -> dict[str, str]:
    given = {key: connection.extra.get(key) for key in (*_KEYS[flow], *_OPTIONAL_KEYS)}
    keys = {key: value for key, value in given.items() if isinstance(value, str) and value}
    missing = [key for key in _KEYS[flow] if key not in keys]
    if flow == "jwt_bearer" and "private_key" not in keys:
        if "private_key_file" in keys:
            keys["private_key"] = _read_key(connection, source_id, Path(keys["private_key_file"]))
        else:
            missing.append("private_key or private_key_file")
    if missing:
        told = f"lacks {' and '.join(missing)}, which the flow {flow} needs"
        raise _setting(connection, source_id, told)
    if flow == "jwt_bearer":
        _check_key(connection, source_id, keys["private_key"])
    return keys


def _read_key(connection: CrmConnection, source_id: str, path: Path) -> str:
    try:
        return path.expanduser().read_text()
    except (OSError, UnicodeDecodeError):
        raise _setting(
            connection, source_id, f"names a private_key_file that cannot be read: {path}"
        ) from None


def _check_key(connection: CrmConnection, source_id: str, text: str) -> None:
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise _setting(
            connection, source_id, "has a private key that is no RSA key in PEM without a password"
        )


def _assertion(keys: Mapping[str, str], host: str) -> str:
    claims = {
        "iss": keys["client_id"],
        "sub": keys["username"],
        "aud": keys.get("audience") or _audience(host),
        "exp": int(clock.wall_now().timestamp()) + _ASSERTION_SECONDS,
    }
    return jwt.encode(claims, keys["private_key"], algorithm="RS256")


def _audience(host: str) -> str:
    """Whom an assertion is for: Salesforce's login host, or that of its sandboxes."""
    name = urlsplit(host).hostname or ""
    if name in LOOPBACK:
        return host
    is_sandbox = ".sandbox." in name or name.startswith("test.")
    return f"https://{'test' if is_sandbox else 'login'}.salesforce.com"


def _told(error: AccountError) -> AccountError:
    """The refusal of a token with what to do about it."""
    low = error.message.lower()
    for sign, remedy in _REMEDIES:
        if sign in low:
            error.fix = remedy
            break
    return error


def _setting(connection: CrmConnection, source_id: str, told: str) -> SettingsError:
    variable = f"AIRFLOW_CONN_{connection.conn_id.upper()}"
    return SettingsError(
        f"{variable} {told}",
        source=source_id,
        fix='give an access token as password, or an extra such as {"flow": "client_credentials", '
        '"client_id": "…", "client_secret": "…"} (or jwt_bearer with client_id, username and '
        "private_key_file; or refresh_token with client_id, client_secret and refresh_token)",
    )
