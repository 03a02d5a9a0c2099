"""The limiter of an account: what the vendor allows, unless the connection says otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.crm.http.auth import Auth, fingerprint
from handoff.crm.http.limiter import Allowance, RateLimiter
from handoff.crm.http.shared_state import SharedState
from handoff.errors import SettingsError
from handoff.settings import CrmConnection, get_settings


def account_limiter(
    host: str,
    auth: Auth,
    connection: CrmConnection,
    source_id: str,
    limits: Mapping[str, tuple[str, int | None, float]],
) -> RateLimiter:
    """A limiter that all sources and processes here share which ask the same account.

    limits: by the key of the connection's extra that changes it: lane, requests (None where only
    answers tell), and the seconds in which they are counted. Raises SettingsError.
    """
    known: dict[str, Allowance] = {}
    for key, (lane, requests, seconds) in limits.items():
        given = connection.extra.get(key, requests)
        if given is None:
            continue
        if isinstance(given, bool) or not isinstance(given, int) or given < 1:
            raise SettingsError(
                f'"{key}" in the extra of AIRFLOW_CONN_{connection.conn_id.upper()} is no whole '
                "number from 1",
                source=source_id,
                fix=f'write it so: "extra": {{"{key}": {requests or 100}}}, or leave it out',
            )
        known[lane] = Allowance(given, seconds)
    name = fingerprint(host, auth.account_key)
    return RateLimiter(SharedState(get_settings().home / "limits" / f"{name}.json"), known)
