"""What is raised when a CRM refuses: which error, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handoff.crm.http.answer import Answer
from handoff.crm.http.vendor import Target, Vendor
from handoff.errors import AccountError, CrmError, DailyLimitError, NotEntitledError


@dataclass(frozen=True)
class Account:
    """Which account an error is about. daily_limit_ends: as of a Vendor, at this moment."""

    vendor: Vendor
    host: str
    source_id: str
    conn_id: str
    daily_limit_ends: Callable[[], str]


class RefusedError(CrmError):
    """The API refused the request as it stands. status: HTTP's; code: the CRM's name of why."""

    status = 0
    code = ""


def refusal(account: Account, answer: Answer, asked: str, target: Target) -> CrmError:
    """The error for an answer that no repetition changes."""
    vendor = account.vendor
    go_on = f"handoff sync --source {account.source_id}"
    named = {"source": account.source_id, "object": target.object}
    if answer.meaning == "daily":
        return DailyLimitError(
            f"{vendor.name}'s limit of calls a day is used up; {account.daily_limit_ends()}",
            fix=f"after that, go on where this stopped with: {go_on}",
            **named,
        )
    if answer.meaning == "token":
        problem = f"{vendor.name} refused the token ({answer.problem})"
        return setting_error(account, target, problem)
    if answer.meaning == "forbidden":
        missing = f"{vendor.permission} {', '.join(answer.scopes) or target.scope}"
        if target.is_optional:
            return NotEntitledError(
                f"The token or the account's edition does not cover {target.object} ({missing})",
                fix=f"grant the {missing} to read them",
                **named,
            )
        return AccountError(
            f"The token lacks the {missing}, without which {target.object} cannot be read",
            fix=f"grant the {missing} to the token in {vendor.name}'s settings, then run: {go_on}",
            **named,
        )
    refused = RefusedError(
        f"{vendor.name} refused {asked} ({answer.problem})",
        fix=f'check "host" and "api_version" of the connection {account.conn_id}',
        **named,
    )
    refused.status = answer.status
    refused.code = answer.code
    return refused


def setting_error(account: Account, target: Target, message: str) -> AccountError:
    """The connection holds something that cannot be right."""
    variable = f"AIRFLOW_CONN_{account.conn_id.upper()}"
    return AccountError(
        message,
        source=account.source_id,
        object=target.object,
        fix=f"check {account.vendor.credentials} in {variable}",
    )
