"""What there is: API versions, limits, sObjects with their fields, and what changed or went."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.answers import Refusal, json_answer
from handoff.sandbox.server.salesforce.gate import VERSIONS
from handoff.sandbox.server.salesforce.org import Organization, organization_of, path_of
from handoff.sandbox.server.salesforce.schema import SObject

_DELETED_DAYS, _UPDATED_DAYS = 15, 30
_SEASONS = ("Spring", "Summer", "Winter")
_FIRST_OF_25 = 63


async def list_versions(_: Request) -> Response:
    """`GET /services/data`, which needs no session."""
    return json_answer(
        [
            {
                "label": _label(number),
                "url": f"/services/data/v{number}.0",
                "version": f"{number}.0",
            }
            for number in VERSIONS
        ]
    )


async def list_resources(request: Request) -> Response:
    """`GET /services/data/vNN.0`."""
    names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects")
    return json_answer({name: path_of(request, name) for name in names})


async def read_limits(request: Request) -> Response:
    """`GET /limits`."""
    return json_answer(organization_of(request).usage.limits())


async def read_user(request: Request) -> Response:
    """`GET /services/oauth2/userinfo`."""
    org = organization_of(request)
    user = org.state.find(org.state.integration_user) or {}
    return json_answer(
        {
            "sub": f"{request.base_url!s}id/{org.state.organization_id}/{user.get('Id')}",
            "user_id": user.get("Id"),
            "organization_id": org.state.organization_id,
            "preferred_username": user.get("Username"),
            "name": user.get("Name"),
            "email": user.get("Email"),
            "zoneinfo": org.state.organization.get("timezone", "Europe/Berlin"),
            "active": True,
        }
    )


async def list_sobjects(request: Request) -> Response:
    """`GET /sobjects`."""
    org = organization_of(request)
    shown = [kind for kind in org.state.objects.values() if org.binder.visible(kind.name)]
    rows = [_about(request, kind) for kind in shown]
    return json_answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": rows})


async def describe(request: Request) -> Response:
    """`GET /sobjects/<sObject>/describe`; 304 when nothing changed since If-Modified-Since."""
    org = organization_of(request)
    kind = org.sobject(request.path_params["sobject"])
    changed_at = org.state.described_at.get(kind.name, org.state.started_at)
    changed_at = changed_at.replace(microsecond=0)
    headers = {"Last-Modified": format_datetime(changed_at.astimezone(UTC), usegmt=True)}
    asked = request.headers.get("if-modified-since")
    if asked:
        try:
            since = parsedate_to_datetime(asked)
        except ValueError:
            since = datetime.min.replace(tzinfo=UTC)
        if changed_at <= since:
            return Response(status_code=304, headers=headers)
    fields = [f.as_described() for f in kind.fields.values() if org.binder.shows(kind, f)]
    more = {"fields": fields, "childRelationships": [], "recordTypeInfos": []}
    return json_answer({**_about(request, kind), **more}, headers=headers)


async def about_sobject(request: Request) -> Response:
    """`GET /sobjects/<sObject>`."""
    kind = organization_of(request).sobject(request.path_params["sobject"])
    return json_answer({"objectDescribe": _about(request, kind), "recentItems": []})


async def list_deleted(request: Request) -> Response:
    """`GET /sobjects/<sObject>/deleted/?start=&end=`: what went to the bin in the last 15 days."""
    org, kind, start, end = _span(request, _DELETED_DAYS, "startDate cannot be more than 15 days")
    known = org.state.records[kind.name]
    found = [
        {"id": record_id, "deletedDate": at}
        for record_id, at in org.state.deleted_at.items()
        if record_id in known and start <= at < end
    ]
    earliest = org.state.now() - timedelta(days=_DELETED_DAYS)
    return json_answer(
        {
            "deletedRecords": found,
            "earliestDateAvailable": values.instant_text(earliest),
            "latestDateCovered": end,
        }
    )


async def list_updated(request: Request) -> Response:
    """`GET /sobjects/<sObject>/updated/?start=&end=`: what changed, at most 30 days back."""
    org, kind, start, end = _span(
        request, _UPDATED_DAYS, "startDate cannot be more than thirty days"
    )
    found = [
        record["Id"]
        for record in org.state.records[kind.name].values()
        if not record.get("IsDeleted") and start <= (record.get("SystemModstamp") or "") < end
    ]
    return json_answer({"ids": found, "latestDateCovered": end})


def _span(request: Request, days: int, refusal: str) -> tuple[Organization, SObject, str, str]:
    org = organization_of(request)
    kind = org.sobject(request.path_params["sobject"])
    try:
        start, end = (
            values.parse_instant(request.query_params[name].replace(" ", "+"))
            for name in ("start", "end")
        )
    except (KeyError, ValueError):
        raise Refusal(400, "INVALID_DATE_TIME", "start and end have to be ISO instants") from None
    if start >= end:
        text = "endDate must be after startDate"
        raise Refusal(400, "INVALID_REPLICATION_DATE", text)
    if org.state.now() - start > timedelta(days=days):
        raise Refusal(400, "INVALID_REPLICATION_DATE", f"{refusal} ago")
    return org, kind, values.instant_text(start), values.instant_text(end)


def _about(request: Request, kind: SObject) -> dict[str, Any]:
    base = path_of(request, "sobjects", kind.name)
    is_history = kind.name.endswith("History")
    return {
        "name": kind.name,
        "label": kind.name.removesuffix("__c"),
        "labelPlural": f"{kind.name.removesuffix('__c')}s",
        "keyPrefix": kind.key_prefix,
        "custom": kind.name.endswith("__c"),
        "createable": not is_history,
        "updateable": not is_history,
        "deletable": not is_history,
        "queryable": True,
        "retrieveable": True,
        "replicateable": not is_history,
        "searchable": not is_history,
        "mergeable": kind.name in ("Account", "Contact", "Lead"),
        "urls": {
            "sobject": base,
            "describe": f"{base}/describe",
            "rowTemplate": f"{base}/{{ID}}",
        },
    }


def _label(number: int) -> str:
    """The release of a version: three make a year, and Winter's bears the name of the next."""
    years, season = divmod(number - _FIRST_OF_25, len(_SEASONS))
    name = _SEASONS[season]
    return f"{name} '{25 + years + (name == 'Winter'):02}"
