"""Records of a tiny Salesforce organization, and the few questions that several tests ask of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import orjson

from handoff.sandbox.server import RunningSandbox
from handoff.sandbox.server.salesforce.ids import make_id

DATA = "/services/data/v66.0"
ANN, BOB = make_id("005", 1), make_id("005", 2)
ACME = make_id("001", 1)
Row = dict[str, Any]


def stamp(day: int, hour: int = 9) -> str:
    """An instant of January 2026 as REST gives it."""
    return f"2026-01-{day:02}T{hour:02}:00:00.000+0000"


def lead_id(number: int) -> str:
    return make_id("00Q", number)


def lead(number: int, **more: Any) -> Row:
    """A lead made on the day of its number by Ann, who owns it."""
    at = stamp(number)
    return {
        "Id": lead_id(number),
        "FirstName": f"Person {number}",
        "LastName": "O'Neill" if number == 1 else f"Surname {number}",
        "Email": f"person{number}@buyer.example",
        "Company": "Acme",
        "Status": "New",
        "OwnerId": ANN,
        "Country": "Germany",
        "IsConverted": False,
        "IsDeleted": False,
        "CreatedDate": at,
        "CreatedById": ANN,
        "LastModifiedDate": at,
        "LastModifiedById": ANN,
        "SystemModstamp": at,
        "Use_Case__c": None,
        **more,
    }


def write_sobject(portal: Path, name: str, records: list[Row]) -> None:
    """One NDJSON file of a portal's Salesforce folder."""
    folder = portal / "salesforce"
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(orjson.dumps(record) + b"\n" for record in records)
    (folder / f"{name}.ndjson").write_bytes(lines)


def user(user_id: str, name: str, kind: str = "Standard", role: str | None = "SDR") -> Row:
    return {
        "Id": user_id,
        "Username": f"{name.lower()}@seller.example",
        "Name": name,
        "Email": f"{name.lower()}@seller.example",
        "IsActive": True,
        "UserType": kind,
        "UserRole": {"Name": role} if role else None,
        "CreatedDate": stamp(1),
    }


def query(sandbox: RunningSandbox, text: str, kind: str = "query") -> list[Row]:
    """The records of a query that fits on a page, without their attributes."""
    answer = sandbox.call("GET", f"{DATA}/{kind}", q=text)
    assert answer["done"]
    return [_plain(record) for record in answer["records"]]


def ids(sandbox: RunningSandbox, where: str, kind: str = "query") -> list[int]:
    """The numbers of the leads that meet a condition."""
    found = query(sandbox, f"SELECT Id FROM Lead WHERE {where} ORDER BY Id", kind)  # noqa: S608
    known = {lead_id(number): number for number in range(1, 100)}
    return [known[row["Id"]] for row in found]


def refused(sandbox: RunningSandbox, method: str, path: str, **given: Any) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    answer = sandbox.ask(method, path, **given)
    (error,) = answer.json()
    return answer.status_code, error["errorCode"], error["message"]


def play(sandbox: RunningSandbox, event: str, *, at: str | None = None, **body: Any) -> Any:
    """One of the sandbox's own events."""
    return sandbox.call("POST", f"/_sandbox/salesforce/{event}", body, at=at)


def bulk_rows(sandbox: RunningSandbox, text: str, operation: str = "query") -> list[Row]:
    """The rows of a bulk query of one page."""
    made = sandbox.call("POST", f"{DATA}/jobs/query", {"operation": operation, "query": text})
    path = f"{DATA}/jobs/query/{made['id']}"
    while sandbox.call("GET", path)["state"] != "JobComplete":
        pass
    return list(csv.DictReader(io.StringIO(sandbox.ask("GET", f"{path}/results").text)))


def _plain(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    return {name: _plain(value) for name, value in record.items() if name != "attributes"}
