"""Who is one person: METRICS, "Identity"."""

from __future__ import annotations

from records import ContactRecord, Rules


def normalised_email(email: str | None) -> str | None:
    """ "normalised e-mail (trimmed, lower-case)"; nothing when empty."""
    return (email or "").strip().lower() or None


def joining_email(email: str | None, rules: Rules) -> str | None:
    """The address if it may join: "role addresses listed in the playbook … join nobody"."""
    normalised = normalised_email(email)
    if normalised is None or normalised.split("@")[0] in rules.role_addresses:
        return None
    return normalised


def people_of(contacts: tuple[ContactRecord, ...], rules: Rules) -> list[frozenset[str]]:
    """The records of each person, as keys.

    "People are joined … by … merge records (chains followed to the survivor, whose history takes
    in that of the merged), then normalised e-mail."
    """
    groups: list[tuple[set[str], set[str]]] = []
    for contact in contacts:
        records = {contact.key}
        records |= {f"{contact.source_id}/contacts/{merged}" for merged in contact.merged_ids}
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
