"""Airflow's metadata database: made when absent, migrated when old, with the pool in it."""

from __future__ import annotations

from handoff.orchestration.airflow_env import airflow_home
from handoff.orchestration.wiring import WAREHOUSE_POOL
from handoff.settings import Settings


def ensure_metadata(settings: Settings) -> bool:
    """Bring the metadata database to this Airflow's version and create the pool.

    Returns whether it had to be made or migrated.
    """
    from airflow.models.pool import Pool
    from airflow.utils import db

    migrated = not _is_current(settings)
    if migrated:
        db.upgradedb()
    Pool.create_or_update_pool(
        WAREHOUSE_POOL,
        slots=1,
        description="Tasks that open the warehouse: DuckDB has one writer.",
        include_deferred=True,
    )
    return migrated


def _is_current(settings: Settings) -> bool:
    from airflow.utils import db

    if not (airflow_home(settings) / "airflow.db").exists():
        return False
    try:
        db.check_migrations(timeout=1)  # type: ignore[no-untyped-call]
    except TimeoutError:
        return False
    return True
