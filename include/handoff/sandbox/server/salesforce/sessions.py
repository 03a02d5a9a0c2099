"""Who may ask: the ways to a session, and how long a session lasts."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any

import jwt

from handoff.sandbox.server.salesforce.options import SalesforceOptions

_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class OAuthError(Exception):
    """A token request that is refused; OAuth's errors are an object, unlike those of the API."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


class Sessions:
    """The sessions of an organization.

    secret: the client's; it is a session without end as well.
    """

    def __init__(self, options: SalesforceOptions, secret: str, organization_id: str) -> None:
        self._options = options
        self._secret = secret
        self._organization_id = organization_id
        self._refresh_tokens = set(options.refresh_tokens)
        self._started: dict[str, float] = {}
        self._requests: dict[str, int] = {}

    def grant(self, form: Mapping[str, str], base_url: str, public_key: str) -> dict[str, Any]:
        """The answer to a token request. Raises OAuthError."""
        if self._options.api_disabled:
            raise OAuthError("invalid_grant", "API is not enabled for this Organization or Partner")
        kind = form.get("grant_type", "")
        more: dict[str, str] = {}
        if kind == "client_credentials":
            self._check_client(form)
        elif kind == _JWT_GRANT:
            self._check_assertion(form.get("assertion", ""), base_url, public_key)
        elif kind == "refresh_token":
            more = self._refresh(form)
        else:
            raise OAuthError("unsupported_grant_type", "grant type not supported")
        return {
            "access_token": self._start(),
            "signature": secrets.token_urlsafe(24),
            "scope": " ".join(self._options.scopes),
            "instance_url": base_url,
            "id": f"{base_url}/id/{self._organization_id}/user",
            "token_type": "Bearer",
            "issued_at": str(time.time_ns() // 1_000_000),
            **more,
        }

    def is_open(self, token: str) -> bool:
        """Whether a token is a session still; counts a request of it."""
        if hmac.compare_digest(token.encode(), self._secret.encode()):
            return True
        started = self._started.get(token)
        if started is None:
            return False
        self._requests[token] += 1
        seconds, most = self._options.session_seconds, self._options.session_requests
        is_old = seconds is not None and time.monotonic() - started > seconds
        if is_old or (most is not None and self._requests[token] > most):
            del self._started[token]
            return False
        return True

    def end_all(self) -> None:
        """End every session, but for the one of the secret."""
        self._started.clear()

    def _start(self) -> str:
        token = f"{self._organization_id[:15]}!{secrets.token_urlsafe(60)}"
        self._started[token], self._requests[token] = time.monotonic(), 0
        return token

    def _check_client(self, form: Mapping[str, str]) -> None:
        if form.get("client_id") != self._options.client_id:
            raise OAuthError("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(form.get("client_secret", "").encode(), self._secret.encode()):
            raise OAuthError("invalid_client", "invalid client credentials")

    def _refresh(self, form: Mapping[str, str]) -> dict[str, str]:
        self._check_client(form)
        given = form.get("refresh_token", "")
        if given not in self._refresh_tokens:
            raise OAuthError("invalid_grant", "expired access/refresh token")
        if not self._options.rotate_refresh_tokens:
            return {}
        # Refresh Token Rotation: the one that was used is good for nothing from now on.
        self._refresh_tokens.remove(given)
        following = f"5Aep{secrets.token_urlsafe(48)}"
        self._refresh_tokens.add(following)
        return {"refresh_token": following}

    def _check_assertion(self, assertion: str, base_url: str, public_key: str) -> None:
        if not public_key:
            raise OAuthError("invalid_grant", "user hasn't approved this consumer")
        try:
            claims = jwt.decode(
                assertion,
                public_key,
                algorithms=["RS256"],
                audience=[*_AUDIENCES, base_url],
                options={"require": ["iss", "sub", "aud", "exp"]},
            )
        except jwt.InvalidAudienceError:
            raise OAuthError("invalid_grant", "audience is invalid") from None
        except jwt.ExpiredSignatureError:
            raise OAuthError("invalid_grant", "assertion expired") from None
        except jwt.InvalidTokenError:
            raise OAuthError("invalid_grant", "invalid assertion") from None
        if claims["iss"] != self._options.client_id:
            raise OAuthError("invalid_client_id", "client identifier invalid")
        # A claim three minutes or more ahead is not taken.
        if claims["exp"] - time.time() > 300:
            raise OAuthError("invalid_grant", "expiry is too far in the future")
        if self._options.username and claims["sub"] != self._options.username:
            raise OAuthError("invalid_grant", "user hasn't approved this consumer")
