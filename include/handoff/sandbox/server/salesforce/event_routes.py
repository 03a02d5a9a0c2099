"""What the sandbox alone answers, for what Salesforce has no REST call: it sets the scene of tests.

`POST /_sandbox/salesforce/<event>` with a JSON object. The headers `x-sandbox-user` and
`x-sandbox-at` say by whom and when.

    convert      lead, account, contact, opportunity, status   lead conversion
    merge        sobject, master, losers, values
    undelete     ids
    purge        ids (all without)                             empty the recycle bin
    erase        ids                                           past the recycle bin
    system-edit  sobject, ids, values                          SystemModstamp alone moves
    recalculate  sobject, ids, values                          no stamp moves
    archive      sobject, ids                                  activities
    put-field    sobject, field                                as a describe has it
    drop-field   sobject, name
    expire       what: sessions, locators or jobs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from handoff.sandbox.server.salesforce.answers import Refusal, body_of, json_answer
from handoff.sandbox.server.salesforce.ids import to_18
from handoff.sandbox.server.salesforce.org import Organization, author_of, organization_of
from handoff.sandbox.server.salesforce.org_edits import Author

Event = Callable[[Organization, dict[str, Any], Author], Any]


async def play_event(request: Request) -> Response:
    """`POST /_sandbox/salesforce/<event>`."""
    event = _EVENTS.get(request.path_params["event"])
    if event is None:
        raise Refusal(404, "NOT_FOUND", f"no event; there are: {', '.join(_EVENTS)}")
    body = await body_of(request)
    try:
        found = event(organization_of(request), body, author_of(request))
    except KeyError as error:
        raise Refusal(400, "JSON_PARSER_ERROR", f"the event needs {error}") from None
    return json_answer(found)


def _convert(org: Organization, body: dict[str, Any], author: Author) -> Any:
    given = {
        name: to_18(body[key]) if body.get(key) else None
        for name, key in (("account_id", "account"), ("contact_id", "contact"))
    }
    return org.events.convert(
        to_18(body["lead"]),
        author,
        **given,
        opportunity=body.get("opportunity"),
        status=body.get("status", "Qualified"),
    )


def _merge(org: Organization, body: dict[str, Any], author: Author) -> Any:
    losers = _ids(body, "losers")
    org.events.merge(body["sobject"], to_18(body["master"]), losers, author, body.get("values"))
    return None


def _undelete(org: Organization, body: dict[str, Any], author: Author) -> Any:
    for record_id in _ids(body):
        org.edits.undelete(record_id, author)


def _purge(org: Organization, body: dict[str, Any], _: Author) -> Any:
    return {"purged": org.edits.purge(_ids(body) if "ids" in body else None)}


def _erase(org: Organization, body: dict[str, Any], _: Author) -> Any:
    for record_id in _ids(body):
        org.edits.erase(record_id)


def _edit_as_system(org: Organization, body: dict[str, Any], author: Author) -> Any:
    org.events.edit_as_system(body["sobject"], _ids(body), body.get("values", {}), author)


def _recalculate(org: Organization, body: dict[str, Any], _: Author) -> Any:
    org.events.recalculate(body["sobject"], _ids(body), body["values"])


def _archive(org: Organization, body: dict[str, Any], _: Author) -> Any:
    org.events.archive(body["sobject"], _ids(body))


def _put_field(org: Organization, body: dict[str, Any], _: Author) -> Any:
    org.events.put_field(body["sobject"], body["field"])


def _drop_field(org: Organization, body: dict[str, Any], _: Author) -> Any:
    org.events.drop_field(body["sobject"], body["name"])


def _expire(org: Organization, body: dict[str, Any], _: Author) -> Any:
    known: dict[str, Callable[[], None]] = {
        "sessions": org.sessions.end_all,
        "locators": org.locators.expire_all,
        "jobs": org.jobs.expire_all,
    }
    known[body["what"]]()


def _ids(body: dict[str, Any], name: str = "ids") -> list[str]:
    return [to_18(str(one)) for one in body[name]]


_EVENTS: dict[str, Event] = {
    "convert": _convert,
    "merge": _merge,
    "undelete": _undelete,
    "purge": _purge,
    "erase": _erase,
    "system-edit": _edit_as_system,
    "recalculate": _recalculate,
    "archive": _archive,
    "put-field": _put_field,
    "drop-field": _drop_field,
    "expire": _expire,
}
