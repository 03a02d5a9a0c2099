"""What the playbook has to know of HubSpot."""

from __future__ import annotations

from handoff.crm.traits import CrmTraits

TRAITS = CrmTraits(
    objects=("contacts", "leads", "deals"),
    deal_object="deals",
    deal_stage_property="dealstage",
    owner_properties=(
        ("contacts", "hubspot_owner_id"),
        ("leads", "hubspot_owner_id"),
        ("deals", "hubspot_owner_id"),
    ),
    record_url_template=(
        "https://app.hubspot.com/contacts/{portal_id}/record/{object_type_id}/{record_id}"
    ),
    # Source types of HubSpot's property history behind which a person sits.
    human_change_sources=(
        "CRM_UI",
        "CRM_UI_BULK_ACTION",
        "MOBILE_IOS",
        "MOBILE_ANDROID",
        "SALES",
        "EXTENSION",
        "SIDEKICK",
        "GMAIL_INTEGRATION",
    ),
    needed_objects=(
        "properties",
        "pipelines",
        "owners",
        "companies",
        "contacts",
        "deals",
        "calls",
        "emails",
        "meetings",
        "tasks",
        "notes",
    ),
    linked_crms=("salesforce",),
    passed_objects=("companies",),
)
