"""What an account says of itself: its descriptions of fields, its limits, its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff.crm.http.refusals import RefusedError
from handoff.crm.protocol import AccountFacts, Batch
from handoff.crm.salesforce.api import SalesforceApi
from handoff.crm.salesforce.ids import long_id
from handoff.crm.salesforce.objects import OBJECTS, PROPERTIES, SalesforceObject
from handoff.errors import AccountError, CrmError, NotEntitledError

_LIMITS = ("DailyApiRequests", "DailyBulkV2QueryJobs", "DailyBulkV2QueryFileStorageMB")
_ORGANIZATION = SalesforceObject("account", "Organization", ("Name",), is_optional=True)


def check_account(api: SalesforceApi) -> dict[str, Any]:
    """The account's limits. Raises AccountError where token, host or version are no good."""
    try:
        return api.ask_account(api.paths.limits)
    except RefusedError as error:
        if error.status != 404:
            raise
        raise AccountError(
            f"There is no version {api.version} of Salesforce's API at the host of the connection",
            source=api.source_id,
            fix="check host (the account's My Domain address) and api_version of the connection",
        ) from None


def account_facts(api: SalesforceApi) -> AccountFacts:
    """Name, id and limits; the name and the id stay open where the user may not see them."""
    limits = check_account(api)
    account_id, label = None, None
    try:
        page = api.query("SELECT Id, Name FROM Organization", _ORGANIZATION)
        account_id = long_id(str(page.records[0]["Id"]))
        label = str(page.records[0]["Name"])
    except (CrmError, LookupError, TypeError):
        pass
    return AccountFacts(
        account_id=account_id,
        label=label,
        api_version=api.version,
        limits=tuple(_limit(name, limits.get(name)) for name in _LIMITS if _has_max(limits, name)),
        answered_at=api.watch.answered_at,
    )


def read_properties(api: SalesforceApi, cursor: dict[str, Any] | None) -> Iterator[Batch]:
    """The fields of every object that is read; one line a field."""
    cursor = cursor or {"read": [], "live": 0}
    read, live = list(cursor["read"]), cursor["live"]
    for name, spec in OBJECTS.items():
        if name in read:
            continue
        try:
            lines = api.describe(spec).lines(spec)
        except NotEntitledError:
            lines = []
        read.append(name)
        live += len(lines)
        yield Batch({PROPERTIES: lines}, {"read": list(read), "live": live})


def _has_max(limits: dict[str, Any], name: str) -> bool:
    found = limits.get(name)
    return isinstance(found, dict) and isinstance(found.get("Max"), int)


def _limit(name: str, found: Any) -> tuple[str, int, int]:
    allowed = int(found["Max"])
    remaining = found.get("Remaining")
    used = allowed - remaining if isinstance(remaining, int) else 0
    return name, used, allowed
