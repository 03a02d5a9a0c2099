"""What the tests ask of the small HubSpot portal, and how patiently."""

from __future__ import annotations

from handoff.crm.hubspot.client import RetryPolicy

TRACKED = {
    "contacts": ["jobtitle", "lifecyclestage", "hubspot_owner_id"],
    "deals": ["closed_lost_reason", "dealstage"],
}
PATIENCE = RetryPolicy(20.0, 0.02, 0.01, 0.01, 0.2, 1.0)
