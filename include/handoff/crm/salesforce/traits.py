"""What the playbook has to know of Salesforce."""

from __future__ import annotations

from handoff.crm.traits import CrmTraits

TRAITS = CrmTraits(
    objects=("contacts", "leads", "deals"),
    deal_object="deals",
    deal_stage_property="StageName",
    owner_properties=(("contacts", "OwnerId"), ("leads", "OwnerId"), ("deals", "OwnerId")),
    # {portal_id} is the My Domain name, such as northlight or northlight--uat.sandbox.
    record_url_template=(
        "https://{portal_id}.lightning.force.com/lightning/r/{object_type_id}/{record_id}/view"
    ),
    # Types of users (User.UserType) behind which a person sits.
    human_change_sources=("Standard",),
    # Without campaigns there are fewer touches, and stage histories tell what field histories do.
    needed_objects=(
        "properties",
        "owners",
        "companies",
        "leads",
        "lead_history",
        "contacts",
        "deals",
        "deal_history",
        "deal_contact_roles",
        "tasks",
        "meetings",
    ),
    passed_objects=("companies",),
)
