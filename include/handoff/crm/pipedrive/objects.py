"""What is read of Pipedrive: objects under their names here, the lists they are in, what is kept.

Names of people, telephone numbers, addresses and notes are left out: no number needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reader = Literal["records", "changelog", "fields", "once"]

# Of an address, the country alone is kept.
ADDRESS = "address"

PAGE_SIZE = 500
# Where each record of a page costs a call of its own: a page is what a kill can lose.
SMALL_PAGE_SIZE = 50


@dataclass(frozen=True)
class RecordList:
    """One list of an object's records. params: what tells it from others of the same path.

    is_deleted: its records lie in the bin, which Pipedrive clears after 30 days. by_offset: version
    1 pages by a number, not by a cursor. knows_changes: it takes ``updated_since``.
    """

    name: str
    endpoint: str
    params: tuple[tuple[str, str], ...] = ()
    is_deleted: bool = False
    by_offset: bool = False
    knows_changes: bool = True


@dataclass(frozen=True)
class PipedriveObject:
    """One object. scope: what a token needs for it. kept: the fields of a record that land.

    endpoint: where one record is asked for by its id. fields: the endpoint of its fields.
    is_optional: the token may lack it.
    """

    name: str
    reader: Reader
    scope: str
    lists: tuple[RecordList, ...]
    kept: tuple[str, ...] = ()
    endpoint: str = ""
    fields: str = ""
    is_optional: bool = False

    @property
    def knows_changes(self) -> bool:
        return self.reader in {"records", "changelog"} and all(
            one.knows_changes for one in self.lists
        )


_RECORD = ("id", "owner_id", "add_time", "update_time", "is_deleted")
_LABELS = ("label_ids",)
_DEAL_LISTS = (
    RecordList("list", "deals"),
    # Both are left out of the first list; only deals tell what was deleted.
    RecordList("deleted", "deals", (("status", "deleted"),), is_deleted=True),
    RecordList("archived", "archived_deals"),
)

OBJECTS: dict[str, PipedriveObject] = {
    one.name: one
    for one in (
        PipedriveObject("properties", "fields", "contact-fields:read", ()),
        PipedriveObject("pipelines", "once", "deals:read", (RecordList("list", "pipelines"),)),
        PipedriveObject("stages", "once", "deals:read", (RecordList("list", "stages"),)),
        PipedriveObject(
            "owners",
            "once",
            "users:read",
            (RecordList("list", "users", by_offset=True),),
            kept=("id", "name", "email", "active_flag", "is_deleted", "role_id", "timezone_name"),
        ),
        PipedriveObject(
            "companies",
            "records",
            "contacts:read",
            (RecordList("list", "organizations"),),
            kept=(
                *_RECORD,
                *_LABELS,
                "name",
                "website",
                "industry",
                "annual_revenue",
                "employee_count",
                "address",
            ),
            endpoint="organizations",
            fields="organization_fields",
        ),
        PipedriveObject(
            "contacts",
            "records",
            "contacts:read",
            (RecordList("list", "persons"),),
            kept=(*_RECORD, *_LABELS, "org_id", "emails", "job_title"),
            endpoint="persons",
            fields="person_fields",
        ),
        PipedriveObject(
            "leads",
            "records",
            "leads:read",
            (
                RecordList("list", "leads", by_offset=True, knows_changes=False),
                RecordList("archived", "archived_leads", by_offset=True, knows_changes=False),
            ),
            kept=(
                *_RECORD,
                *_LABELS,
                "person_id",
                "organization_id",
                "source_name",
                "origin",
                "channel",
                "channel_id",
                "is_archived",
                "value",
            ),
            endpoint="leads",
            is_optional=True,
            # A lead has the custom fields of deals.
            fields="deal_fields",
        ),
        PipedriveObject(
            "deals",
            "records",
            "deals:read",
            _DEAL_LISTS,
            kept=(
                *_RECORD,
                *_LABELS,
                "creator_user_id",
                "person_id",
                "org_id",
                "pipeline_id",
                "stage_id",
                "status",
                "value",
                "currency",
                "lost_reason",
                "stage_change_time",
                "close_time",
                "won_time",
                "lost_time",
                "expected_close_date",
                "is_archived",
                "origin",
                "channel",
                "channel_id",
                "source_lead_id",
            ),
            endpoint="deals",
            fields="deal_fields",
        ),
        PipedriveObject("deal_history", "changelog", "deals:read", _DEAL_LISTS),
        PipedriveObject(
            "activities",
            "records",
            "activities:read",
            (RecordList("list", "activities"),),
            kept=(
                *_RECORD,
                "creator_user_id",
                "type",
                "subject",
                "deal_id",
                "lead_id",
                "person_id",
                "org_id",
                "due_date",
                "due_time",
                "duration",
                "done",
                "marked_as_done_time",
            ),
            endpoint="activities",
            fields="activity_fields",
        ),
    )
}

# Objects whose fields are listed, so whose properties a playbook can name.
FIELD_OBJECTS = tuple(one.name for one in OBJECTS.values() if one.fields)
