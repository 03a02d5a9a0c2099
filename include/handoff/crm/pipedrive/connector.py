"""The Pipedrive connector: which reader an object has, and the check before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from handoff.crm.http.auth import StaticBearer
from handoff.crm.http.client import AccountClient
from handoff.crm.http.limits import account_limiter
from handoff.crm.http.retry import RetryPolicy
from handoff.crm.named_properties import check_named_properties
from handoff.crm.paging import Place, cursor_refused
from handoff.crm.pipedrive.account import property_definition, read_account
from handoff.crm.pipedrive.answers import BURST_SECONDS, VENDOR
from handoff.crm.pipedrive.api import PipedriveApi
from handoff.crm.pipedrive.budget import TokenBudget
from handoff.crm.pipedrive.objects import FIELD_OBJECTS, OBJECTS, PAGE_SIZE
from handoff.crm.pipedrive.paths import API_VERSION
from handoff.crm.pipedrive.records import (
    is_sound,
    kept_fields,
    read_by_id,
    read_changelogs,
    read_fields,
    read_ids,
    read_records,
)
from handoff.crm.protocol import (
    AccountFacts,
    Batch,
    Connector,
    PropertyDefinition,
    ReadRequest,
    Selection,
    TrackedProperties,
)
from handoff.crm.source_rules import SourceRules
from handoff.settings import CrmConnection

DEFAULT_HOST = "https://api.pipedrive.com"


class PipedriveConnector:
    """One Pipedrive account. tracked: properties that the playbook names, by object."""

    crm = "pipedrive"
    api_version = API_VERSION
    objects = tuple(OBJECTS)
    keeps_archived_days: int | None = 30
    # Of deals alone there is a list of what was deleted; a deleted lead is gone at once.
    unlisted_when_archived: frozenset[str] = frozenset({"contacts", "companies", "activities"})

    def __init__(
        self,
        connection: CrmConnection,
        source_id: str,
        tracked: TrackedProperties | None = None,
        retry: RetryPolicy | None = None,
        rules: SourceRules | None = None,
    ) -> None:
        rules = rules or SourceRules()
        self._source_id = source_id
        self._tracked = {name: tuple(names) for name, names in (tracked or {}).items()}
        self._requests_at_a_time = rules.requests_at_a_time
        host = connection.host or DEFAULT_HOST
        auth = StaticBearer(
            connection,
            source_id,
            made_in="Pipedrive's personal preferences (API)",
            header="x-api-token",
            scheme="",
        )
        burst = {"requests_per_2_seconds": ("calls", None, BURST_SECONDS)}
        self._client = AccountClient(
            VENDOR,
            host,
            auth,
            source_id=source_id,
            conn_id=connection.conn_id,
            retry=retry,
            limiter=account_limiter(host, auth, connection, source_id, burst),
            requests_at_a_time=rules.requests_at_a_time,
            watch=TokenBudget(rules.daily_call_budget, source_id).watch,
        )
        self._api = PipedriveApi(self._client, source_id)

    def selection(self, object: str) -> Selection:
        """The fields that are kept of a record: the object's own, and those that are tracked."""
        spec = OBJECTS[object]
        if not spec.kept:
            return {}
        return {"properties": sorted({*spec.kept, *self._tracked.get(object, ())})}

    def check(
        self,
        objects: Sequence[str],
        named_in: Mapping[str, Path] | None = None,
        known_before: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Compare tracked properties with the account's fields."""
        check_named_properties(
            self.properties,
            FIELD_OBJECTS,
            self._tracked,
            objects,
            named_in or {},
            known_before or {},
            vendor="Pipedrive",
            source_id=self._source_id,
        )

    def can_read_changes(self, object: str) -> bool:
        return OBJECTS[object].knows_changes

    def full_read_is_due(
        self,
        object: str,  # noqa: ARG002 - the same for all
        last_full_at: datetime,  # noqa: ARG002 - the same for all
        now: datetime,  # noqa: ARG002 - the same for all
    ) -> str:
        """Never: a change is told of every field."""
        return ""

    def can_sweep(self, object: str) -> bool:
        """Records only: all else is read in full each time."""
        return OBJECTS[object].reader == "records"

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None = None) -> Iterator[Batch]:
        """Read an object from its beginning, or go on from a batch's cursor."""
        spec = OBJECTS[request.object]
        if cursor is not None and not is_sound(spec, request.mode, cursor):
            raise cursor_refused(Place(VENDOR.name, self._source_id, spec.name, "a list"))
        if request.mode == "sweep":
            return read_ids(self._api, spec, cursor)
        if request.mode == "repair":
            return read_by_id(self._api, spec, request, cursor, self._requests_at_a_time)
        if spec.reader == "changelog":
            return read_changelogs(self._api, spec, request, cursor, self._requests_at_a_time)
        if spec.reader == "fields":
            return read_fields(self._api, spec, cursor)
        return read_records(self._api, spec, request, cursor)

    def confirm_gone(self, object: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that Pipedrive has cleared away.

        It says nowhere which record took in one that was merged: that one lies in the bin like any
        other that was deleted.
        """
        spec = OBJECTS[object]
        return {id_ for id_ in ids if self._api.record(spec, id_) is None}

    def properties(self, object: str) -> Sequence[PropertyDefinition]:
        """The fields that an object has now."""
        if object not in FIELD_OBJECTS:
            return ()
        fields = self._api.fields(OBJECTS["properties"], OBJECTS[object])
        return [property_definition(one) for one in fields]

    def sample(self, object: str, limit: int) -> list[dict[str, Any]]:
        """Some records of the first list, or one changelog: each of these costs a call."""
        spec = OBJECTS[object]
        if spec.reader == "fields":
            return self._api.fields(spec, OBJECTS["deals"])[:limit]
        pages = self._api.pages(spec, spec.lists[0], {}, page_size=min(limit, PAGE_SIZE))
        found: list[dict[str, Any]] = []
        for page in pages:
            found += page.records
            if len(found) >= limit:
                break
        if spec.reader == "changelog":
            return [
                {"id": one["id"], "changes": self._api.changelog(spec, str(one["id"]))}
                for one in found[:1]
            ]
        kept = kept_fields(spec, self.selection(object)["properties"]) if spec.kept else None
        return (kept(found) if kept else found)[:limit]

    def account(self) -> AccountFacts:
        return read_account(self._api)

    def count(
        self,
        object: str,  # noqa: ARG002 - the same for all
        created_before: datetime | None = None,  # noqa: ARG002 - the same for all
    ) -> int | None:
        """Pipedrive tells no count of a list."""
        return None

    def clock_behind(self) -> timedelta:
        """By how much the CRM's clock was behind this one at its last answer."""
        return self._client.clock_behind

    def interrupt(self) -> None:
        self._client.interrupt()

    def close(self) -> None:
        self._client.close()


CONNECTOR: Callable[..., Connector] = PipedriveConnector
