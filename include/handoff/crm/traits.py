"""What the playbook has to know of a CRM. Each connector folder has its own in ``traits.py``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CrmTraits:
    """What the playbook has to know of a CRM.

    objects: those whose properties a playbook may name. deal_stage_property: the stage of a deal.
    owner_properties: object and property that hold a record's owner.
    record_url_template: the page of a record, with {portal_id}, {object_type_id}, {record_id}.
    needed_objects: those without which a report would be wrong; an account may lack the others.
    passed_objects: more objects, whose properties a playbook may pass through.
    closed_deal_values: values of the deal's stage that are no stages of its pipeline.
    linked_crms: CRMs whose record ids its own records hold, once an integration keeps them.
    """

    objects: tuple[str, ...]
    deal_object: str
    deal_stage_property: str
    owner_properties: tuple[tuple[str, str], ...]
    record_url_template: str
    human_change_sources: tuple[str, ...]
    needed_objects: tuple[str, ...]
    linked_crms: tuple[str, ...] = ()
    passed_objects: tuple[str, ...] = ()
    closed_deal_values: tuple[str, ...] = ()
