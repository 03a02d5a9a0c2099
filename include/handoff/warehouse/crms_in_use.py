"""The CRMs of the playbook's sources, as the warehouse has loaded them."""

from __future__ import annotations

from handoff.crm.registry import CRMS
from handoff.settings import Settings
from handoff.warehouse.database import open_warehouse


def crms_in_use(settings: Settings) -> tuple[str, ...]:
    """Which CRMs a build is for: those of the sources, or all where no source is known yet."""
    if not settings.warehouse_path.exists():
        return CRMS
    with open_warehouse(settings, read_only=True) as connection:
        has_sources = connection.execute(
            "select 1 from information_schema.tables"
            " where table_schema = 'playbook' and table_name = 'sources'"
        ).fetchone()
        if not has_sources:
            return CRMS
        named = {
            crm for (crm,) in connection.execute("select crm from playbook.sources").fetchall()
        }
    return tuple(crm for crm in CRMS if crm in named) or CRMS
