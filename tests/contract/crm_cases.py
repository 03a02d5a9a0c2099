"""The CRMs that the connectors' contract is played for, each by a case of its own."""

from __future__ import annotations

from typing import Any

from hubspot_case import HubSpotCase
from pipedrive_case import PipedriveCase
from salesforce_case import SalesforceCase

CASES: dict[str, Any] = {
    "hubspot": HubSpotCase,
    "salesforce": SalesforceCase,
    "pipedrive": PipedriveCase,
}
