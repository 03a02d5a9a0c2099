"""How requests say who is asking."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from handoff.errors import SettingsError
from handoff.settings import CrmConnection


@dataclass(frozen=True)
class Credentials:
    """What a request carries. base_url: where it goes, if not to the host of the connection."""

    headers: Mapping[str, str]
    base_url: str | None = None


class Auth:
    """Credentials of one account. May be shared by threads.

    account_key: the same for all who share the account's limits, telling nothing of the secret.
    secrets: what no message may hold.
    """

    account_key: str = "none"

    @property
    def secrets(self) -> tuple[str, ...]:
        return ()

    def credentials(self) -> Credentials:
        """Those of the next request; a new token where the old one is about to end.

        Raises CrmError.
        """
        return Credentials({})

    def refresh(self, refused: Credentials) -> bool:
        """Get new credentials after these were refused; False where there are none to get.

        Where another thread has got some since, there is nothing to do. Raises CrmError.
        """
        del refused
        return False

    def interrupt(self) -> None:
        """End waiting for new credentials, from another thread."""

    def close(self) -> None:
        """Let go of connections."""


class StaticBearer(Auth):
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
        self._credentials = Credentials({header: f"{scheme}{connection.token}"})
        self.account_key = fingerprint(connection.token)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._token,)

    def credentials(self) -> Credentials:
        return self._credentials


class SecretsInBody(Auth):
    """Requests for a token, which carry their secrets in the body."""

    def __init__(self, *secrets: str) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._secrets


def fingerprint(*parts: str) -> str:
    """A short name for secrets, which cannot be turned back into them."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
