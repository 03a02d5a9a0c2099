"""Which CRMs there are. Adding one = its folder, its dbt staging folder, and a word here."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from handoff.crm.hubspot.connector import HubSpotConnector
from handoff.crm.protocol import Connector, TrackedProperties
from handoff.errors import SettingsError
from handoff.settings import CrmConnection

CONNECTORS = {"hubspot": HubSpotConnector}


def connect(
    crm: str, connection: CrmConnection, source_id: str, tracked: TrackedProperties | None = None
) -> Connector:
    """The connector of a source. Raises SettingsError for a CRM that there is no connector for."""
    if crm not in CONNECTORS:
        raise SettingsError(
            f"There is no connector for the CRM {crm!r}",
            source=source_id,
            fix=f"set crm in sources.yml to one of: {', '.join(CONNECTORS)}",
        )
    return CONNECTORS[crm](connection, source_id, tracked)


def raw_tables(crm: str) -> ModuleType:
    """The typed columns of a CRM's landing files: ``STREAMS``, ``ASSOCIATION`` and its table."""
    return import_module(f"handoff.crm.{crm}.raw_tables")
