"""The Salesforce connector: which reader an object has, and the check before anything is read."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from handoff.crm.http.client import AccountClient
from handoff.crm.http.limits import account_limiter
from handoff.crm.http.retry import RetryPolicy
from handoff.crm.named_properties import check_named_properties
from handoff.crm.protocol import (
    AccountFacts,
    Batch,
    PropertyDefinition,
    ReadRequest,
    Selection,
    TrackedProperties,
)
from handoff.crm.salesforce import soql
from handoff.crm.salesforce.account import account_facts, check_account, read_properties
from handoff.crm.salesforce.account_watch import AccountWatch
from handoff.crm.salesforce.answers import SALESFORCE
from handoff.crm.salesforce.api import SalesforceApi
from handoff.crm.salesforce.auth import account_auth
from handoff.crm.salesforce.ids import is_id, long_id
from handoff.crm.salesforce.objects import OBJECTS, PROPERTIES
from handoff.crm.salesforce.paths import DEFAULT_VERSION, check_version
from handoff.crm.salesforce.reading import reading_of_records
from handoff.crm.salesforce.records import known_ids, read_by_id, read_records
from handoff.crm.source_rules import SourceRules
from handoff.errors import NotEntitledError, SettingsError
from handoff.settings import CrmConnection

_log = logging.getLogger(__name__)


class SalesforceConnector:
    """One Salesforce account. tracked: properties that the playbook names, by object."""

    crm = "salesforce"
    objects = (PROPERTIES, *OBJECTS)
    # The recycle bin; a record that goes from there sooner was deleted for good by someone.
    keeps_archived_days: int | None = 15
    unlisted_when_archived: frozenset[str] = frozenset()

    def __init__(
        self,
        connection: CrmConnection,
        source_id: str,
        tracked: TrackedProperties | None = None,
        retry: RetryPolicy | None = None,
        rules: SourceRules | None = None,
    ) -> None:
        self._rules = rules or SourceRules()
        self.api_version = check_version(str(connection.extra.get("api_version", DEFAULT_VERSION)))
        self._source_id = source_id
        self._tracked = {name: tuple(names) for name, names in (tracked or {}).items()}
        self._told: set[str] = set()
        host = connection.host
        if host is None:
            raise SettingsError(
                f"AIRFLOW_CONN_{connection.conn_id.upper()} has no host",
                source=source_id,
                fix="set host to the account's My Domain address, such as "
                "https://example.my.salesforce.com",
            )
        auth = account_auth(connection, source_id, host, retry)
        watch = AccountWatch(source_id, self._rules.daily_call_budget)
        client = AccountClient(
            SALESFORCE,
            host,
            auth,
            source_id=source_id,
            conn_id=connection.conn_id,
            retry=retry,
            limiter=account_limiter(
                host, auth, connection, source_id, {"requests_per_second": ("calls", None, 1.0)}
            ),
            requests_at_a_time=self._rules.requests_at_a_time,
            watch=watch.see,
        )
        self._api = SalesforceApi(client, self.api_version, source_id, watch)

    def selection(self, object: str) -> Selection:
        """Fields asked for that the account has, and those of them that Salesforce works out.

        The latter change without their records, so that reads of changes miss them.
        """
        if object == PROPERTIES:
            return {}
        spec = OBJECTS[object]
        wanted = dict.fromkeys(("Id", *spec.fields, *self._tracked.get(object, ())))
        try:
            described = self._api.describe(spec)
        except NotEntitledError:
            # Told by the read, which the account refuses in the same way.
            return {"fields": sorted(wanted), "calculated": []}
        known = described.known(wanted)
        lacking = [name for name in wanted if name not in known and name != "IsDeleted"]
        if lacking and object not in self._told:
            self._told.add(object)
            _log.info("%s: the account has no %s, left out", object, ", ".join(lacking))
        return {"fields": sorted(known), "calculated": sorted(described.calculated(known))}

    def check(
        self,
        objects: Sequence[str],
        named_in: Mapping[str, Path] | None = None,
        known_before: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Check token, API version and tracked fields, before anything is read.

        Raises AccountError that names the field, what was probably meant, and the file to edit.
        """
        check_account(self._api)
        check_named_properties(
            self._readable,
            tuple(OBJECTS),
            self._tracked,
            objects,
            named_in or {},
            known_before or {},
            vendor="Salesforce",
            source_id=self._source_id,
        )

    def can_read_changes(self, object: str) -> bool:
        """Descriptions of fields are read in full; all records have an instant of change."""
        return object != PROPERTIES

    def can_sweep(self, object: str) -> bool:
        """Histories are only added to: what Salesforce clears away of them by age is not erased."""
        return object != PROPERTIES and not OBJECTS[object].is_history

    def full_read_is_due(self, object: str, last_full_at: datetime, now: datetime) -> str:
        """Why an object is to be read in full again, or nothing: formulas change by themselves."""
        calculated = self.selection(object).get("calculated", [])
        days = self._rules.reload_formulas_every_days
        if not calculated or now - last_full_at < timedelta(days=days):
            return ""
        return f"read in full, as every {days} days, for what changes by itself: " + ", ".join(
            calculated
        )

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None = None) -> Iterator[Batch]:
        """Read an object from its beginning, or go on from a batch's cursor."""
        if request.object == PROPERTIES:
            return read_properties(self._api, cursor)
        spec = OBJECTS[request.object]
        if request.mode == "repair":
            return read_by_id(self._api, spec, request, cursor)
        return read_records(self._api, spec, request, cursor)

    def confirm_gone(self, object: str, ids: Sequence[str]) -> set[str]:
        """Those of the ids that no record has, in the recycle bin and by a merge neither."""
        asked = {id_: long_id(id_) for id_ in ids if is_id(id_)}
        found = known_ids(self._api, OBJECTS[object], sorted(set(asked.values())))
        return {id_ for id_, known in asked.items() if known not in found}

    def properties(self, object: str) -> Sequence[PropertyDefinition]:
        """The fields that an object has now."""
        if object not in OBJECTS:
            return ()
        try:
            return self._api.describe(OBJECTS[object]).definitions()
        except NotEntitledError:
            return ()

    def sample(self, object: str, limit: int) -> list[dict[str, Any]]:
        """Some records by one query: a bulk job would read all of them for the first few."""
        if object == PROPERTIES:
            return []
        spec = OBJECTS[object]
        reading = reading_of_records(self._api, spec, self.selection(object)["fields"])
        page = self._api.query(reading.query([], f"LIMIT {limit}"), spec)
        return reading.lines(reading.of_json(page.records))

    def account(self) -> AccountFacts:
        """What the account says of itself, for an examination."""
        return account_facts(self._api)

    def count(self, object: str, created_before: datetime | None = None) -> int | None:
        """Live records by Salesforce's own count, archived activities among them.

        Of histories it counts what it has not cleared away yet, so they have no count.
        """
        if object == PROPERTIES or OBJECTS[object].is_history:
            return None
        spec = OBJECTS[object]
        conditions = ["IsDeleted = false"] if self._api.describe(spec).has("IsDeleted") else []
        if created_before is not None:
            conditions.append(f"CreatedDate < {soql.instant_literal(created_before)}")
        return self._api.count(spec, conditions)

    def clock_behind(self) -> timedelta:
        """By how much the CRM's clock was behind this one at its last answer."""
        return self._api.clock_behind

    def interrupt(self) -> None:
        self._api.interrupt()

    def close(self) -> None:
        self._api.close()

    def _readable(self, object_: str) -> list[PropertyDefinition]:
        """The fields that a query can ask for, those of parents that the playbook names too."""
        try:
            described = self._api.describe(OBJECTS[object_])
        except NotEntitledError:
            return []
        own = [one for one in described.definitions() if described.has(one.name)]
        of_parents = [name for name in self._tracked.get(object_, ()) if "." in name]
        return own + [PropertyDefinition(one, one, "") for one in described.known(of_parents)]


CONNECTOR = SalesforceConnector
