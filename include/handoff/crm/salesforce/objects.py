"""What is read of Salesforce: objects by the names that all CRMs share, and their fields.

Names of leads and contacts, phone numbers and texts of mails are left out: no number needs them.
A field that an account lacks, or that its user may not see, is left out of the queries.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SalesforceObject:
    """One object. sobject: Salesforce's name of it. is_optional: an account may lack it.

    modified_field: the instant by which changes are found.
    """

    name: str
    sobject: str
    fields: tuple[str, ...]
    is_optional: bool = False
    modified_field: str = "SystemModstamp"

    @property
    def is_history(self) -> bool:
        """Whether its rows are written once and never changed."""
        return self.modified_field == "CreatedDate"

    @property
    def permission(self) -> str:
        """What the user of the token needs, in the words of Salesforce's set-up."""
        return f"View All Records of {self.sobject}"


# The definitions of fields, read from the description of each object.
PROPERTIES = "properties"

_RECORD = (
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
    "IsDeleted",
)
_ACTIVITY = (
    *_RECORD,
    "WhoId",
    "WhatId",
    "OwnerId",
    "Subject",
    "ActivityDate",
    "IsArchived",
    "Type",
)
# Rows of a history are written once, so they have the instant of their creation alone. That one
# went to the recycle bin with its record no instant tells: the record itself says so.
_HISTORY = ("CreatedDate", "CreatedById")


def _history(name: str, sobject: str, *fields: str, is_optional: bool = False) -> SalesforceObject:
    return SalesforceObject(name, sobject, (*_HISTORY, *fields), is_optional, "CreatedDate")


OBJECTS: dict[str, SalesforceObject] = {
    one.name: one
    for one in (
        SalesforceObject(
            "owners",
            "User",
            (
                *_RECORD,
                "Name",
                "Email",
                "IsActive",
                "UserType",
                "UserRoleId",
                "UserRole.Name",
                "Department",
                "TimeZoneSidKey",
            ),
        ),
        SalesforceObject(
            "campaigns",
            "Campaign",
            (
                *_RECORD,
                "Name",
                "Type",
                "Status",
                "StartDate",
                "EndDate",
                "IsActive",
                "ActualCost",
                "BudgetedCost",
                "CurrencyIsoCode",
                "ParentId",
                "OwnerId",
            ),
            is_optional=True,
        ),
        SalesforceObject(
            "companies",
            "Account",
            (
                *_RECORD,
                "Name",
                "Website",
                "Industry",
                "NumberOfEmployees",
                "AnnualRevenue",
                "BillingCountry",
                "BillingState",
                "OwnerId",
                "MasterRecordId",
            ),
        ),
        SalesforceObject(
            "leads",
            "Lead",
            (
                *_RECORD,
                "Email",
                "Company",
                "Title",
                "Status",
                "Rating",
                "LeadSource",
                "OwnerId",
                "Country",
                "State",
                "Industry",
                "NumberOfEmployees",
                "IsConverted",
                "ConvertedDate",
                "ConvertedContactId",
                "ConvertedAccountId",
                "ConvertedOpportunityId",
                "MasterRecordId",
            ),
        ),
        _history("lead_history", "LeadHistory", "LeadId", "Field", "OldValue", "NewValue"),
        SalesforceObject(
            "contacts",
            "Contact",
            (
                *_RECORD,
                "Email",
                "Title",
                "AccountId",
                "OwnerId",
                "MailingCountry",
                "MailingState",
                "LeadSource",
                "MasterRecordId",
            ),
        ),
        SalesforceObject(
            "deals",
            "Opportunity",
            (
                *_RECORD,
                "Name",
                "AccountId",
                "ContactId",
                "StageName",
                "Amount",
                "CurrencyIsoCode",
                "CloseDate",
                "IsClosed",
                "IsWon",
                "Type",
                "RecordTypeId",
                "OwnerId",
                "CampaignId",
                "LeadSource",
            ),
        ),
        _history(
            "deal_history",
            "OpportunityHistory",
            "OpportunityId",
            "StageName",
            "Amount",
            "CloseDate",
        ),
        _history(
            "deal_field_history",
            "OpportunityFieldHistory",
            "OpportunityId",
            "Field",
            "OldValue",
            "NewValue",
            is_optional=True,
        ),
        SalesforceObject(
            "deal_contact_roles",
            "OpportunityContactRole",
            (*_RECORD, "OpportunityId", "ContactId", "Role", "IsPrimary"),
        ),
        SalesforceObject(
            "campaign_members",
            "CampaignMember",
            (
                *_RECORD,
                "CampaignId",
                "LeadId",
                "ContactId",
                "Status",
                "HasResponded",
                "FirstRespondedDate",
            ),
            is_optional=True,
        ),
        SalesforceObject(
            "campaign_influences",
            "CampaignInfluence",
            (
                *_RECORD,
                "CampaignId",
                "OpportunityId",
                "ContactId",
                "CampaignMemberId",
                "ModelId",
                "Influence",
                "RevenueShare",
            ),
            is_optional=True,
        ),
        SalesforceObject(
            "tasks",
            "Task",
            (
                *_ACTIVITY,
                "Status",
                "Priority",
                "CompletedDateTime",
                "TaskSubtype",
                "CallType",
                "CallDurationInSeconds",
                "IsClosed",
            ),
        ),
        SalesforceObject(
            "meetings",
            "Event",
            (*_ACTIVITY, "StartDateTime", "EndDateTime", "IsAllDayEvent", "EventSubtype"),
        ),
    )
}
