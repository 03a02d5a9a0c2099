"""What the playbook has to know of Example CRM."""

from __future__ import annotations

from handoff.crm.traits import CrmTraits

TRAITS = CrmTraits(
    objects=("contacts", "leads"),
    deal_object="deals",
    deal_stage_property="stage",
    owner_properties=(("contacts", "owner_id"), ("leads", "owner_id")),
    record_url_template="https://app.example_crm.example/{portal_id}/{object_type_id}/{record_id}",
    human_change_sources=("user",),
    needed_objects=("contacts", "owners"),
    passed_objects=(),
)
