"""The sObjects that every organization has, and their fields.

A field is written ``Name:kind``; ``Name:reference>User`` points to an sObject, and
``Name:string@Address`` is a part of the compound field Address.
"""

from __future__ import annotations

from handoff.sandbox.server.salesforce.schema import Field, SObject

_SYSTEM = (
    "Id:id IsDeleted:boolean CreatedDate:datetime CreatedById:reference>User "
    "LastModifiedDate:datetime LastModifiedById:reference>User SystemModstamp:datetime "
)
_HISTORY = (
    "Id:id IsDeleted:boolean CreatedDate:datetime CreatedById:reference>User Field:picklist "
    "DataType:picklist OldValue:anyType NewValue:anyType "
)
_PERSON = "LastName:string FirstName:string Salutation:picklist Name:string Email:email "
_ADDRESS = (
    "{0}Street:textarea@{0}Address {0}City:string@{0}Address {0}State:string@{0}Address "
    "{0}PostalCode:string@{0}Address {0}Country:string@{0}Address {0}Address:address "
)
_ACTIVITY = (
    "WhoId:reference>Lead,Contact WhatId:reference>Opportunity,Account,Campaign "
    "OwnerId:reference>User AccountId:reference>Account Subject:string ActivityDate:date "
    "Description:textarea Type:picklist IsArchived:boolean "
)

_TABLE: dict[str, tuple[str, str]] = {
    "Account": (
        "001",
        _SYSTEM
        + "MasterRecordId:reference>Account Name:string Type:picklist Website:url Phone:phone "
        "Industry:picklist NumberOfEmployees:int AnnualRevenue:currency "
        "OwnerId:reference>User ParentId:reference>Account " + _ADDRESS.format("Billing"),
    ),
    "Campaign": (
        "701",
        _SYSTEM + "Name:string Type:picklist Status:picklist StartDate:date EndDate:date "
        "IsActive:boolean ActualCost:currency BudgetedCost:currency ExpectedRevenue:currency "
        "ParentId:reference>Campaign OwnerId:reference>User Description:textarea",
    ),
    "CampaignInfluence": (
        "0iJ",
        _SYSTEM + "CampaignId:reference>Campaign OpportunityId:reference>Opportunity "
        "ContactId:reference>Contact CampaignMemberId:reference>CampaignMember "
        "ModelId:reference>CampaignInfluenceModel Influence:percent RevenueShare:currency",
    ),
    "CampaignMember": (
        "00v",
        _SYSTEM + "CampaignId:reference>Campaign LeadId:reference>Lead "
        "ContactId:reference>Contact Status:picklist HasResponded:boolean FirstRespondedDate:date",
    ),
    "Contact": (
        "003",
        _SYSTEM
        + "MasterRecordId:reference>Contact AccountId:reference>Account "
        + _PERSON
        + "Title:string Phone:phone Department:string LeadSource:picklist OwnerId:reference>User "
        + _ADDRESS.format("Mailing"),
    ),
    "Event": (
        "00U",
        _SYSTEM + _ACTIVITY + "StartDateTime:datetime EndDateTime:datetime DurationInMinutes:int "
        "EventSubtype:picklist IsAllDayEvent:boolean Location:string",
    ),
    "Lead": (
        "00Q",
        _SYSTEM
        + "MasterRecordId:reference>Lead "
        + _PERSON
        + "Company:string Title:string Phone:phone Website:url Status:picklist Rating:picklist "
        "LeadSource:picklist Industry:picklist NumberOfEmployees:int AnnualRevenue:currency "
        "OwnerId:reference>User IsConverted:boolean ConvertedDate:date "
        "ConvertedContactId:reference>Contact ConvertedAccountId:reference>Account "
        "ConvertedOpportunityId:reference>Opportunity Description:textarea " + _ADDRESS.format(""),
    ),
    "LeadHistory": ("017", _HISTORY + "LeadId:reference>Lead"),
    "Opportunity": (
        "006",
        _SYSTEM + "Name:string AccountId:reference>Account ContactId:reference>Contact "
        "RecordTypeId:reference>RecordType StageName:picklist Amount:currency Probability:percent "
        "CloseDate:date IsClosed:boolean IsWon:boolean Type:picklist LeadSource:picklist "
        "OwnerId:reference>User CampaignId:reference>Campaign Description:textarea",
    ),
    "OpportunityContactRole": (
        "00K",
        _SYSTEM + "OpportunityId:reference>Opportunity ContactId:reference>Contact Role:picklist "
        "IsPrimary:boolean",
    ),
    "OpportunityFieldHistory": ("017", _HISTORY + "OpportunityId:reference>Opportunity"),
    "OpportunityHistory": (
        "008",
        "Id:id IsDeleted:boolean CreatedDate:datetime CreatedById:reference>User "
        "SystemModstamp:datetime OpportunityId:reference>Opportunity StageName:picklist "
        "Amount:currency CloseDate:date Probability:percent",
    ),
    "Organization": (
        "00D",
        "Id:id Name:string TimeZoneSidKey:picklist IsSandbox:boolean InstanceName:string "
        "OrganizationType:picklist CreatedDate:datetime SystemModstamp:datetime",
    ),
    "RecordType": (
        "012",
        "Id:id Name:string DeveloperName:string SobjectType:picklist IsActive:boolean "
        "CreatedDate:datetime CreatedById:reference>User LastModifiedDate:datetime "
        "LastModifiedById:reference>User SystemModstamp:datetime",
    ),
    "Task": (
        "00T",
        _SYSTEM + _ACTIVITY + "Status:picklist Priority:picklist CompletedDateTime:datetime "
        "TaskSubtype:picklist CallType:picklist CallDurationInSeconds:int IsClosed:boolean "
        "CallDisposition:string",
    ),
    "User": (
        "005",
        "Id:id Username:string LastName:string FirstName:string Name:string Email:email "
        "IsActive:boolean UserType:picklist UserRoleId:reference>UserRole ProfileId:id "
        "Department:string Title:string TimeZoneSidKey:picklist ManagerId:reference>User "
        "CreatedDate:datetime CreatedById:reference>User LastModifiedDate:datetime "
        "LastModifiedById:reference>User SystemModstamp:datetime",
    ),
    "UserRole": (
        "00E",
        "Id:id Name:string ParentRoleId:reference>UserRole LastModifiedDate:datetime "
        "SystemModstamp:datetime",
    ),
}


def own_objects() -> dict[str, SObject]:
    """The sObjects that every organization has."""
    return {
        name: SObject(name, prefix, {one.name: one for one in map(_field, text.split())})
        for name, (prefix, text) in _TABLE.items()
    }


def _field(text: str) -> Field:
    name, _, rest = text.partition(":")
    rest, _, compound = rest.partition("@")
    kind, _, targets = rest.partition(">")
    return Field(name, kind, tuple(targets.split(",")) if targets else (), compound or None)
