"""What the Salesforce organization holds besides people, and what its sync adds to HubSpot."""

from __future__ import annotations

from datetime import timedelta

from handoff.sandbox.generator import property_metadata
from handoff.sandbox.generator.salesforce.hubspot_side import ID_PROPERTIES
from handoff.sandbox.generator.salesforce.record_makers import roundtable, user_rows
from handoff.sandbox.generator.salesforce.split_portal import SplitPortal

_ADDED = (
    *(("contacts", name) for name in ID_PROPERTIES),
    ("companies", "salesforceaccountid"),
    ("deals", "hs_salesforceopportunityid"),
)


def write_organization(portal: SplitPortal) -> None:
    """Users, the campaign that people answer in Salesforce, and the integration's properties."""
    started_at = portal.starts_at - timedelta(days=390)
    for row in user_rows(started_at):
        portal.sales_files.write("User", row)
    portal.sales_files.write("Campaign", roundtable(started_at))
    for object_type, name in _ADDED:
        portal.write("properties", property_metadata.property_record(object_type, name))
