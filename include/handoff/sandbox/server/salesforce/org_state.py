"""Everything a Salesforce organization holds: sObjects with their fields, and records."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from handoff.errors import SandboxError
from handoff.sandbox.portal import read_records
from handoff.sandbox.server.salesforce import values
from handoff.sandbox.server.salesforce.ids import is_id, make_id, number_in, to_18
from handoff.sandbox.server.salesforce.schema import Field, SObject
from handoff.sandbox.server.salesforce.sobject_table import own_objects

Record = dict[str, Any]

INTEGRATION_USER = make_id("005", 62**9)
_OPTIONAL = "CampaignInfluence"
_HISTORY_OF = {"LeadHistory": "Lead", "OpportunityFieldHistory": "Opportunity"}


class OrgState:
    """The organization that a portal's Salesforce folder describes, and what was edited since.

    objects: sObjects by name. records: by sObject and 18-character id; an edit replaces a record,
    so that one that was read before stays as it was. deleted_at: when a record went to the recycle
    bin. described_at: when the fields of an sObject last changed. now: the instant of an edit.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.objects: dict[str, SObject] = own_objects()
        self.records: dict[str, dict[str, Record]] = {name: {} for name in self.objects}
        self.organization: dict[str, Any] = {}
        self.deleted_at: dict[str, str] = {}
        self.described_at: dict[str, datetime] = {}
        self.started_at = now().replace(microsecond=0)
        self.load_seconds = 0.0
        self._last_number: dict[str, int] = {}

    @classmethod
    def from_folder(cls, folder: Path, now: Callable[[], datetime]) -> OrgState:
        """Read a portal's Salesforce folder. Raises SandboxError for a broken file."""
        started = time.perf_counter()
        state = cls(now)
        state.organization = _json_file(folder / "organization.json")
        state._read_fields(folder)
        custom = sorted({path.name.split(".")[0] for path in folder.glob("*__c.ndjson*")})
        for number, name in enumerate(custom):
            fields = {n: Field(n, f.kind, f.targets) for n, f in _system_fields(state).items()}
            state.objects[name] = SObject(name, f"a{number:02}", fields)
            state.records[name] = {}
        for name in list(state.objects):
            for place, raw in read_records(folder, name):
                with _naming(place):
                    state._load(name, raw)
        influences = bool(state.records[_OPTIONAL])
        if not state.organization.get("campaign_influence", influences):
            del state.objects[_OPTIONAL], state.records[_OPTIONAL]
        state._complete()
        state.load_seconds = time.perf_counter() - started
        return state

    @property
    def integration_user(self) -> str:
        """Who edits when nobody is named."""
        return str(self.organization.get("integration_user_id", INTEGRATION_USER))

    @property
    def organization_id(self) -> str:
        return next(iter(self.records["Organization"]))

    def is_tracked(self, sobject: str, field: str) -> bool:
        """Whether changes of a field go to the history of its sObject."""
        given = self.organization.get("tracked_fields", {}).get(sobject)
        if given is not None:
            return field in given
        own = {
            "Lead": {"Status", "OwnerId", "Rating", "LeadSource", "Company"},
            "Opportunity": {"StageName", "Amount", "CloseDate", "OwnerId"},
        }.get(sobject, set())
        return field in own or (sobject in _HISTORY_OF.values() and field.endswith("__c"))

    def new_id(self, sobject: str) -> str:
        """An id that no record has or had."""
        prefix = self.objects[sobject].key_prefix
        if prefix not in self._last_number:
            known = [
                number_in(record_id)
                for name, kind in self.objects.items()
                if kind.key_prefix == prefix
                for record_id in self.records[name]
            ]
            self._last_number[prefix] = max(known, default=0)
        self._last_number[prefix] += 1
        return make_id(prefix, self._last_number[prefix])

    def sobject_of(self, record_id: str) -> str | None:
        """The sObject that an id's first letters name; the one that holds it, where two share."""
        prefix, found = record_id[:3], None
        for name, kind in self.objects.items():
            if kind.key_prefix == prefix:
                found = name if found is None or record_id in self.records[name] else found
        return found

    def find(self, record_id: str | None) -> Record | None:
        """The record of an id, in the recycle bin or not."""
        name = self.sobject_of(record_id) if record_id else None
        return self.records[name].get(str(record_id)) if name else None

    def keep(self, sobject: str, given: Record) -> Record:
        """Given values as they are kept. Raises ValueError."""
        fields = self.objects[sobject].fields
        return {
            name: values.keep(fields[name].kind if name in fields else "string", value)
            for name, value in given.items()
        }

    def put(self, sobject: str, record: Record) -> None:
        """Add a record or replace the one with its id."""
        if sobject in ("Lead", "Contact"):
            names = (record.get("FirstName"), record.get("LastName"))
            record["Name"] = " ".join(name for name in names if name) or None
        self.records[sobject][record["Id"]] = record

    def _read_fields(self, folder: Path) -> None:
        described = _json_file(folder / "describe.json")
        with _naming("describe.json"):
            for name, rows in described.items():
                if name not in self.objects:
                    self.objects[name] = SObject(name, "a99", {})
                    self.records[name] = {}
                for row in rows:
                    self.objects[name].add_described(row)

    def _load(self, name: str, raw: Record) -> None:
        if not is_id(raw["Id"]):
            raise ValueError(f"{raw['Id']!r} is no Salesforce id")
        raw.pop("attributes", None)
        kind = self.objects[name]
        record: Record = {}
        related: Record = {}
        for field, value in raw.items():
            known = kind.kinds.get(field)
            if known in values.TEXTS and isinstance(value, str):
                record[field] = value or None
            elif known is not None:
                record[field] = values.keep(known, value)
            elif isinstance(value, dict):
                related |= self._absorb(kind, raw, field, value)
            else:
                kind.add_seen(field, value)
                record[field] = values.keep(kind.fields[field].kind, value)
        record |= related
        if record["Id"] in self.records[name]:
            raise ValueError(f"{record['Id']} is there twice")
        for missing, source in (
            ("LastModifiedDate", "CreatedDate"),
            ("SystemModstamp", "LastModifiedDate"),
        ):
            if missing in kind.fields and not record.get(missing):
                record[missing] = record.get(source) or record.get("CreatedDate")
        if record.get("IsDeleted"):
            self.deleted_at[record["Id"]] = record.get("SystemModstamp") or record["CreatedDate"]
        self.put(name, record)

    def _absorb(self, kind: SObject, raw: Record, relationship: str, inner: Record) -> Record:
        """Keep what a record says of the one it refers to, such as the name of a user's role.

        The reference, which the record may lack.
        """
        reference = kind.find_relationship(relationship)
        if reference is None or len(reference.targets) != 1:
            return {}
        (target,) = reference.targets
        inner.pop("attributes", None)
        known = self.records[target]
        given = raw.get(reference.name)
        if not given:
            same = [i for i, record in known.items() if record.get("Name") == inner.get("Name")]
            given = same[0] if same else self.new_id(target)
        record_id = to_18(str(given))
        if record_id not in known:
            known[record_id] = {"Id": record_id, **self.keep(target, inner)}
        return {reference.name: record_id}

    def _complete(self) -> None:
        """What every organization has: itself, and a user for integrations."""
        if not self.records["Organization"]:
            given = self.organization
            org_id = to_18(str(given.get("id", make_id("00D", 62**9))))
            self.records["Organization"][org_id] = {
                "Id": org_id,
                "Name": given.get("name", "Sandbox"),
                "TimeZoneSidKey": given.get("timezone", "Europe/Berlin"),
                "OrganizationType": "Enterprise Edition",
                "InstanceName": "EU99",
                "IsSandbox": True,
            }
        if self.find(self.integration_user) is None:
            born = values.instant_text(self.started_at)
            self.records["User"][self.integration_user] = {
                "Id": self.integration_user,
                "Username": "integration@sandbox.example",
                "LastName": "Integration",
                "Name": "Integration",
                "Email": "integration@sandbox.example",
                "IsActive": True,
                "UserType": "CloudIntegrationUser",
                "CreatedDate": born,
                "LastModifiedDate": born,
                "SystemModstamp": born,
            }


def _system_fields(state: OrgState) -> dict[str, Field]:
    wanted = (
        "Id",
        "IsDeleted",
        "Name",
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
    )
    return {name: state.objects["Account"].fields[name] for name in wanted}


def _json_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        given = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise SandboxError(f"{path} is not JSON: {error.msg}", fix=f"repair {path.name}") from None
    if not isinstance(given, dict):
        raise SandboxError(f"{path} is not a JSON object", fix=f"repair {path.name}")
    return given


@contextlib.contextmanager
def _naming(place: str) -> Iterator[None]:
    """Name the line whose fields are missing or of the wrong kind."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        wrong = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise SandboxError(
            f"{place} is not a record as the API returns it: {wrong}",
            fix="compare it with Salesforce's answer for this sObject",
        ) from error
