"""Records as they are landed, from the JSON of one API and the CSV of the other.

Shape: ``{"id": <18 characters>, "fields": {<field>: <text>}}``; a field without a value is absent.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handoff.crm.salesforce.ids import long_id
from handoff.crm.salesforce.value_texts import ValueText, plain_text

Row = dict[str, Any]

# A long text area holds 131,072 characters, and a rich one more once it is written as HTML.
_LONGEST_VALUE = 16 * 1024 * 1024


def rows_of_json(records: Iterable[Any], texts: Mapping[str, ValueText]) -> list[Row]:
    """Records of a query's answer. texts: the fields, and how their values become text.

    Raises ValueError for a record without an id.
    """
    paths = [(name, name.split("."), text) for name, text in texts.items() if name != "Id"]
    rows = []
    for record in records:
        if not isinstance(record, dict) or not record.get("Id"):
            raise ValueError("a record without Id")
        fields = {}
        for name, path, text in paths:
            value = text(_at(record, path))
            if value is not None:
                fields[name] = value
        rows.append({"id": long_id(str(record["Id"])), "fields": fields})
    return rows


def rows_of_csv(lines: Iterable[str], texts: Mapping[str, ValueText]) -> Iterator[Row]:
    """Records of a file with a header; texts that hold line ends are whole.

    lines: as ``open(newline="")`` gives them. Raises ValueError for what is no such file.
    """
    csv.field_size_limit(_LONGEST_VALUE)
    try:
        table = csv.reader(lines, strict=True)
        header = next(table, None)
        if header is None or "Id" not in header:
            raise ValueError("a file without Id")
        names = [name if name in texts else None for name in header]
        # Most texts stay as they are: they are taken over in one go.
        changed = [(name, texts[name]) for name in names if name and texts[name] is not plain_text]
        width = len(header)
        for values in table:
            if len(values) != width:
                raise ValueError("a line of another width")
            fields = {
                name: value for name, value in zip(names, values, strict=True) if value and name
            }
            for name, text in changed:
                if name in fields:
                    fields[name] = text(fields[name]) or ""
            if "Id" not in fields:
                raise ValueError("a record without Id")
            yield {"id": fields.pop("Id"), "fields": fields}
    except csv.Error as error:
        raise ValueError(str(error)) from None


def _at(record: dict[str, Any], path: list[str]) -> Any:
    value: Any = record
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
