"""What is read of HubSpot: objects, their properties, histories, links and cursors.

Names, phone numbers and mail bodies are left out: no number needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reader = Literal[
    "records", "owners", "pipelines", "properties", "campaigns", "forms", "form_submissions"
]

PAGE_SIZE = 100
# HubSpot halves pages and batches when property histories are asked for.
PAGE_SIZE_WITH_HISTORY = 50
SUBMISSIONS_PAGE_SIZE = 50
SEARCH_PAGE_SIZE = 200
ASSOCIATIONS_BATCH_SIZE = 1000
LONGEST_URL = 15_000


@dataclass(frozen=True)
class HubSpotObject:
    """One object. scope: what the token needs. is_optional: an account may lack it."""

    name: str
    reader: Reader
    scope: str
    is_optional: bool = False
    properties: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    tracks_history: bool = False
    associations: tuple[str, ...] = ()
    cursor_property: str = "hs_lastmodifieddate"
    created_property: str = "hs_createdate"


_RECORD = ("hs_object_id", "hs_lastmodifieddate", "hs_object_source", "hs_object_source_label")
_ACTIVITY = (
    *_RECORD,
    "hs_createdate",
    "hs_timestamp",
    "hs_activity_type",
    "hs_object_source_id",
    "hs_created_by_user_id",
    "hubspot_owner_id",
)
_SOURCES = ("hs_analytics_source", "hs_analytics_source_data_1", "hs_analytics_source_data_2")


def _activity(
    name: str, *properties: str, scope: str = "crm.objects.contacts.read"
) -> HubSpotObject:
    return HubSpotObject(
        name,
        "records",
        scope,
        properties=(*_ACTIVITY, *properties),
        associations=("contacts", "deals"),
    )


OBJECTS: dict[str, HubSpotObject] = {
    one.name: one
    for one in (
        HubSpotObject("properties", "properties", "crm.schemas.contacts.read"),
        HubSpotObject("pipelines", "pipelines", "crm.objects.deals.read"),
        HubSpotObject("owners", "owners", "crm.objects.owners.read"),
        HubSpotObject(
            "campaigns",
            "campaigns",
            "marketing.campaigns.read",
            is_optional=True,
            properties=(
                "hs_name",
                "hs_utm",
                "hs_campaign_status",
                "hs_start_date",
                "hs_end_date",
                "hs_owner",
                "hs_budget_items_sum_amount",
                "hs_spend_items_sum_amount",
                "hs_currency_code",
            ),
        ),
        HubSpotObject("forms", "forms", "forms", is_optional=True),
        HubSpotObject("form_submissions", "form_submissions", "forms", is_optional=True),
        HubSpotObject(
            "companies",
            "records",
            "crm.objects.companies.read",
            created_property="createdate",
            properties=(
                *_RECORD,
                "createdate",
                "name",
                "domain",
                "industry",
                "country",
                "state",
                "numberofemployees",
                "annualrevenue",
                "lifecyclestage",
                "hubspot_owner_id",
                "hs_merged_object_ids",
                "salesforceaccountid",
            ),
        ),
        HubSpotObject(
            "contacts",
            "records",
            "crm.objects.contacts.read",
            properties=(
                *_RECORD,
                "createdate",
                "lastmodifieddate",
                "email",
                "hs_additional_emails",
                "lifecyclestage",
                "hs_lead_status",
                "hubspot_owner_id",
                "hubspot_owner_assigneddate",
                "associatedcompanyid",
                "company",
                "jobtitle",
                "country",
                "state",
                "industry",
                "numberofemployees",
                *_SOURCES,
                "hs_latest_source",
                "hs_latest_source_data_1",
                "hs_latest_source_data_2",
                "hs_latest_source_timestamp",
                "hs_analytics_first_touch_converting_campaign",
                "hs_analytics_last_touch_converting_campaign",
                "hs_merged_object_ids",
                "hs_calculated_merged_vids",
                "hs_sequences_is_enrolled",
                "salesforceleadid",
                "salesforcecontactid",
            ),
            history=("lifecyclestage", "hs_lead_status", "hubspot_owner_id"),
            tracks_history=True,
            associations=("companies",),
            cursor_property="lastmodifieddate",
            created_property="createdate",
        ),
        HubSpotObject(
            "deals",
            "records",
            "crm.objects.deals.read",
            created_property="createdate",
            properties=(
                *_RECORD,
                "createdate",
                "closedate",
                "dealstage",
                "pipeline",
                "amount",
                "amount_in_home_currency",
                "deal_currency_code",
                "hubspot_owner_id",
                "closed_lost_reason",
                "closed_won_reason",
                "hs_is_closed",
                "hs_is_closed_won",
                *_SOURCES,
                "hs_merged_object_ids",
                "hs_salesforceopportunityid",
            ),
            history=("dealstage", "hubspot_owner_id"),
            tracks_history=True,
            associations=("contacts", "companies"),
        ),
        # Sales Hub Professional and above alone have leads; others are refused with a 403. The name
        # of a lead is left out, as every name is.
        HubSpotObject(
            "leads",
            "records",
            "crm.objects.leads.read",
            is_optional=True,
            properties=(
                *_RECORD,
                "hs_createdate",
                "hs_lead_label",
                "hs_lead_type",
                "hs_pipeline",
                "hs_pipeline_stage",
                "hubspot_owner_id",
            ),
            history=("hs_pipeline_stage", "hubspot_owner_id"),
            tracks_history=True,
            associations=("contacts", "companies"),
        ),
        _activity(
            "calls",
            "hs_call_direction",
            "hs_call_disposition",
            "hs_call_duration",
            "hs_call_status",
            "hs_call_title",
            "hs_call_body",
            "hs_call_source",
        ),
        _activity(
            "emails",
            "hs_email_direction",
            "hs_email_status",
            "hs_email_subject",
            "hs_email_thread_id",
            "hs_email_sent_via",
            "hs_sequence_id",
            scope="sales-email-read",
        ),
        _activity(
            "meetings",
            "hs_meeting_title",
            "hs_meeting_start_time",
            "hs_meeting_end_time",
            "hs_meeting_outcome",
            "hs_meeting_source",
        ),
        _activity(
            "tasks",
            "hs_task_subject",
            "hs_task_status",
            "hs_task_type",
            "hs_task_priority",
            "hs_task_completion_date",
            "hs_task_completion_count",
            "hs_task_is_completed",
        ),
        _activity("notes", "hs_note_body"),
    )
}

# The object types whose properties are listed: those whose properties are read.
PROPERTY_TYPES = tuple(one.name for one in OBJECTS.values() if one.reader == "records")
PIPELINE_TYPES = ("deals", "leads")
