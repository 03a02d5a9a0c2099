"""The HubSpot connector: which reader an object has, and the check before anything is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from handoff.crm.hubspot.account import (
    list_properties,
    read_owners,
    read_pipelines,
    read_properties,
)
from handoff.crm.hubspot.account_facts import read_account
from handoff.crm.hubspot.api import HubSpotApi
from handoff.crm.hubspot.client import HubSpotClient, RetryPolicy
from handoff.crm.hubspot.cursors import is_sound
from handoff.crm.hubspot.marketing import read_campaigns, read_form_submissions, read_forms
from handoff.crm.hubspot.objects import OBJECTS, PROPERTY_TYPES
from handoff.crm.hubspot.paths import DEFAULT_VERSION, check_version
from handoff.crm.hubspot.records import read_by_id, read_records
from handoff.crm.hubspot.sweep import gone_ids, read_ids
from handoff.crm.named_properties import check_named_properties
from handoff.crm.protocol import (
    AccountFacts,
    Batch,
    PropertyDefinition,
    ReadRequest,
    Selection,
    TrackedProperties,
)
from handoff.crm.source_rules import SourceRules
from handoff.settings import CrmConnection


class HubSpotConnector:
    """One HubSpot account. tracked: properties that the playbook names, by object."""

    crm = "hubspot"
    objects = tuple(OBJECTS)
    # The recycle bin: what is in it can be restored for 90 days.
    keeps_archived_days: int | None = 90
    unlisted_when_archived: frozenset[str] = frozenset()

    def __init__(
        self,
        connection: CrmConnection,
        source_id: str,
        tracked: TrackedProperties | None = None,
        retry: RetryPolicy | None = None,
        rules: SourceRules | None = None,
    ) -> None:
        self.api_version = check_version(str(connection.extra.get("api_version", DEFAULT_VERSION)))
        self._source_id = source_id
        self._extra = connection.extra
        self._tracked = {name: tuple(names) for name, names in (tracked or {}).items()}
        rules = rules or SourceRules()
        self._client = HubSpotClient(
            connection,
            source_id,
            retry,
            rules.requests_at_a_time,
            self.api_version,
            rules.daily_call_budget,
        )
        self._api = HubSpotApi(self._client, self.api_version, source_id)

    def selection(self, object: str) -> Selection:
        """Properties and histories asked for: the object's own, and those that are tracked."""
        spec, tracked = OBJECTS[object], self._tracked.get(object, ())
        selection: Selection = {}
        if spec.properties:
            selection["properties"] = _sorted_union(spec.properties, tracked)
        if spec.tracks_history:
            selection["history"] = _sorted_union(spec.history, tracked)
        if spec.associations:
            selection["associations"] = sorted(spec.associations)
        return selection

    def check(
        self,
        objects: Sequence[str],
        named_in: Mapping[str, Path] | None = None,
        known_before: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Compare tracked properties with the account's, since reads ignore unknown names.

        Raises AccountError that names the property, what was probably meant, and the file to edit.
        """
        check_named_properties(
            self.properties,
            PROPERTY_TYPES,
            self._tracked,
            objects,
            named_in or {},
            known_before or {},
            vendor="HubSpot",
            source_id=self._source_id,
        )

    def can_read_changes(self, object: str) -> bool:
        """Records by search, submissions because they come newest first; the rest is small."""
        return OBJECTS[object].reader in {"records", "form_submissions"}

    def full_read_is_due(
        self,
        object: str,  # noqa: ARG002 - the same for all
        last_full_at: datetime,  # noqa: ARG002 - the same for all
        now: datetime,  # noqa: ARG002 - the same for all
    ) -> str:
        """Never: a property that HubSpot works out moves its record's modified instant."""
        return ""

    def can_sweep(self, object: str) -> bool:
        """Records only: all else is read in full each time."""
        return OBJECTS[object].reader == "records"

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None = None) -> Iterator[Batch]:
        """Read an object from its beginning, or go on from a batch's cursor."""
        spec, api = OBJECTS[request.object], self._api
        if cursor is not None and not is_sound(spec.reader, request.mode, cursor):
            raise api.cursor_refused(api.target(spec))
        if request.mode == "sweep":
            return read_ids(api, spec, cursor)
        if request.mode == "repair":
            return read_by_id(api, spec, request, cursor)
        match spec.reader:
            case "records":
                return read_records(api, spec, request, cursor)
            case "owners":
                return read_owners(api, spec, cursor)
            case "pipelines":
                return read_pipelines(api, spec, cursor)
            case "properties":
                return read_properties(api, spec, cursor)
            case "campaigns":
                return read_campaigns(api, spec, request, cursor)
            case "forms":
                return read_forms(api, spec, cursor)
            case "form_submissions":
                return read_form_submissions(api, spec, request, cursor)

    def confirm_gone(self, object: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that no record has, live or archived, and that none has taken in."""
        return gone_ids(self._api, OBJECTS[object], ids)

    def properties(self, object: str) -> Sequence[PropertyDefinition]:
        """The properties that an object has now, sensitive ones left out as HubSpot does."""
        if object not in PROPERTY_TYPES:
            return ()
        return [_definition(one) for one in list_properties(self._api, object)]

    def account(self) -> AccountFacts:
        """What the account says of itself."""
        return read_account(self._client, self.api_version, self._extra)

    def count(self, object: str, created_before: datetime | None = None) -> int | None:
        """Live records by a search's total; None for what has no search."""
        spec = OBJECTS[object]
        if spec.reader != "records":
            return None
        groups = []
        if created_before is not None:
            milliseconds = str(int(created_before.timestamp() * 1000))
            created = {"propertyName": spec.created_property, "operator": "LT"}
            groups = [{"filters": [{**created, "value": milliseconds}]}]
        _, total, _ = self._api.search(spec, {"filterGroups": groups, "limit": 1})
        return total

    def clock_behind(self) -> timedelta:
        """By how much the CRM's clock was behind this one at its last answer."""
        return self._client.clock_behind

    def interrupt(self) -> None:
        self._client.interrupt()

    def close(self) -> None:
        self._client.close()


CONNECTOR = HubSpotConnector


def _definition(record: Mapping[str, Any]) -> PropertyDefinition:
    return PropertyDefinition(
        name=str(record["name"]),
        label=str(record.get("label") or record["name"]),
        type=str(record.get("type") or ""),
        options=tuple(str(one.get("value")) for one in record.get("options") or ()),
        is_custom=not record.get("hubspotDefined", False),
        is_calculated=bool(record.get("calculated", False)),
    )


def _sorted_union(*names: Sequence[str]) -> list[str]:
    return sorted({name for group in names for name in group})
