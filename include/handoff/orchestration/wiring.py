"""What the DAG files share: assets, the pool, retries. Cheap, since Airflow parses it often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset

WAREHOUSE_POOL = "handoff_warehouse"
TAG = "handoff"
PUBLISHED = Asset(name="handoff_published", uri="handoff://published/files")

# A CRM that is down or throttles comes back by itself: four more tries over about an hour.
PATIENT: dict[str, Any] = {
    "retries": 4,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=6),
}
# A task of the build fails for reasons that a retry does not mend, save that another run (from the
# command line) may hold the warehouse.
BRIEF: dict[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=2),
}
COMMON: dict[str, Any] = {"catchup": False, "max_active_runs": 1, "tags": [TAG]}


def landing_asset(source_id: str) -> Asset:
    """The asset that a source's ingest produces and the build waits for."""
    return Asset(name=f"handoff_landing_{source_id}", uri=f"handoff://landing/{source_id}")
