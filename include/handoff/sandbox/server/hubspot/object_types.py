"""What HubSpot itself knows about each CRM object: names, type ids, defaults, scopes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectType:
    """One kind of CRM record.

    name: plural, as in paths. singular: as in association type names. modified, created: the
    properties that hold the instants of the last change and of creation. defaults: returned when
    no properties are asked for. scope: what reading it needs.
    """

    name: str
    singular: str
    type_id: str
    modified: str
    created: str
    defaults: tuple[str, ...]
    scope: str

    @property
    def always(self) -> tuple[str, str, str]:
        """The properties that every record carries, whatever was asked for."""
        return (self.created, self.modified, "hs_object_id")


def _object(
    name: str, singular: str, type_id: str, *defaults: str, created: str = "createdate"
) -> ObjectType:
    return ObjectType(
        name=name,
        singular=singular,
        type_id=type_id,
        modified="hs_lastmodifieddate",
        created=created,
        defaults=defaults,
        scope=f"crm.objects.{name}.read",
    )


def _activity(name: str, singular: str, type_id: str) -> ObjectType:
    return ObjectType(
        name=name,
        singular=singular,
        type_id=type_id,
        modified="hs_lastmodifieddate",
        created="hs_createdate",
        defaults=(),
        # Activities have no scope of their own; only the content of e-mails needs one more.
        scope="sales-email-read" if name == "emails" else "crm.objects.contacts.read",
    )


# Contacts alone call it `lastmodifieddate` (page "CRM search", default cursor properties).
CONTACTS = ObjectType(
    name="contacts",
    singular="contact",
    type_id="0-1",
    modified="lastmodifieddate",
    created="createdate",
    defaults=("email", "firstname", "lastname"),
    scope="crm.objects.contacts.read",
)

OBJECT_TYPES: dict[str, ObjectType] = {
    kind.name: kind
    for kind in (
        CONTACTS,
        _object("companies", "company", "0-2", "domain", "name"),
        _object("deals", "deal", "0-3", "amount", "closedate", "dealname", "dealstage", "pipeline"),
        _object("tickets", "ticket", "0-5", "content", "hs_pipeline", "hs_pipeline_stage"),
        _object("leads", "lead", "0-136", "hs_lead_name", created="hs_createdate"),
        _activity("tasks", "task", "0-27"),
        _activity("notes", "note", "0-46"),
        _activity("meetings", "meeting_event", "0-47"),
        _activity("calls", "call", "0-48"),
        _activity("emails", "email", "0-49"),
        _activity("communications", "communication", "0-18"),
    )
}

_ALIASES: dict[str, str] = {
    alias: kind.name
    for kind in OBJECT_TYPES.values()
    for alias in (kind.name, kind.singular, kind.type_id)
} | {"meeting": "meetings"}


def object_name(text: str) -> str | None:
    """The object that a path segment names (``contacts``, ``contact``, ``0-1``), or None."""
    return _ALIASES.get(text.lower())
