"""One request for a token, with the same patience as every other request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handoff.crm.http.auth import SecretsInBody
from handoff.crm.http.client import AccountClient
from handoff.crm.http.oauth import judge_token
from handoff.crm.http.retry import RetryPolicy
from handoff.crm.http.vendor import Target, Vendor


class TokenEndpoint:
    """The token endpoint of a host. secrets: what the forms hold and no message may."""

    def __init__(
        self,
        vendor: Vendor,
        host: str,
        path: str,
        secrets: tuple[str, ...],
        *,
        source_id: str,
        conn_id: str,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._path = path
        self.secrets = secrets
        self._client = AccountClient(
            replace(vendor, judge=judge_token, allowance=None),
            host,
            SecretsInBody(*secrets),
            source_id=source_id,
            conn_id=conn_id,
            retry=retry,
            requests_at_a_time=1,
        )

    def ask(self, form: Mapping[str, str]) -> dict[str, Any]:
        """What it answers to a form, an ``access_token`` among it. Raises CrmError."""
        answer = self._client.ask("POST", self._path, Target("token", ""), data=dict(form))
        body: dict[str, Any] = answer.body
        return body

    def interrupt(self) -> None:
        self._client.interrupt()

    def close(self) -> None:
        self._client.close()
