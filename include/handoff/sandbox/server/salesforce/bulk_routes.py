"""Bulk API 2.0 queries over HTTP (guide "Bulk API 2.0", chapter "Query")."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.salesforce.answers import Refusal, body_of, json_answer
from handoff.sandbox.server.salesforce.bulk_jobs import DELIMITERS, LINE_ENDINGS, locator_of
from handoff.sandbox.server.salesforce.ids import to_18
from handoff.sandbox.server.salesforce.org import Organization, organization_of, path_of
from handoff.sandbox.server.salesforce.soql_query import BoundQuery

_RESULT_PAGES_SINCE = 58
_PAGES_AT_ONCE = 5
_UNSUPPORTED = re.compile(r"\b(group\s+by|having|offset|typeof)\b", re.IGNORECASE)


async def create_job(request: Request) -> Response:
    """`POST /jobs/query`."""
    org, body = organization_of(request), await body_of(request)
    operation = body.get("operation", "query")
    if operation not in ("query", "queryAll"):
        raise Refusal(400, "INVALIDENTITY", f"Operation {operation} not supported")
    if body.get("contentType", "CSV") != "CSV":
        raise Refusal(400, "INVALIDJOB", "Unsupported content type")
    delimiter = _one_of(DELIMITERS, body.get("columnDelimiter") or "COMMA", "columnDelimiter")
    line_ending = _one_of(LINE_ENDINGS, body.get("lineEnding") or "LF", "lineEnding")
    text = str(body.get("query") or "")
    if _UNSUPPORTED.search(re.sub(r"'(?:[^'\\]|\\.)*'", "''", text)):
        raise _not_in_bulk("Aggregate Relationships not supported in Bulk Query")
    bound = org.bind(text)
    _check_bulk(org, bound)
    if org.usage.bulk_jobs >= org.options.bulk_jobs_most:
        most = org.options.bulk_jobs_most
        text = f"Max bulk v2 query jobs ({most}) per 24 hrs has been reached ({most})"
        raise Refusal(400, "LIMIT_EXCEEDED", text)
    org.usage.bulk_jobs += 1
    job = org.jobs.add(
        operation,
        bound,
        org.bulk_rows(bound, is_all=operation == "queryAll"),
        request.scope["version"],
        org.state.integration_user,
        delimiter,
        line_ending,
    )
    return json_answer(job.as_row())


async def list_jobs(request: Request) -> Response:
    """`GET /jobs/query`."""
    jobs = [job.as_row() for job in organization_of(request).jobs.all()]
    return json_answer({"done": True, "records": jobs, "nextRecordsUrl": None})


async def read_job(request: Request) -> Response:
    """`GET /jobs/query/<id>`."""
    return json_answer(organization_of(request).jobs.look_at(_job_id(request)).as_row())


async def change_job(request: Request) -> Response:
    """`PATCH /jobs/query/<id>` with the state Aborted."""
    body = await body_of(request)
    if body.get("state") != "Aborted":
        raise Refusal(400, "INVALIDJOB", "Job state can be set to Aborted only")
    return json_answer(organization_of(request).jobs.abort(_job_id(request)).as_row())


async def delete_job(request: Request) -> Response:
    """`DELETE /jobs/query/<id>`."""
    organization_of(request).jobs.remove(_job_id(request))
    return Response(status_code=204)


async def read_results(request: Request) -> Response:
    """`GET /jobs/query/<id>/results?locator=&maxRecords=`."""
    org, job_id = organization_of(request), _job_id(request)
    _check_version(request, org, job_id)
    locator = request.query_params.get("locator")
    most = request.query_params.get("maxRecords")
    if most is not None and (not most.isdigit() or not int(most)):
        raise Refusal(400, "INVALIDREQUEST", f"maxRecords is no number of records: {most}")
    text, following, count = org.jobs.page(job_id, locator, int(most) if most else None)
    org.usage.result_bytes += len(text)
    # The word null, not an absent header, says that there is no further page.
    headers = {"Sforce-Locator": following or "null", "Sforce-NumberOfRecords": str(count)}
    return Response(text, 200, headers, media_type="text/csv")


async def list_result_pages(request: Request) -> Response:
    """`GET /jobs/query/<id>/resultPages`: addresses of up to five pages, to read side by side."""
    org, job_id = organization_of(request), _job_id(request)
    if request.scope["version"] < _RESULT_PAGES_SINCE:
        raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
    _check_version(request, org, job_id)
    job = org.jobs.complete(job_id)
    size = org.options.bulk_page_records
    first = int(request.query_params.get("page", "0"))
    starts = [*range(0, max(1, len(job.rows)), size)]
    base = path_of(request, "jobs", "query", job_id)
    answer: dict[str, Any] = {
        "resultPages": [
            {"resultUrl": f"{base}/results?locator={locator_of(start)}&maxRecords={size}"}
            for start in starts[first : first + _PAGES_AT_ONCE]
        ],
        "done": first + _PAGES_AT_ONCE >= len(starts),
    }
    if not answer["done"]:
        answer["nextRecordsUrl"] = f"{base}/resultPages?page={first + _PAGES_AT_ONCE}"
    return json_answer(answer)


def _check_bulk(org: Organization, bound: BoundQuery) -> None:
    if bound.sobject in org.options.not_in_bulk:
        text = f"Entity '{bound.sobject}' is not supported by the Bulk API."
        raise Refusal(400, "INVALIDENTITY", text)
    if bound.query.is_aggregate:
        raise _not_in_bulk("Aggregate Relationships not supported in Bulk Query")
    if any(column.kind == "address" for column in bound.columns):
        raise _not_in_bulk("Selecting compound data not supported in Bulk Query")


def _check_version(request: Request, org: Organization, job_id: str) -> None:
    job = org.jobs.find(job_id)
    if job.version != request.scope["version"]:
        text = f"The job was created with version {job.version}.0; read it with the same."
        raise Refusal(409, "API_VERSION_MISMATCH", text)


def _not_in_bulk(text: str) -> Refusal:
    return Refusal(400, "API_ERROR", text)


def _one_of(known: dict[str, str], given: Any, name: str) -> str:
    if given not in known:
        raise Refusal(400, "INVALIDJOB", f"Unsupported {name}: {given}")
    return str(given)


def _job_id(request: Request) -> str:
    return to_18(str(request.path_params["job_id"]))
