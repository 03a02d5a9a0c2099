"""One spreadsheet of the published tables, for people who read in Excel or LibreOffice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from handoff.publish.definitions import TABLE as DEFINITIONS
from handoff.publish.tables import quoted
from handoff.publish.workbook_cells import CellFormats, cell_writer, write_text

FILE_NAME = "handoff.xlsx"
# Far below Excel's 1,048,576: a sheet that people can still open, sort and filter.
MAX_SHEET_ROWS = 50_000
_FETCHED_ROWS = 5_000
_SHEET_ORDER = ("rpt_", "act_", "fct_", "dim_", "run_manifest")
# Event by event, or record by record: read in a database or a data frame, not in a spreadsheet.
_DETAIL = ("fct_activities", "fct_assignments", "fct_stage_events", "fct_touches", "dim_people")
_DETAIL_PREFIXES = ("map_", "playbook_")
_ROWS_IN_WIDTH = 12  # characters a column shows when its name is shorter


@dataclass(frozen=True)
class WorkbookFacts:
    """What the first sheet tells. as_of: UTC without a zone."""

    run_id: str
    as_of: datetime
    reporting_time_zone: str
    playbook_label: str
    code_version: str
    warnings: tuple[str, ...]


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    row_counts: dict[str, int],
    facts: WorkbookFacts,
) -> list[str]:
    """Write the workbook; the names of the tables that were too long for a sheet.

    Tables of detail have no sheet; the first sheet tells where every table is.

    Memory stays constant: each sheet is written row by row. The same tables, run and ``as_of``
    give the same bytes.
    """
    listed = [name for name in _in_sheet_order(row_counts) if name != DEFINITIONS]
    in_sheets = [name for name in listed if not _is_detail(name)]
    too_long = [name for name in in_sheets if row_counts[name] > MAX_SHEET_ROWS]
    in_sheets = [name for name in in_sheets if name not in too_long]
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(path), options) as workbook:
        workbook.set_properties(
            {"title": "Handoff", "comments": f"Run {facts.run_id}", "created": facts.as_of}
        )
        formats = CellFormats(workbook)
        first = workbook.add_worksheet("Read me first")
        places = {name: _place(name, in_sheets, too_long) for name in listed}
        _write_first_sheet(first, formats, row_counts, places, facts)
        _write_definitions(workbook.add_worksheet("Definitions"), formats, connection)
        for name in in_sheets:
            _write_table(workbook.add_worksheet(name[:31]), formats, connection, name)
    return too_long


def _is_detail(name: str) -> bool:
    return name in _DETAIL or name.startswith(_DETAIL_PREFIXES)


def _place(name: str, in_sheets: list[str], too_long: list[str]) -> str:
    if name in in_sheets:
        return "a sheet of this workbook"
    files = f"parquet/{name}.parquet and csv/{name}.csv"
    return f"too long for a sheet: see {files}" if name in too_long else f"see {files}"


def _in_sheet_order(names: dict[str, int]) -> list[str]:
    def place(name: str) -> tuple[int, str]:
        found = [i for i, prefix in enumerate(_SHEET_ORDER) if name.startswith(prefix)]
        return (found[0] if found else len(_SHEET_ORDER), name)

    return sorted(names, key=place)


def _write_first_sheet(
    sheet: Worksheet,
    formats: CellFormats,
    row_counts: dict[str, int],
    places: dict[str, str],
    facts: WorkbookFacts,
) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "Handoff: marketing to sales", formats.title)
    lines: list[tuple[str, str]] = [
        ("Run", facts.run_id),
        ("As of", f"{facts.as_of:%Y-%m-%d %H:%M:%S} UTC"),
        ("Time zone of weeks and months", facts.reporting_time_zone),
        ("Playbook", facts.playbook_label),
        ("Code version", facts.code_version),
        (
            "Instants",
            "Columns in _at are UTC; those in _date, _week and _month are local.",
        ),
        ("Rates", "Each rate stands beside its numerator and denominator; see Definitions."),
        ("People", "No names, e-mail addresses or phone numbers: follow the link to the CRM."),
    ]
    lines += [("Check that warns", warning) for warning in facts.warnings]
    lines.append(("", ""))
    lines += [(name, f"{row_counts[name]:,} rows, {place}") for name, place in places.items()]
    for row, (label, text) in enumerate(lines, start=2):
        write_text(sheet, row, 0, label, formats, formats.bold)
        write_text(sheet, row, 1, text, formats, formats.wrapped)


def _write_definitions(
    sheet: Worksheet, formats: CellFormats, connection: duckdb.DuckDBPyConnection
) -> None:
    found = connection.execute(f"from reporting.{DEFINITIONS}")
    columns = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, max(1, len(columns) - 1), 50)
    _write_names(sheet, formats, columns)
    for row, values in enumerate(rows, start=1):
        for at, value in enumerate(values):
            write_text(sheet, row, at, value, formats, formats.wrapped)
    _freeze(sheet, len(columns), len(rows))


def _write_table(
    sheet: Worksheet, formats: CellFormats, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    found = connection.execute(f"from reporting.{quoted(name)}")
    columns = [(column[0], str(column[1])) for column in found.description or ()]
    writers = [cell_writer(column, type_, formats) for column, type_ in columns]
    chunk = found.fetchmany(_FETCHED_ROWS)
    row_count = 0
    for at, (column, _) in enumerate(columns):
        sheet.set_column(at, at, max(_ROWS_IN_WIDTH, min(len(column) + 4, 40)))
    _write_names(sheet, formats, [column for column, _ in columns])
    while chunk:
        for row in chunk:
            row_count += 1
            for at, value in enumerate(row):
                if value is not None:
                    writers[at](sheet, row_count, at, value)
        chunk = found.fetchmany(_FETCHED_ROWS)
    _freeze(sheet, len(columns), row_count)


def _write_names(sheet: Worksheet, formats: CellFormats, columns: list[str]) -> None:
    for at, column in enumerate(columns):
        write_text(sheet, 0, at, column, formats, formats.header)


def _freeze(sheet: Worksheet, column_count: int, row_count: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, row_count, max(0, column_count - 1))
