"""passed_properties.yml: properties of the CRMs that no rule needs and that readers want to see."""

from __future__ import annotations

from handoff.playbook.topics.words import Label, PropertyName, Slug, Topic


class PassedProperty(Topic):
    """One property of one source, under a name of ours; several sources may share a name."""

    name: Slug
    source: Slug
    property: PropertyName
    label: Label


class PassedPropertiesFile(Topic):
    """passed_properties.yml: what is passed through as it stands in the CRM, without history."""

    passed_properties: tuple[PassedProperty, ...] = ()
