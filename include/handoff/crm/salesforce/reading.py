"""What a read asks for of an object, and how its records become the lines of a stream."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from handoff.crm.http.refusals import RefusedError
from handoff.crm.protocol import ids_stream
from handoff.crm.salesforce import soql
from handoff.crm.salesforce.api import SalesforceApi
from handoff.crm.salesforce.objects import SalesforceObject
from handoff.crm.salesforce.records_as_rows import Row, rows_of_csv, rows_of_json
from handoff.crm.salesforce.value_texts import ValueText

_NO_FIELD = re.compile(r"No such column '([\w.]+)'")
_log = logging.getLogger(__name__)


@dataclass
class Reading:
    """One object's records for one stream. line: what of a record is landed."""

    api: SalesforceApi
    spec: SalesforceObject
    stream: str
    texts: dict[str, ValueText]
    line: Callable[[Row], Row] = field(default=lambda row: row)

    def query(self, conditions: list[str], tail: str = "") -> str:
        return soql.select(self.texts, self.spec.sobject, conditions, tail)

    def of_json(self, records: Iterable[Any]) -> list[Row]:
        try:
            return rows_of_json(records, self.texts)
        except ValueError as error:
            raise self.api.odd_answer(self.spec, f"what a record has ({error})") from None

    def of_csv(self, lines: Iterable[str]) -> Iterator[Row]:
        """Raises ValueError for what is no file of records."""
        return rows_of_csv(lines, self.texts)

    def lines(self, rows: Iterable[Row]) -> list[Row]:
        return [self.line(row) for row in rows]

    def drops_field(self, error: RefusedError) -> bool:
        """Whether the query can be asked again without a field that it was refused for.

        A field may go, or be hidden from the user, between its description and the query.
        """
        found = _NO_FIELD.search(error.message)
        name = found[1] if found else ""
        if name not in self.texts or name in {"Id", self.spec.modified_field}:
            return False
        _log.warning("%s: Salesforce has no field %s any more, left out", self.spec.name, name)
        self.texts = {one: text for one, text in self.texts.items() if one != name}
        return True


def reading_of_records(
    api: SalesforceApi, spec: SalesforceObject, fields: Iterable[str]
) -> Reading:
    """Records with the fields that the account has of those that are asked for."""
    described = api.describe(spec)
    wanted = described.known(["Id", spec.modified_field, *fields])
    return Reading(api, spec, spec.name, described.texts(wanted))


def reading_of_ids(api: SalesforceApi, spec: SalesforceObject) -> Reading:
    """Ids alone, with what tells that a record was deleted, or merged into another."""
    described = api.describe(spec)
    wanted = described.known(["Id", "IsDeleted", "MasterRecordId"])
    return Reading(api, spec, ids_stream(spec.name), described.texts(wanted), _id_line)


def is_deleted(row: Row) -> bool:
    """Whether a record says that it was deleted (or merged into another)."""
    return bool(row["fields"].get("IsDeleted") == "true")


def _id_line(row: Row) -> Row:
    line = {"id": row["id"], "archived": is_deleted(row)}
    merged_into = row["fields"].get("MasterRecordId")
    return {**line, "merged_into": merged_into} if merged_into else line
