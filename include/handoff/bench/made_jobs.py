"""Results of Salesforce's query jobs made from a few ready pieces, 50 fields a record."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from urllib.parse import parse_qs

import orjson

from handoff.crm.salesforce.ids import long_id
from handoff.crm.salesforce.objects import OBJECTS

FIELDS = 50
NAMES = ("leads", "contacts", "companies", "deals", "tasks", "meetings")
_VARIANTS = 20
_ID = "@@@@@@@@@@@@@@@@@@"
_SELECT = re.compile(r"SELECT (.+?) FROM (\w+)")
_WORDS = ("working", "the", "lead", "from", "the", "spring", "campaign", "in", "Köln", "again")
_TYPES = {"SystemModstamp": "datetime", "IsDeleted": "boolean"}


@dataclass(frozen=True)
class Reply:
    """Status with its words, further headers as lines, content type and body of an answer."""

    body: bytes
    status: bytes = b"200 OK"
    headers: bytes = b""
    content_type: bytes = b"application/json"


def made_fields(name: str) -> list[str]:
    """The fields of an object: those that are read anyway, and made ones up to fifty."""
    own = [field for field in OBJECTS[name].fields if "." not in field and field != "Id"]
    return [*own, *(f"Made_{n}__c" for n in range(FIELDS - len(own)))]


class MadeJobs:
    """An account with so many records of each of its objects. A job's id is its object's name."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._pieces: dict[str, tuple[bytes, list[list[bytes]]]] = {}
        self._names = {OBJECTS[name].sobject: name for name in NAMES}
        self._suffix = long_id("00Q" + "0" * 12)[15:].encode()

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        """The answer to a request below ``/services/data/<version>/``."""
        path, _, query = target.partition("?")
        parts = path.split("/")[4:]
        given = parse_qs(query)
        match (method, *parts):
            case ("GET", "limits"):
                return _json({"DailyApiRequests": {"Max": 5_000_000, "Remaining": 5_000_000}})
            case ("GET", "sobjects", sobject, "describe"):
                names = ["Id", *made_fields(self._names[sobject])]
                kinds = [{"name": name, "type": _TYPES.get(name, "string")} for name in names]
                return _json({"name": sobject, "fields": kinds})
            case ("GET", "queryAll"):
                return _json({"totalSize": self._each, "done": True, "records": []})
            case ("POST", "jobs", "query"):
                return self._start(orjson.loads(body)["query"])
            case ("GET", "jobs", "query", job):
                return _json({"id": job, "state": "JobComplete"})
            case ("GET", "jobs", "query", job, "results"):
                start = int(given.get("locator", ["0"])[0])
                return self._results(job, start, int(given["maxRecords"][0]))
        return Reply(b"", b"204 No Content")

    def _start(self, query: str) -> Reply:
        found = _SELECT.match(query)
        if found is None:
            return Reply(b"[]", b"400 Bad Request")
        columns, sobject = found[1].split(", "), found[2]
        source = random.Random(sobject)  # noqa: S311 - not for secrets
        rows = [_row(columns, source) for _ in range(_VARIANTS)]
        self._pieces[sobject] = (_line(columns), [row.split(_ID.encode()) for row in rows])
        return _json({"id": sobject, "state": "UploadComplete"})

    def _results(self, sobject: str, start: int, most: int) -> Reply:
        header, pieces = self._pieces[sobject]
        end = min(start + most, self._each)
        suffix, kinds = self._suffix, len(pieces)
        rows = [(b"00Q%012d%b" % (n, suffix)).join(pieces[n % kinds]) for n in range(start, end)]
        locator = b"%d" % end if end < self._each else b"null"
        told = b"Sforce-Locator: %b\r\nSforce-NumberOfRecords: %d\r\n" % (locator, len(rows))
        return Reply(header + b"".join(rows), headers=told, content_type=b"text/csv")


def _row(columns: list[str], source: random.Random) -> bytes:
    known = {"Id": _ID, "SystemModstamp": "2025-03-14T08:15:30.000Z", "IsDeleted": "false"}
    return _line(
        [
            known.get(name) or " ".join(source.choices(_WORDS, k=source.randint(1, 6)))
            for name in columns
        ]
    )


def _line(values: list[str]) -> bytes:
    return (",".join(f'"{value}"' for value in values) + "\n").encode()


def _json(body: object) -> Reply:
    return Reply(orjson.dumps(body))
