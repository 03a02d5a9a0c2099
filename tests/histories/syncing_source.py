"""The source of a history, and the connector that its syncs read with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from small_account import TRACKED
from small_org import ORG_TRACKED

from handoff.crm.hubspot.client import RetryPolicy
from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.protocol import Batch, ReadRequest
from handoff.crm.salesforce.connector import SalesforceConnector
from handoff.crm.source_rules import SourceRules
from handoff.settings import CrmConnection
from handoff.sync import SyncSource

IMPATIENT = RetryPolicy(
    total_seconds=20.0,
    ten_secondly_wait=0.02,
    secondly_wait=0.01,
    fault_wait=0.01,
    longest_wait=0.2,
    unreachable_seconds=1.0,
)
# The sandbox has no limits, so none are kept.
_UNLIMITED = {
    "hubspot": {"searches_per_second": 100_000, "requests_per_10_seconds": 1_000_000},
    "salesforce": {},
}
_TRACKED = {"hubspot": TRACKED, "salesforce": ORG_TRACKED}
# One request after the other, so that a seed plays the same history again.
_IN_ORDER = SourceRules(requests_at_a_time=1)


def source_of(crm: str, source_id: str) -> SyncSource:
    connection = f"handoff_{source_id}"
    return SyncSource(source_id, crm, connection, _TRACKED[crm], rules=_IN_ORDER)


class Watching:
    """A connector that tells of each batch that it has read."""

    after_batch: Callable[[int], None] | None = None
    _batches = 0

    def read(self, request: ReadRequest, cursor: dict[str, Any] | None = None) -> Iterator[Batch]:
        for batch in super().read(request, cursor):  # type: ignore[misc]
            yield batch
            self._batches += 1
            if self.after_batch is not None:
                self.after_batch(self._batches)


class WatchedHubSpot(Watching, HubSpotConnector):
    """The product's connector to HubSpot."""


class WatchedSalesforce(Watching, SalesforceConnector):
    """The product's connector to Salesforce."""


def connector_to(
    crm: str,
    base_url: str,
    token: str,
    source_id: str,
    after_batch: Callable[[int], None] | None = None,
) -> WatchedHubSpot | WatchedSalesforce:
    connection = CrmConnection(f"handoff_{source_id}", base_url, token, _UNLIMITED[crm])
    make = WatchedHubSpot if crm == "hubspot" else WatchedSalesforce
    connector = make(connection, source_id, _TRACKED[crm], IMPATIENT, _IN_ORDER)
    connector.after_batch = after_batch
    return connector
