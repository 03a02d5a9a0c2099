"""Lists, single records, fields, users and changelogs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.pipedrive.account_state import AccountState, Id, Row
from handoff.sandbox.server.pipedrive.answers import Refusal, answered
from handoff.sandbox.server.pipedrive.cursors import cursor_after, id_in

_LONGEST_PAGE = 500
_FILTERS = {"owner_id", "person_id", "org_id", "pipeline_id", "stage_id", "deal_id"}


def account_of(request: Request) -> AccountState:
    state: AccountState = request.app.state.account
    return state


def found(request: Request, name: str, id_: Id) -> Row:
    """A record, in the bin or not. Raises Refusal."""
    records = account_of(request).records
    if name not in records or id_ not in records[name]:
        raise Refusal(404, f"{name.removesuffix('s').capitalize()} not found")
    return records[name][id_]


async def list_records(request: Request) -> Response:
    """GET /api/v2/{name}: what is not in the bin nor filed away; of deals, the bin on demand."""
    name = request.url.path.rsplit("/", 1)[-1]
    wanted = request.query_params.get("status")
    if wanted and not set(wanted.split(",")) <= {"open", "won", "lost", "deleted"}:
        raise Refusal(400, "ERR_SCHEMA_VALIDATION_FAILED: status")

    def is_listed(row: Row) -> bool:
        if row.get("is_archived"):
            return False
        if row.get("is_deleted"):
            return bool(wanted) and "deleted" in str(wanted).split(",")
        return not wanted or row.get("status") in wanted.split(",")

    return _by_cursor(request, account_of(request).records[name].values(), is_listed)


async def list_archived_deals(request: Request) -> Response:
    """GET /api/v2/deals/archived."""
    deals = account_of(request).records["deals"].values()
    return _by_cursor(
        request, deals, lambda row: bool(row.get("is_archived")) and not row.get("is_deleted")
    )


async def list_fields(request: Request) -> Response:
    """GET /api/v2/{object}Fields."""
    object_ = request.url.path.rsplit("/", 1)[-1].removesuffix("Fields")
    return answered(account_of(request).fields.get(object_, []), {"next_cursor": None})


async def read_record(request: Request) -> Response:
    """GET /api/v2/{name}/{id}: records in the bin too."""
    return answered(found(request, request.path_params["name"], request.path_params["id"]))


async def list_users(request: Request) -> Response:
    """GET /api/v1/users: all of them, those who left too."""
    return answered(list(account_of(request).records["users"].values()) or None)


async def read_own_user(request: Request) -> Response:
    """GET /api/v1/users/me."""
    return answered(
        {
            "id": 1,
            "name": "Sandbox",
            "company_id": request.app.state.options.portal_id,
            "company_name": "Sandbox company",
            "company_domain": "sandbox",
            "active_flag": True,
        }
    )


async def list_leads(request: Request) -> Response:
    return _by_offset(request, [row for row in _leads(request) if not row.get("is_archived")])


async def list_archived_leads(request: Request) -> Response:
    return _by_offset(request, [row for row in _leads(request) if row.get("is_archived")])


async def read_lead(request: Request) -> Response:
    return answered(found(request, "leads", request.path_params["id"]))


async def list_changelog(request: Request) -> Response:
    """GET /api/v1/deals/{id}/changelog, the newest change first."""
    deal_id = request.path_params["id"]
    found(request, "deals", deal_id)
    entries = account_of(request).changelog.get(deal_id, [])[::-1]
    after, limit = request.query_params.get("cursor"), _limit(request)
    start = id_in(after) if after else 0
    more = len(entries) > start + limit
    following = cursor_after(start + limit) if more else None
    return answered(entries[start : start + limit], {"next_cursor": following})


def _leads(request: Request) -> list[Row]:
    return sorted(account_of(request).records["leads"].values(), key=lambda row: row["add_time"])


def _by_cursor(request: Request, rows: Iterable[Row], is_listed: Callable[[Row], bool]) -> Response:
    given, limit = request.query_params, _limit(request)
    after = id_in(given["cursor"]) if "cursor" in given else 0
    since, until = _bound(given.get("updated_since")), _bound(given.get("updated_until"))
    chosen = [
        row
        for row in sorted(rows, key=lambda row: int(row["id"]))
        if int(row["id"]) > after
        and is_listed(row)
        and (since is None or _instant(row["update_time"]) >= since)
        and (until is None or _instant(row["update_time"]) < until)
        and all(str(row.get(name)) == given[name] for name in _FILTERS & set(given))
    ]
    page = chosen[:limit]
    following = cursor_after(int(page[-1]["id"])) if len(chosen) > limit else None
    return answered(page, {"next_cursor": following})


def _by_offset(request: Request, rows: list[Row]) -> Response:
    limit = _limit(request)
    start = int(request.query_params.get("start", "0"))
    pagination: dict[str, Any] = {
        "start": start,
        "limit": limit,
        "more_items_in_collection": len(rows) > start + limit,
    }
    if pagination["more_items_in_collection"]:
        pagination["next_start"] = start + limit
    return answered(rows[start : start + limit] or None, {"pagination": pagination})


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "100")
    if not text.isdecimal() or not 1 <= int(text) <= _LONGEST_PAGE:
        raise Refusal(400, "ERR_SCHEMA_VALIDATION_FAILED: limit")
    return int(text)


def _bound(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        # Fractions of a second are refused too.
        raise Refusal(400, "ERR_SCHEMA_VALIDATION_FAILED: updated_since") from None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
