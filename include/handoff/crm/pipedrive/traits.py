"""What the playbook has to know of Pipedrive."""

from __future__ import annotations

from handoff.crm.traits import CrmTraits

TRAITS = CrmTraits(
    objects=("contacts", "leads", "deals"),
    deal_object="deals",
    # The id of a stage while the deal is open, else `won` or `lost`: Pipedrive keeps both apart,
    # and leaves a closed deal in the stage that it was in.
    deal_stage_property="stage_id",
    closed_deal_values=("won", "lost"),
    owner_properties=(("contacts", "owner_id"), ("leads", "owner_id"), ("deals", "owner_id")),
    record_url_template="https://{portal_id}.pipedrive.com/{object_type_id}/{record_id}",
    # `change_source` of a changelog; automations and imports are the others.
    human_change_sources=("app", "web", "mobile"),
    needed_objects=("contacts", "deals", "deal_history", "owners", "pipelines", "stages"),
    passed_objects=("companies",),
)
