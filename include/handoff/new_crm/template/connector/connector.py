"""The Example CRM connector: which reader an object has, and the check before anything is read."""

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
from handoff.crm.paging import cursor_refused
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
from handoff.new_crm.template.connector.answers import VENDOR
from handoff.new_crm.template.connector.api import ExampleCrmApi
from handoff.new_crm.template.connector.objects import FIELD_OBJECTS, OBJECTS
from handoff.new_crm.template.connector.paths import API_VERSION
from handoff.new_crm.template.connector.records import (
    is_sound,
    read_by_id,
    read_fields,
    read_ids,
    read_records,
)
from handoff.settings import CrmConnection

DEFAULT_HOST = "https://api.example_crm.example"


class ExampleCrmConnector:
    """One Example CRM account. tracked: properties that the playbook names, by object."""

    crm = "example_crm"
    api_version = API_VERSION
    objects = tuple(OBJECTS)
    # For how long a deleted record is listed; None where that is not sure.
    keeps_archived_days: int | None = None
    unlisted_when_archived: frozenset[str] = frozenset()

    def __init__(
        self,
        connection: CrmConnection,
        source_id: str,
        tracked: TrackedProperties | None = None,
        retry: RetryPolicy | None = None,
        rules: SourceRules | None = None,
    ) -> None:
        self._source_id = source_id
        self._tracked = {name: tuple(names) for name, names in (tracked or {}).items()}
        host = connection.host or DEFAULT_HOST
        auth = StaticBearer(connection, source_id, made_in="Example CRM's settings")
        # What the vendor allows, by the key of the connection's extra that changes it.
        limits = {"requests_per_10_seconds": ("calls", None, 10.0)}
        self._client = AccountClient(
            VENDOR,
            host,
            auth,
            source_id=source_id,
            conn_id=connection.conn_id,
            retry=retry,
            limiter=account_limiter(host, auth, connection, source_id, limits),
            requests_at_a_time=(rules or SourceRules()).requests_at_a_time,
        )
        self._api = ExampleCrmApi(self._client, source_id)

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
            vendor=VENDOR.name,
            source_id=self._source_id,
        )

    def can_read_changes(self, object: str) -> bool:
        return OBJECTS[object].reader == "records"

    def full_read_is_due(
        self,
        object: str,  # noqa: ARG002 - the same for all
        last_full_at: datetime,  # noqa: ARG002 - the same for all
        now: datetime,  # noqa: ARG002 - the same for all
    ) -> str:
        """Never, where a change of any field is told."""
        return ""

    def can_sweep(self, object: str) -> bool:
        """Records only: all else is read in full each time."""
        return OBJECTS[object].reader == "records"

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None = None) -> Iterator[Batch]:
        """Read an object from its beginning, or go on from a batch's cursor."""
        spec, api = OBJECTS[request.object], self._api
        if cursor is not None and not is_sound(spec, request.mode, cursor):
            raise cursor_refused(api.place(spec))
        if request.mode == "sweep":
            return read_ids(api, spec, cursor)
        if request.mode == "repair":
            return read_by_id(api, spec, request, cursor)
        if spec.reader == "fields":
            return read_fields(api, spec, cursor)
        return read_records(api, spec, request, cursor)

    def confirm_gone(self, object: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that no record has, deleted or not. One that was merged away is one."""
        return {id_ for id_ in ids if self._api.record(OBJECTS[object], id_) is None}

    def properties(self, object: str) -> Sequence[PropertyDefinition]:
        """The fields that an object has now."""
        if object not in FIELD_OBJECTS:
            return ()
        return [
            PropertyDefinition(
                name=str(one["name"]),
                label=str(one.get("label") or one["name"]),
                type=str(one.get("type") or ""),
                options=tuple(map(str, one.get("options") or ())),
                is_custom=bool(one.get("is_custom")),
            )
            for one in self._api.fields(OBJECTS[object])
        ]

    def account(self) -> AccountFacts:
        """What the account says of itself; where it tells no scopes, the doctor tries objects."""
        found = self._api.account()
        return AccountFacts(
            account_id=str(found["id"]), label=found.get("name"), api_version=API_VERSION
        )

    def count(
        self,
        object: str,  # noqa: ARG002 - the same for all
        created_before: datetime | None = None,  # noqa: ARG002 - the same for all
    ) -> int | None:
        """Live records by the CRM's own count; None where it tells none."""
        return None

    def clock_behind(self) -> timedelta:
        """By how much the CRM's clock was behind this one at its last answer."""
        return self._client.clock_behind

    def interrupt(self) -> None:
        self._client.interrupt()

    def close(self) -> None:
        self._client.close()


CONNECTOR: Callable[..., Connector] = ExampleCrmConnector
