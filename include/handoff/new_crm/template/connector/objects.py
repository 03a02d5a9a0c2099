"""What is read of Example CRM: objects under their names here, and what is kept of a record.

Names here are those of all CRMs: contacts, leads, companies, deals, owners, campaigns, tasks,
meetings, calls, emails, notes, properties, pipelines, forms, form_submissions. Leave out what no
number needs: names of people, telephone numbers, notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reader = Literal["records", "once", "fields"]

PAGE_SIZE = 100


@dataclass(frozen=True)
class ExampleCrmObject:
    """One object. endpoint: its name in the API. scope: what a token needs for it.

    reader: `records` change and can be swept; `once` is read in full each time. kept: the fields of
    a record that land, besides those that the playbook names. is_optional: an account may lack it.
    """

    name: str
    reader: Reader
    endpoint: str
    scope: str
    kept: tuple[str, ...] = ()
    is_optional: bool = False


_RECORD = ("id", "owner_id", "created_at", "modified_at", "is_deleted")

OBJECTS: dict[str, ExampleCrmObject] = {
    one.name: one
    for one in (
        ExampleCrmObject("properties", "fields", "fields", "fields:read"),
        ExampleCrmObject("owners", "once", "owners", "owners:read"),
        ExampleCrmObject(
            name="contacts",
            reader="records",
            endpoint="contacts",
            scope="contacts:read",
            kept=(*_RECORD, "email"),
        ),
        ExampleCrmObject(
            name="leads",
            reader="records",
            endpoint="leads",
            scope="leads:read",
            kept=(*_RECORD, "email"),
            is_optional=True,
        ),
    )
}

# Objects whose fields are listed, so whose properties a playbook can name.
FIELD_OBJECTS = tuple(one.name for one in OBJECTS.values() if one.reader == "records")
