"""Who is one person: METRICS, "Identity"."""

from __future__ import annotations

from records import ContactRecord, Rules, key_of


def normalised_email(email: str | None) -> str | None:
    """ "normalised e-mail (trimmed, lower-case)"; nothing when empty."""
    return (email or "").strip().lower() or None


def joining_email(email: str | None, rules: Rules) -> str | None:
    """The address if it may join: "role addresses listed in the playbook … join nobody"."""
    normalised = normalised_email(email)
    if normalised is None or normalised.split("@")[0] in rules.role_addresses:
        return None
    return normalised


def named_records(contact: ContactRecord, rules: Rules) -> set[str]:
    """The records whose ids a record holds, as keys; they need not have landed."""
    named = set()
    linked = rules.sources[contact.source_id].linked_source
    if linked is not None:
        named = {key_of(linked, name, record_id) for name, record_id in contact.named}
    if contact.became is not None:
        named.add(key_of(contact.source_id, "contacts", contact.became))
    return named


def people_of(contacts: tuple[ContactRecord, ...], rules: Rules) -> list[frozenset[str]]:
    """The records of each person, as keys.

    "People are joined, in this order, by: explicit cross-CRM ids (HubSpot's Salesforce lead and
    contact id fields, Salesforce's converted contact id), merge records (chains followed to the
    survivor, whose history takes in that of the merged), then normalised e-mail."
    """
    groups: list[tuple[set[str], set[str]]] = []
    for contact in contacts:
        records = {contact.key}
        records |= {
            key_of(contact.source_id, contact.name, merged) for merged in contact.merged_ids
        }
        records |= named_records(contact, rules)
        email = joining_email(contact.email, rules)
        emails = {email} if email else set()
        apart = []
        for other_records, other_emails in groups:
            if records & other_records or emails & other_emails:
                records |= other_records
                emails |= other_emails
            else:
                apart.append((other_records, other_emails))
        groups = [*apart, (records, emails)]
    landed = {contact.key for contact in contacts}
    return [frozenset(records & landed) for records, _ in groups]


def person_by_record(people: list[frozenset[str]]) -> dict[str, frozenset[str]]:
    """The person, as its records, that each record belongs to."""
    return {key: person for person in people for key in person}
