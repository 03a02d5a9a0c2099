"""Everything that the routes of one organization share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from handoff.sandbox.server.salesforce.answers import Refusal, no_resource
from handoff.sandbox.server.salesforce.bulk_jobs import BulkJobs
from handoff.sandbox.server.salesforce.ids import to_18
from handoff.sandbox.server.salesforce.locators import Locators
from handoff.sandbox.server.salesforce.options import SalesforceOptions
from handoff.sandbox.server.salesforce.org_edits import Author, OrgEdits
from handoff.sandbox.server.salesforce.org_events import OrgEvents
from handoff.sandbox.server.salesforce.org_state import OrgState, Record
from handoff.sandbox.server.salesforce.schema import SObject
from handoff.sandbox.server.salesforce.sessions import Sessions
from handoff.sandbox.server.salesforce.soql_binding import Binder
from handoff.sandbox.server.salesforce.soql_query import BoundQuery, run
from handoff.sandbox.server.salesforce.soql_text import parse
from handoff.sandbox.server.salesforce.usage import Usage


@dataclass
class Organization:
    """An organization behind its API.

    state: sObjects and records. edits, events: what changes them. sessions, usage, locators, jobs:
    what clients have under way.
    """

    state: OrgState
    options: SalesforceOptions
    secret: str
    missing: frozenset[str] = frozenset()
    edits: OrgEdits = field(init=False)
    events: OrgEvents = field(init=False)
    sessions: Sessions = field(init=False)
    usage: Usage = field(init=False)
    locators: Locators = field(init=False)
    jobs: BulkJobs = field(init=False)
    binder: Binder = field(init=False)

    def __post_init__(self) -> None:
        self.edits = OrgEdits(self.state)
        self.events = OrgEvents(self.state, self.edits)
        self.sessions = Sessions(self.options, self.secret, self.state.organization_id)
        self.usage = Usage(self.options)
        self.locators = Locators(self.options)
        self.jobs = BulkJobs(self.state, self.options)
        self.binder = Binder(
            self.state,
            frozenset(self.options.hidden_objects) | self.missing,
            {name: frozenset(given) for name, given in self.options.hidden_fields.items()},
        )

    def bind(self, text: str) -> BoundQuery:
        """A query with its names known. Raises Refusal."""
        return self.binder.bind(parse(text))

    def bulk_rows(self, bound: BoundQuery, *, is_all: bool) -> list[Record]:
        """A bulk query's records; one that takes long is tried in parts by Salesforce itself."""
        return run(bound, self.state, is_all=is_all)

    def rows(self, bound: BoundQuery, *, is_all: bool) -> list[Record]:
        """A query's records. Raises Refusal QUERY_TIMEOUT where they are too many."""
        rows = run(bound, self.state, is_all=is_all)
        most = self.options.query_rows_most
        if most is not None and len(rows) > most and not bound.query.is_aggregate:
            text = "Your query request was running for too long."
            raise Refusal(400, "QUERY_TIMEOUT", text)
        return rows

    def sobject(self, name: str) -> SObject:
        """An sObject that the user may see. Raises Refusal."""
        found = self.binder.visible(name)
        if found is None:
            raise no_resource()
        return found


def organization_of(request: Request) -> Organization:
    found: Organization = request.app.state.organization
    return found


def author_of(request: Request) -> Author:
    """Who edits and when, from headers that the sandbox alone knows."""
    user = request.headers.get("x-sandbox-user")
    return Author(to_18(user) if user else None, request.headers.get("x-sandbox-at"))


def path_of(request: Request, *rest: str) -> str:
    """A path of the API in the version that was asked for."""
    version: Any = request.scope["version"]
    return "/".join((f"/services/data/v{version}.0", *rest))
