"""What the spreadsheet, CSV and Parquet files hold, read back by other programs."""

from __future__ import annotations

import csv
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from passed_checks import note_checks

from handoff.publish import PublishSummary, publish
from handoff.publish import workbook as workbook_module
from handoff.settings import Settings
from scratch_marts import RUN_ID, make_warehouse, settings_of

HOSTILE = [
    '=HYPERLINK("http://evil.example","click")',
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "http://evil.example/",
    "<script>alert(1)</script>",
    'quo"te, comma\nnew line',
    "𝕌nicode 🎉 \u202eevil",
    "'apostrophe",
    "x" * 40_000,
    "bell \x07 and _x0041_",
]
FORMULA_LIKE = HOSTILE[:8]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishSummary:
    settings = settings_of(tmp_path_factory.mktemp("exports"))
    make_warehouse(settings)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.executemany(
            "insert into marts.dim_companies by name select ? as company_key, ? as company_id, "
            "? as name, -5 as annual_revenue, 20000000000000001 as person_count",
            [(f"c{number:02}", "00123", text) for number, text in enumerate(HOSTILE)],
        )
        connection.execute(
            "create table marts.rpt_odd as select 'k' as odd_key, 12345678901234567 as user_id, "
            "0.25::double as rate, 'nan'::double as mean_minutes, date '0900-01-01' as first_date, "
            "timestamp '2026-01-02 03:04:05' as seen_at, true as is_odd, [1, 2] as numbers, "
            "{'a': '=x'} as pair, 12.5::decimal(18, 2) as amount, time '09:30' as opens, "
            "null::varchar as nothing"
        )
    note_checks(settings)
    return publish(settings, RUN_ID)


def sheet(published: PublishSummary, name: str) -> Worksheet:
    return openpyxl.load_workbook(published.workbook)[name]


def column(published: PublishSummary, table: str, name: str) -> list[Any]:
    rows = list(sheet(published, table).iter_rows())
    at = [cell.value for cell in rows[0]].index(name)
    return [row[at] for row in rows[1:]]


def test_hostile_text_is_text_in_the_workbook(published: PublishSummary) -> None:
    cells = column(published, "dim_companies", "name")

    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    for cell, text in zip(cells, HOSTILE, strict=True):
        if text.startswith("x"):
            assert cell.value.endswith("(cut: the whole text is in the Parquet file)")
            assert len(cell.value) == 32_767
        elif text.startswith("bell"):
            assert "_x0007_" in cell.value  # Excel's own way to keep what XML cannot hold
        else:
            assert cell.value.replace("_x000D_", "\r").replace("\r\n", "\r") == text.replace(
                "\r\n", "\r"
            )
        assert cell.quotePrefix is (text in FORMULA_LIKE)


def test_no_cell_of_the_workbook_is_a_formula_or_link(published: PublishSummary) -> None:
    with zipfile.ZipFile(published.workbook) as archive:
        for name in archive.namelist():
            text = archive.read(name)
            assert b"<f>" not in text, name
            assert b"<hyperlink" not in text, name


def test_hostile_text_is_marked_as_text_in_csv(published: PublishSummary) -> None:
    with (published.exports / "csv" / "dim_companies.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["name"] for row in rows] == [
        f"'{text}" if text in FORMULA_LIKE else text for text in HOSTILE
    ]
    assert {row["annual_revenue"] for row in rows} == {"-5.00"}  # a number stays one


def test_parquet_holds_the_text_as_it_is(published: PublishSummary) -> None:
    table = pq.read_table(published.exports / "parquet" / "dim_companies.parquet")

    assert table.column("name").to_pylist() == HOSTILE


def test_cells_are_typed(published: PublishSummary) -> None:
    values = {
        name: column(published, "rpt_odd", name)[0].value
        for name in ("user_id", "rate", "mean_minutes", "first_date", "seen_at", "is_odd")
    }
    assert values == {
        "user_id": "12345678901234567",
        "rate": 0.25,
        "mean_minutes": "nan",
        "first_date": "0900-01-01",
        "seen_at": datetime(2026, 1, 2, 3, 4, 5),
        "is_odd": True,
    }
    assert column(published, "rpt_odd", "rate")[0].number_format == "0.0%"
    assert column(published, "rpt_odd", "amount")[0].value == 12.5
    assert column(published, "rpt_odd", "numbers")[0].value == "[1, 2]"
    assert column(published, "rpt_odd", "pair")[0].value == '{"a": "=x"}'
    assert column(published, "rpt_odd", "nothing")[0].value is None
    assert column(published, "dim_companies", "company_id")[0].value == "00123"
    assert column(published, "dim_companies", "person_count")[0].value == "20000000000000001"


def test_sheets_can_be_filtered_under_a_frozen_header(published: PublishSummary) -> None:
    handoffs = sheet(published, "fct_handoffs")

    assert handoffs.freeze_panes == "A2"
    assert handoffs.auto_filter.ref.startswith("A1:")
    assert handoffs.auto_filter.ref.endswith("4")


def test_the_first_sheets_explain_the_rest(published: PublishSummary) -> None:
    book = openpyxl.load_workbook(published.workbook)
    assert book.sheetnames[:2] == ["Read me first", "Definitions"]
    told = {row[0].value: row[1].value for row in book["Read me first"].iter_rows(min_row=2)}

    assert told["Run"] == RUN_ID
    assert told["As of"] == "2026-10-05 06:00:00 UTC"
    assert told["Time zone of weeks and months"] == "Europe/Berlin"
    assert told["Check that warns"].startswith("fields_are_covered on marts.rpt_field_gaps: 2")
    assert told["fct_handoffs"] == "3 rows, a sheet of this workbook"
    assert told["fct_touches"] == (
        "1 rows, see parquet/fct_touches.parquet and csv/fct_touches.csv"
    )
    assert [cell.value for cell in book["Definitions"][2]][:2] == ["mqls", "MQLs"]


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute(
            "insert into marts.fct_touches by name select md5(id::varchar) as touch_key, "
            "'p' || id % 7 as person_key from range(150000) as r (id) order by random()"
        )
    note_checks(settings)
    first = publish(settings, RUN_ID)
    shuffled(settings)
    note_checks(settings)
    second = publish(settings, RUN_ID)

    files = sorted(p.relative_to(first.exports) for p in first.exports.rglob("*") if p.is_file())
    assert len(files) > 100
    different = [
        file
        for file in files
        if (first.exports / file).read_bytes() != (second.exports / file).read_bytes()
    ]
    assert different == []


def shuffled(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for table in ("fct_touches", "fct_handoffs"):
            connection.execute(
                f"create or replace table marts.{table} as from marts.{table} order by random()"
            )


def test_a_table_too_long_for_a_sheet_is_named_and_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path)
    make_warehouse(settings)
    note_checks(settings)
    monkeypatch.setattr(workbook_module, "MAX_SHEET_ROWS", 2)

    summary = publish(settings, RUN_ID)

    assert "fct_handoffs" in summary.left_out
    assert "too long for the spreadsheet: " in str(summary)
    book = openpyxl.load_workbook(summary.workbook)
    assert "fct_handoffs" not in book.sheetnames
    told = {row[0].value: row[1].value for row in book["Read me first"].iter_rows(min_row=2)}
    assert told["fct_handoffs"] == (
        "3 rows, too long for a sheet: see parquet/fct_handoffs.parquet and csv/fct_handoffs.csv"
    )
    assert "rpt_sla" in book.sheetnames
