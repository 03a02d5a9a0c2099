"""Salesforce's words for what the company does, and who its users are."""

from __future__ import annotations

from handoff.sandbox.generator.vocabulary import OWNERS, QUEUE, VENDOR_DOMAIN
from handoff.sandbox.server.salesforce.ids import make_id, to_18

LEAD_STATUS = {
    "NEW": "New",
    "OPEN": "Working",
    "IN_PROGRESS": "Working",
    "ATTEMPTED_TO_CONTACT": "Working",
    "CONNECTED": "Working",
    "UNQUALIFIED": "Unqualified",
    "BAD_TIMING": "Nurture",
}
STAGE_NAME = {
    "appointmentscheduled": "Prospecting",
    "qualifiedtobuy": "Qualification",
    "presentationscheduled": "Proposal",
    "decisionmakerboughtin": "Proposal",
    "contractsent": "Negotiation",
    "closedwon": "Closed Won",
    "closedlost": "Closed Lost",
}
REASON = {
    "not_icp": "Not our customer",
    "too_small": "Too small",
    "student": "Student",
    "unclear_need": "Need unclear",
    "no_authority": "No authority",
    "not_now": "Not now",
    "no_budget": "No budget",
    "competitor": "Competitor",
    "no_response": "No response",
    "duplicate": "Duplicate",
    "bad_data": "Bad data",
    "other": "Other",
}
# Fields that marketing fills in HubSpot and the sync carries over, and those that sales fills.
SYNCED_FIELD = {
    "jobtitle": "Title",
    "country": "Country",
    "industry": "Industry",
    "numberofemployees": "NumberOfEmployees",
}
SALES_FIELD = {
    "use_case": "Use_Case__c",
    "current_tools": "Current_Tools__c",
    "decision_owner": "Decision_Owner__c",
    "timeframe": "Timeframe__c",
    "need": "Need__c",
    "authority": "Authority__c",
    "budget_range": "Budget_Range__c",
    "disqualification_reason": "Disqualification_Reason__c",
}

INTEGRATION_USER = make_id("005", 1)
AUTOMATED_USER = make_id("005", 2)
INTEGRATION_ADDRESS = f"integration@{VENDOR_DOMAIN}"
QUEUE_ID = to_18("00G5e000000Queu")
ROUNDTABLE = to_18("7015e00000Rndtb")
_USER_ID = {owner.id: make_id("005", 500 + int(owner.id)) for owner in OWNERS}
_HUBSPOT_ID = {id: hubspot_id for hubspot_id, id in _USER_ID.items()}


def owner_id(hubspot_id: str) -> str:
    """The Salesforce user, or queue, of an owner of HubSpot."""
    return QUEUE_ID if hubspot_id == QUEUE.id else _USER_ID[hubspot_id]


def hubspot_owner_id(id: str) -> str:
    """The owner of HubSpot that a Salesforce user is; one of HubSpot's stays as it is."""
    return _HUBSPOT_ID.get(id, id)
