"""How Salesforce behaves: `for_crm={"salesforce": {…}}` with the names of these fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields

from handoff.errors import SandboxError
from handoff.sandbox.server.options import SandboxOptions


@dataclass(frozen=True)
class SalesforceOptions:
    """What can be chosen about Salesforce alone.

    Sessions: client_id (its secret is the sandbox's token), public_key (PEM, of JWT bearers; else
    organization.json's), username (the JWT's subject; empty takes any), refresh_tokens (those that
    may be used; rotate_refresh_tokens makes each good for once), session_seconds and
    session_requests (how long a session lasts; None is for ever). The sandbox's token is a session
    without end. scopes: what the token answer grants; without `api`, REST is refused.

    Limits: daily_requests and daily_used; api_disabled; concurrent_requests (more at once are
    refused); query_rows_most (a query that would give more times out).

    What is there: hidden_objects (sObjects that the user may not see), hidden_fields (by sObject),
    not_in_bulk (sObjects that bulk queries refuse).

    Paging: page_records (of a query whose client asks for nothing), locators_most (cursors open at
    once), locator_requests (pages a cursor gives before it expires), bulk_page_records.

    Bulk jobs: bulk_polls (looks at a job until it is complete), failing_jobs (numbers of the jobs
    that fail, 1 is the first), job_requests (pages a job gives before it is removed),
    bulk_jobs_most (a day).
    """

    client_id: str = "sandbox-client"
    public_key: str = ""
    username: str = ""
    refresh_tokens: Collection[str] = ("sandbox-refresh-token",)
    rotate_refresh_tokens: bool = True
    session_seconds: float | None = None
    session_requests: int | None = None
    scopes: Collection[str] = ("api", "refresh_token")
    daily_requests: int = 100_000
    daily_used: int = 0
    api_disabled: bool = False
    concurrent_requests: int | None = None
    query_rows_most: int | None = None
    hidden_objects: Collection[str] = ()
    hidden_fields: Mapping[str, Collection[str]] = field(default_factory=dict)
    not_in_bulk: Collection[str] = ()
    page_records: int = 2_000
    locators_most: int = 10
    locator_requests: int | None = None
    bulk_page_records: int = 50_000
    bulk_polls: int = 1
    failing_jobs: Collection[int] = ()
    job_requests: int | None = None
    bulk_jobs_most: int = 10_000


def salesforce_options(options: SandboxOptions) -> SalesforceOptions:
    """Salesforce's part of a sandbox's options. Raises SandboxError for a name it has not."""
    given = options.for_crm.get("salesforce", {})
    known = {one.name for one in fields(SalesforceOptions)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise SandboxError(
            f"Salesforce's sandbox has no option {', '.join(unknown)}",
            fix=f"take one of: {', '.join(sorted(known))}",
        )
    return SalesforceOptions(**given)
