"""OAuth: tokens that end are got anew, in time or after a refusal, once for all threads.

A CRM's flow gives the form for its token endpoint, and what to take from the answer.
"""

from __future__ import annotations

import re
import threading
from typing import Any, Protocol

from handoff import clock
from handoff.crm.http.answer import Answer, Received
from handoff.crm.http.auth import Auth, Credentials, fingerprint
from handoff.crm.http.retry_after import retry_after_seconds
from handoff.crm.http.token_store import Token, TokenStore

# A token is renewed so long before its end that no request starts with one that ends on the way.
_SECONDS_BEFORE_END = 120.0


class TokenSource(Protocol):
    """Where tokens come from: a token endpoint (`TokenEndpoint`) and a form for it."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the connection holds."""

    def fetch(self, held: Token | None) -> Token:
        """A new token; held: the last one, whose refresh token may be newer than the connection's.

        Raises CrmError.
        """

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


class OAuth(Auth):
    """Bearer tokens of a source of tokens, kept in a store. account: what names the account."""

    def __init__(self, tokens: TokenSource, store: TokenStore, *account: str) -> None:
        self.account_key = fingerprint(*account)
        self._tokens = tokens
        self._store = store
        self._one_at_a_time = threading.Lock()
        self._token: Token | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        token = self._token
        got = (token.access_token, token.refresh_token or "") if token else ()
        return tuple(secret for secret in (*self._tokens.secrets, *got) if secret)

    def credentials(self) -> Credentials:
        with self._one_at_a_time:
            if self._token is None:
                self._token = self._store.read()
            if self._token is None or _is_about_to_end(self._token):
                self._token = self._renewed(self._token)
            return _carried(self._token)

    def refresh(self, refused: Credentials) -> bool:
        with self._one_at_a_time:
            if self._token is None or _carried(self._token) == refused:
                self._token = self._renewed(self._token)
        return True

    def interrupt(self) -> None:
        self._tokens.interrupt()

    def close(self) -> None:
        self._tokens.close()

    def _renewed(self, old: Token | None) -> Token:
        with self._store.locked():
            held = self._store.read()
            is_newer = held is not None and (old is None or held.access_token != old.access_token)
            if held is not None and is_newer and not _is_about_to_end(held):
                return held
            token = self._tokens.fetch(held or old)
            self._store.write(token)
            return token


def judge_token(received: Received) -> Answer:
    """What an answer of a token endpoint means (RFC 6749, section 5)."""
    status, body = received.status, received.json
    given: dict[str, Any] = body if isinstance(body, dict) else {}
    wait = retry_after_seconds(received.headers.get("retry-after"), clock.wall_now())
    if status == 200:
        token = given.get("access_token")
        if isinstance(token, str) and re.fullmatch(r"[\x21-\x7e]+", token):
            return Answer("data", status, body=given)
        return Answer("retry", status, problem="an answer without a token")
    if status == 429:
        return Answer("over_rate", status, problem="429 too many requests", wait_seconds=wait)
    if status >= 500 or status == 408:
        return Answer("retry", status, problem=f"status {status}", wait_seconds=wait)
    code = received.told(given.get("error") or given.get("status"), 60)
    told = received.told(given.get("error_description") or given.get("message"), 200)
    problem = ": ".join(part for part in (f"status {status}", code, told) if part)
    return Answer("token", status, problem=problem, code=code)


def token_of(
    body: dict[str, Any], held_refresh_token: str | None = None, base_url: str | None = None
) -> Token:
    """The token of an answer. A refresh token that is not replaced stays."""
    lifetime = body.get("expires_in")
    ends_at = None
    if isinstance(lifetime, int | float) and lifetime > 0:
        ends_at = clock.wall_now().timestamp() + lifetime
    refresh_token = body.get("refresh_token")
    return Token(
        access_token=body["access_token"],
        ends_at=ends_at,
        refresh_token=refresh_token if isinstance(refresh_token, str) else held_refresh_token,
        base_url=base_url,
    )


def _is_about_to_end(token: Token) -> bool:
    if token.ends_at is None:
        return False
    return token.ends_at - clock.wall_now().timestamp() < _SECONDS_BEFORE_END


def _carried(token: Token) -> Credentials:
    return Credentials({"Authorization": f"Bearer {token.access_token}"}, token.base_url)
