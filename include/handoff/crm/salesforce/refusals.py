"""What Salesforce's codes of refusal ask for: who has to change what."""

from __future__ import annotations

from handoff.crm.http.refusals import RefusedError
from handoff.crm.salesforce.objects import SalesforceObject
from handoff.errors import AccountError, CrmError, CursorRefusedError, NotEntitledError

# The query takes longer than the server lets it: a part of it may not.
TOO_MUCH_AT_ONCE = frozenset({"QUERY_TIMEOUT", "OPERATION_TOO_LARGE"})
# The Bulk API takes fewer objects and queries than the REST API.
_NOT_IN_BULK = frozenset({"FEATURENOTENABLED", "INVALIDENTITY", "API_ERROR"})
# The object is not there for the user of the token, or not at all.
_NOT_SHOWN = frozenset(
    {"INVALID_TYPE", "NOT_FOUND", "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY"}
)
_SWITCHED_OFF = frozenset(
    {"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "FUNCTIONALITY_NOT_ENABLED"}
)


def is_not_for_bulk(error: RefusedError) -> bool:
    """Whether a refusal is about the Bulk API alone, so that the REST API may still answer."""
    return error.code in _NOT_IN_BULK


def not_shown(spec: SalesforceObject, source_id: str) -> CrmError:
    """An object that the user of the token does not see."""
    message = (
        f"Salesforce does not show {spec.name} (its object {spec.sobject}) to the token's user"
    )
    if spec.is_optional:
        return NotEntitledError(
            f"{message}, or the account has none",
            source=source_id,
            object=spec.name,
            fix=f"give the user the permission {spec.permission} to read them",
        )
    return AccountError(
        message,
        source=source_id,
        object=spec.name,
        fix=f"give the user the permission {spec.permission} by a permission set, then run: "
        f"handoff sync --source {source_id}",
    )


def explained(error: RefusedError, spec: SalesforceObject | None, source_id: str) -> CrmError:
    """The error for a refusal that its code explains, else the refusal itself."""
    if error.code in _SWITCHED_OFF:
        return AccountError(
            f"Salesforce's API is switched off for this account or user ({error.code})",
            source=source_id,
            object=error.object,
            fix="give the token's user the permission API Enabled (editions below Enterprise have "
            f"to buy the API), then run: handoff sync --source {source_id}",
        )
    if spec is not None and error.code in _NOT_SHOWN:
        return not_shown(spec, source_id)
    return error


def place_refused(spec: SalesforceObject, source_id: str) -> CursorRefusedError:
    """A place that Salesforce has forgotten, or that was never one."""
    return CursorRefusedError(
        "Salesforce no longer takes the place where the last read stopped",
        source=source_id,
        object=spec.name,
        fix=f"handoff sync --source {source_id} --full --object {spec.name}",
    )
