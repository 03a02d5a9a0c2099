"""Pipedrive as a case of the connectors' contract: a small account, its server, edits in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crm_case import CAPABILITIES, Told

from handoff.crm.http.retry import RetryPolicy
from handoff.crm.pipedrive.connector import PipedriveConnector
from handoff.crm.source_rules import SourceRules
from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.settings import CrmConnection

Row = dict[str, Any]

STARTS_AT = datetime(2025, 11, 3, 8, tzinfo=UTC)
PATIENCE = RetryPolicy(20.0, 0.02, 0.01, 0.01, 0.2, 1.0)
# A custom field is known by 40 signs.
NEED = "946947d1b02fd3ef20798d6112ec5d895a686a21"
TRACKED = {"contacts": ["job_title", NEED], "deals": ["stage_id", "lost_reason"]}
# The file of the portal, the first id, how many records there are, of them deleted and filed away.
SIZES = {
    "companies": ("organizations", 5001, 40, 0, 0),
    "contacts": ("persons", 101, 230, 0, 0),
    "deals": ("deals", 7001, 70, 3, 5),
    "activities": ("activities", 10001, 120, 0, 0),
}
# Names of people are not read, and objects are no text.
_NOT_TOLD = {"name", "title", "custom_fields", "emails", "label_ids", "is_deleted"}


class PipedriveCase:
    """What the contract needs to know of Pipedrive."""

    crm = "pipedrive"
    records = tuple(SIZES)
    optional = ("leads",)
    person = "contacts"
    person_property = "job_title"
    can = CAPABILITIES - {"restore", "tells_archived"}

    def write_portal(self, folder: Path) -> Path:
        """An account of a few hundred records, all older than December 2025."""
        target = self.write_empty_portal(folder) / "pipedrive"
        for name, (file, *_) in SIZES.items():
            _write(target / f"{file}.ndjson", _records(name))
        _write(target / "users.ndjson", [_user(n) for n in range(5)])
        _write(target / "pipelines.ndjson", [{"id": 1, "name": "Sales", "order_nr": 1,
                                              "is_deleted": False, **_times(0)}])  # fmt: skip
        stages = ("Qualified", "Demo", "Offer")
        _write(target / "stages.ndjson", [{"id": n + 1, "name": name, "order_nr": n,
               "pipeline_id": 1, "is_deleted": False, **_times(0)}
               for n, name in enumerate(stages)])  # fmt: skip
        _write(target / "leads.ndjson", [_lead(n) for n in range(20)])
        _write(target / "deal_changelog.ndjson", [_change(n) for n in range(60)])
        _write(target / "fields.ndjson", _fields())
        return folder

    def write_empty_portal(self, folder: Path) -> Path:
        (folder / "pipedrive").mkdir(parents=True)
        return folder

    def write_portal_of_one_person(self, folder: Path) -> Path:
        target = self.write_empty_portal(folder) / "pipedrive"
        _write(target / "persons.ndjson", _records("contacts")[9:10])
        return folder

    def running(self, portal: Path, **options: Any) -> AbstractContextManager[RunningSandbox]:
        return running_sandbox(portal, **options)

    def environment(self, sandbox: RunningSandbox, **extra: Any) -> dict[str, str]:
        """The variables that make the sandbox the account of the connection ``handoff_case``."""
        given = {"host": sandbox.base_url, "password": sandbox.token, "extra": extra}
        return {"AIRFLOW_CONN_HANDOFF_CASE": json.dumps(given)}

    def connect(
        self,
        sandbox: RunningSandbox,
        *,
        token: str | None = None,
        tracked: dict[str, list[str]] | None = None,
        retry: RetryPolicy = PATIENCE,
        rules: SourceRules | None = None,
        **extra: Any,
    ) -> PipedriveConnector:
        connection = CrmConnection("handoff_case", sandbox.base_url, token or sandbox.token, extra)
        wanted = TRACKED if tracked is None else tracked
        return PipedriveConnector(connection, "case", wanted, retry, rules)

    def there(self, portal: Path, name: str) -> dict[str, Told]:
        """What the portal holds of an object, by id, deleted records included."""
        found = [self.told(name, row) for row in self.portal_rows(portal, name)]
        return {one.id: one for one in found}

    def told(self, _name: str, line: Mapping[str, Any]) -> Told:
        """What a line of the portal or of the landing tells."""
        own = {name: value for name, value in line.items() if name not in _NOT_TOLD | {"id"}}
        values = {**own, **(line.get("custom_fields") or {})}
        texts = {name: str(value) for name, value in values.items() if value not in (None, "")}
        return Told(str(line["id"]), bool(line.get("is_deleted")), texts)

    def people(self, portal: Path) -> list[str]:
        """Persons, all with an address."""
        return [str(row["id"]) for row in self.portal_rows(portal, "contacts")]

    def address(self, portal: Path, id_: str) -> str:
        rows = self.portal_rows(portal, "contacts")
        return str(next(row["emails"][0]["value"] for row in rows if str(row["id"]) == id_))

    def portal_rows(self, portal: Path, name: str) -> list[Row]:
        """What the portal holds of an object, deleted records included."""
        path = portal / "pipedrive" / f"{SIZES[name][0]}.ndjson"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def edit(self, sandbox: RunningSandbox, name: str, id_: str, at: str, **values: str) -> None:
        """A person changes fields of a record."""
        sandbox.call("PATCH", f"/api/v2/{SIZES[name][0]}/{id_}", values, user=500, at=at)

    def create_person(self, sandbox: RunningSandbox, at: str) -> str:
        emails = [{"value": "new@example.com", "primary": True}]
        answer = sandbox.call("POST", "/api/v2/persons", {"emails": emails}, at=at)
        return str(answer["data"]["id"])

    def archive(self, sandbox: RunningSandbox, name: str, id_: str, at: str) -> None:
        sandbox.call("DELETE", f"/api/v2/{SIZES[name][0]}/{id_}", at=at)

    def restore(self, sandbox: RunningSandbox, name: str, id_: str) -> None:
        raise NotImplementedError

    def merge(self, sandbox: RunningSandbox, name: str, survivor: str, loser: str, at: str) -> None:
        path = f"/api/v1/{SIZES[name][0]}/{loser}/merge"
        sandbox.call("PUT", path, {"merge_with_id": int(survivor)}, at=at)

    def erase(self, sandbox: RunningSandbox, name: str, id_: str) -> None:
        sandbox.crm("pipedrive").purge(SIZES[name][0], int(id_))

    def missing_scopes(self, name: str) -> dict[str, Any]:
        return {"missing_scopes": {name}}

    def remove_property(self, sandbox: RunningSandbox, name: str, property_: str) -> None:
        fields = sandbox.crm("pipedrive").fields[_FIELDS_OF[name]]
        fields[:] = [one for one in fields if one["field_code"] != property_]


_FIELDS_OF = {"contacts": "person", "companies": "organization", "deals": "deal"}


def _records(name: str) -> list[Row]:
    _, first, count, deleted, archived = SIZES[name]
    return [
        {
            "id": first + n,
            **_times(n),
            "is_deleted": n < deleted,
            **_values(name, n),
            **({"is_archived": deleted <= n < deleted + archived} if name == "deals" else {}),
        }
        for n in range(count)
    ]


def _values(name: str, n: int) -> Row:
    owner = {"owner_id": 500 + n % 4, "custom_fields": {}}
    match name:
        case "companies":
            return {"name": f"Company {n} <b>&amp;</b>", "website": f"https://c{n}.example.com",
                    "employee_count": 10 * n, **owner}  # fmt: skip
        case "contacts":
            return {**owner, "name": f"Person {n}", "org_id": 5001 + n % 40,
                    "emails": [{"value": f"person{n}@example.com", "primary": True}],
                    "job_title": "Chef de cuisine · 料理長 😀" if n % 7 == 0 else "Manager",
                    "custom_fields": {NEED: 1 + n % 3, "not tracked": "x"}}  # fmt: skip
        case "deals":
            return {"title": f"Deal {n}", "person_id": 101 + n, "org_id": 5001 + n % 40,
                    "pipeline_id": 1, "stage_id": 1 + n % 3, "value": 100.5 * n,
                    "currency": "EUR", "status": ("open", "won", "lost")[n % 3],
                    "lost_reason": "Price" if n % 3 == 2 else None, **owner}  # fmt: skip
        case _:
            return {"subject": f"Call {n}", "type": "call", "done": n % 2 == 0,
                    "person_id": 101 + n, "due_date": "2025-11-05", **owner}  # fmt: skip


def _times(n: int) -> Row:
    at = STARTS_AT + timedelta(days=n / 20)
    return {
        "add_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "update_time": (at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _user(n: int) -> Row:
    return {"id": 500 + n, "name": f"Owner {n}", "email": f"owner{n}@example.com",
            "active_flag": n < 4, "is_deleted": False}  # fmt: skip


def _lead(n: int) -> Row:
    return {"id": f"adf21080-0e10-11eb-879b-0000000000{n:02d}", "title": f"Lead {n}",
            "owner_id": 500 + n % 4, "person_id": 101 + n, "is_archived": n < 4,
            **_times(n)}  # fmt: skip


def _change(n: int) -> Row:
    at = STARTS_AT + timedelta(days=n / 20, hours=1)
    return {"deal_id": 7001 + n, "field_key": "stage_id", "old_value": "9", "new_value": "1",
            "actor_user_id": 500, "time": at.strftime("%Y-%m-%d %H:%M:%S"),
            "change_source": "app"}  # fmt: skip


def _fields() -> list[Row]:
    plain = {
        "person": ("owner_id", "org_id", "job_title"),
        "organization": ("owner_id", "industry"),
        "deal": ("owner_id", "stage_id", "status", "lost_reason"),
        "activity": ("type",),
    }
    rows = [
        {"object": object_, "field_code": code, "field_name": code, "field_type": "varchar",
         "options": None, "is_custom_field": False}
        for object_, codes in plain.items()
        for code in codes
    ]  # fmt: skip
    options = [{"id": n, "label": label} for n, label in enumerate(("Low", "Some", "High"), 1)]
    custom = {"object": "person", "field_code": NEED, "field_name": "Need", "field_type": "enum",
              "options": options, "is_custom_field": True}  # fmt: skip
    return [*rows, custom]


def _write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
