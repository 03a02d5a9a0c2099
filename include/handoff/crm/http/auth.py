"""How requests say who is asking."""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from handoff.errors import SettingsError
from handoff.settings import CrmConnection


class Auth(Protocol):
    """Credentials of one account. May be shared by threads."""

    @property
    def account_key(self) -> str:
        """The same for all who share the account's limits, and telling nothing of the secret."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may hold."""

    def headers(self) -> dict[str, str]:
        """Headers of a request; gets a new token first where the old one is about to end.

        Raises CrmError.
        """

    def refresh(self, refused: dict[str, str], /) -> bool:
        """Get a new token after these headers were refused; False where there is none to get.

        Where another thread has got one since, there is nothing to do. Raises CrmError.
        """


class StaticBearer:
    """A token that does not change: a private app's, a service key, an API token."""

    def __init__(
        self,
        connection: CrmConnection,
        source_id: str,
        *,
        made_in: str,
        header: str = "Authorization",
        scheme: str = "Bearer ",
    ) -> None:
        """made_in: where a person copies the token from. Raises SettingsError."""
        if not re.fullmatch(r"[\x21-\x7e]+", connection.token):
            raise SettingsError(
                f"The password (the token) in AIRFLOW_CONN_{connection.conn_id.upper()} holds a "
                "blank or another character that no token has",
                source=source_id,
                fix=f"copy the token anew from {made_in}",
            )
        self._token = connection.token
        self._headers = {header: f"{scheme}{connection.token}"}

    @property
    def account_key(self) -> str:
        return fingerprint(self._token)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._token,)

    def headers(self) -> dict[str, str]:
        return self._headers

    def refresh(self, _refused: dict[str, str], /) -> bool:
        return False


class NoAuth:
    """Requests that carry their credentials in the body: those for a token."""

    account_key = "none"

    def __init__(self, *secrets: str) -> None:
        self.secrets = tuple(secret for secret in secrets if secret)

    def headers(self) -> dict[str, str]:
        return {}

    def refresh(self, _refused: dict[str, str], /) -> bool:
        return False


def fingerprint(*parts: str) -> str:
    """A short name for secrets, which cannot be turned back into them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
