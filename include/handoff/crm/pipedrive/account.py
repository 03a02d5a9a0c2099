"""What a Pipedrive account says of itself: whose token it is, the day's tokens, its fields."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from handoff.crm.http.vendor import Target
from handoff.crm.pipedrive.answers import daily_budget
from handoff.crm.pipedrive.api import PipedriveApi, Record
from handoff.crm.pipedrive.paths import API_VERSION, build_path
from handoff.crm.protocol import AccountFacts, PropertyDefinition


def read_account(api: PipedriveApi) -> AccountFacts:
    """Whose token it is, and what is left of the day.

    An API token opens what its user may see, and no endpoint tells that: scopes stay unknown.
    """
    target = Target("account", "users:read")
    answer = api.client.ask("GET", build_path("own_user"), target)
    user: Mapping[str, Any] = answer.body["data"]
    budget = daily_budget(answer.headers)
    date = answer.headers.get("date")
    return AccountFacts(
        account_id=str(user["company_domain"]) if user.get("company_domain") else None,
        label=str(user["company_name"]) if user.get("company_name") else None,
        api_version=API_VERSION,
        limits=(("tokens of the day", *budget),) if budget else (),
        answered_at=parsedate_to_datetime(date) if date else None,
    )


def property_definition(field: Record) -> PropertyDefinition:
    """One field. Its options are known by a number, so their labels are told beside them."""
    options = [one for one in field.get("options") or () if one.get("id") is not None]
    return PropertyDefinition(
        name=str(field["field_code"]),
        label=str(field.get("field_name") or field["field_code"]),
        type=str(field.get("field_type") or ""),
        options=tuple(str(one["id"]) for one in options),
        option_labels={str(one["id"]): str(one.get("label") or one["id"]) for one in options},
        is_custom=bool(field.get("is_custom_field")),
    )
