"""One value is one text, whichever of Salesforce's APIs gave it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from handoff.crm.salesforce.ids import is_id, long_id
from handoff.crm.salesforce.records_as_rows import rows_of_csv, rows_of_json
from handoff.crm.salesforce.value_texts import value_text

LEAD = "00Q000000000001EAA"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("00Q000000000001", LEAD),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaAAA"),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"),
        ("001D000000IqhSLIAZ", "001D000000IqhSLIAZ"),
    ],
)
def test_short_and_long_ids_are_one(short: str, long: str) -> None:
    assert long_id(short) == long


@pytest.mark.parametrize(
    "text", ["", "00Q", "x' OR Id != '", "00Q00000000000é", "0" * 16, "0" * 19]
)
def test_what_is_no_id_stays_as_it_is(text: str) -> None:
    assert not is_id(text)
    assert long_id(text) == text


@pytest.mark.parametrize(
    ("kind", "of_json", "of_csv", "text"),
    [
        ("currency", 100, "100.0", "100.0"),
        ("currency", 1.39e8, "1.39E8", "139000000.0"),
        ("currency", 1e21, "1.0E21", "1000000000000000000000.0"),
        ("double", 0.1, "0.1", "0.1"),
        ("double", 1e-7, "1.0E-7", "0.0000001"),
        ("double", -3.50, "-3.50", "-3.5"),
        ("percent", 0, "0.0", "0.0"),
        ("int", 8000, "8000", "8000"),
        ("int", 8000.0, "8000", "8000"),
        ("boolean", True, "true", "true"),
        ("boolean", False, "false", "false"),
        ("datetime", "2026-01-05T06:00:00.000+0000", "2026-01-05T06:00:00.000Z", None),
        ("anyType", "2026-01-05T06:00:00.000+0000", "2026-01-05T06:00:00.000Z", None),
        ("date", "2026-01-05", "2026-01-05", "2026-01-05"),
        ("reference", "00Q000000000001", LEAD, LEAD),
        ("string", "48.50", "48.50", "48.50"),
        ("string", "2026-01-05T06:00:00.000+0000", "2026-01-05T06:00:00.000+0000", None),
        ("multipicklist", "a;b", "a;b", "a;b"),
        ("currency", "not a number", "not a number", "not a number"),
    ],
)
def test_json_and_csv_give_the_same_text(
    kind: str, of_json: Any, of_csv: str, text: str | None
) -> None:
    told = value_text(kind)
    assert told(of_json) == told(of_csv) == (of_csv if text is None else text)


@pytest.mark.parametrize("kind", ["string", "currency", "int", "datetime", "reference", "boolean"])
def test_nothing_is_no_value(kind: str) -> None:
    assert value_text(kind)(None) is None
    assert value_text(kind)("") is None


TEXTS = {
    "Id": value_text("id"),
    "Amount": value_text("currency"),
    "Note": value_text("textarea"),
    "UserRole.Name": value_text("string"),
}


def test_a_record_of_json_is_landed_with_its_values() -> None:
    record = {
        "attributes": {"type": "Lead", "url": "http://evil.example/"},
        "Id": LEAD[:15],
        "Amount": 5,
        "Note": None,
        "UserRole": {"attributes": {}, "Name": "SDR"},
        "Unasked": "x",
    }
    other = {"Id": LEAD, "Amount": None, "Note": "#N/A", "UserRole": None}
    assert rows_of_json([record, other], TEXTS) == [
        {"id": LEAD, "fields": {"Amount": "5.0", "UserRole.Name": "SDR"}},
        {"id": LEAD, "fields": {"Note": "#N/A"}},
    ]


@pytest.mark.parametrize("record", [{}, {"Id": None}, "text", None])
def test_a_record_without_an_id_is_told(record: Any) -> None:
    with pytest.raises(ValueError, match="without Id"):
        rows_of_json([record], TEXTS)


def csv_rows(text: str) -> list[dict[str, Any]]:
    return list(rows_of_csv(io.StringIO(text, newline=""), TEXTS))


def test_texts_with_line_ends_quotes_and_marks_of_absence_are_whole() -> None:
    note = 'one\r\ntwo\nthree "quoted", #N/A \u2028 \0 end'
    quoted = note.replace('"', '""')
    found = csv_rows(
        '"Note","Id","Amount","UserRole.Name"\n'
        f'"{quoted}","{LEAD}","","SDR"\n"#N/A","{LEAD}","1.0E7",""\n'
    )
    assert found == [
        {"id": LEAD, "fields": {"Note": note, "UserRole.Name": "SDR"}},
        {"id": LEAD, "fields": {"Note": "#N/A", "Amount": "10000000.0"}},
    ]


def test_a_text_longer_than_a_long_text_area_is_whole() -> None:
    (row,) = csv_rows(f'"Id","Note"\n"{LEAD}","{"x" * 300_000}"\n')
    assert len(row["fields"]["Note"]) == 300_000


def test_a_header_alone_is_no_record() -> None:
    assert csv_rows('"Id","Note"\n') == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"Note"\n"x"\n',
        f'"Id","Note"\n"{LEAD}"\n',
        '"Id","Note"\n"","x"\n',
        f'"Id","Note"\n"{LEAD}","x","y"\n',
        f'"Id","Note"\n"{LEAD}","cut in the mid',
        "<html>log in</html>\n",
    ],
)
def test_what_is_no_file_of_records_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        csv_rows(text)
