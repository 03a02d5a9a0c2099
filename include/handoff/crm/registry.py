"""Which CRMs there are. Adding one = its folder, its dbt staging folder, and a word here.

A connector folder has, by convention, ``connector.py`` with ``CONNECTOR``, ``raw_tables.py``,
``traits.py`` with ``TRAITS`` and ``erasure.py`` with ``RULES``. They are imported when they are
asked for, so that a playbook is read without the connectors' libraries.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import cast

from handoff.crm.erasure_rules import ErasureRules
from handoff.crm.protocol import Connector, TrackedProperties
from handoff.crm.source_rules import SourceRules
from handoff.crm.traits import CrmTraits
from handoff.errors import SettingsError
from handoff.settings import CrmConnection

CRMS = ("hubspot", "salesforce", "pipedrive")


def connect(
    crm: str,
    connection: CrmConnection,
    source_id: str,
    tracked: TrackedProperties | None = None,
    rules: SourceRules | None = None,
) -> Connector:
    """The connector of a source. Raises SettingsError for a CRM that there is no connector for."""
    if crm not in CRMS:
        raise SettingsError(
            f"There is no connector for the CRM {crm!r}",
            source=source_id,
            fix=f"set crm in sources.yml to one of: {', '.join(CRMS)}",
        )
    connector = import_module(f"handoff.crm.{crm}.connector").CONNECTOR
    return cast(Connector, connector(connection, source_id, tracked, rules=rules))


def raw_tables(crm: str) -> ModuleType:
    """The typed columns of a CRM's landing files.

    ``STREAMS``: columns by stream. ``ASSOCIATION`` and ``ASSOCIATIONS_TABLE``: those of links
    between two objects, where the CRM tells links apart from records.
    """
    return import_module(f"handoff.crm.{crm}.raw_tables")


def crm_traits(crm: str) -> CrmTraits:
    """What the playbook has to know of a CRM."""
    return cast(CrmTraits, import_module(f"handoff.crm.{crm}.traits").TRAITS)


def erasure_rules(crm: str) -> ErasureRules:
    """Where a CRM's landing files hold something of a person."""
    return cast(ErasureRules, import_module(f"handoff.crm.{crm}.erasure").RULES)
