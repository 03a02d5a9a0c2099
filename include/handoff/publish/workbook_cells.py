"""How a value of DuckDB becomes a cell of the workbook: typed, formatted, and never a formula."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handoff.publish.cell_text import is_formula_like

MAX_CELL_CHARACTERS = 32_767
_CUT_MARK = " … (cut: the whole text is in the Parquet file)"
_LARGEST_EXACT_INTEGER = 2**53  # Excel's numbers are doubles
_FIRST_YEAR = 1901  # Excel takes 1900 for a leap year and knows no earlier year

CellWriter = Callable[[Worksheet, int, int, Any], None]


class CellFormats:
    """The formats of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        def made(**properties: Any) -> Format:
            return workbook.add_format(properties)

        self.header = made(bold=True, bg_color="#E8ECF1", bottom=1)
        self.title = made(bold=True, font_size=14)
        self.bold = made(bold=True)
        self.wrapped = made(text_wrap=True, valign="top")
        self.text = made(num_format="@")
        # What Excel keeps as an apostrophe before the text, so that editing it runs nothing.
        self.guarded_text = made(num_format="@", quote_prefix=True)
        self.integer = made(num_format="#,##0")
        self.decimal = made(num_format="#,##0.00")
        self.minutes = made(num_format="#,##0.0")
        self.share = made(num_format="0.0%")
        self.day = made(num_format="yyyy-mm-dd")
        self.instant = made(num_format="yyyy-mm-dd hh:mm:ss")


def cell_writer(column: str, type_: str, formats: CellFormats) -> CellWriter:
    """How the values of a column are written. Ids are text: Excel rounds long numbers."""
    if column.endswith(("_id", "_key")) or column == "id":
        return _text_writer(formats)
    if type_ == "BOOLEAN":
        return lambda sheet, row, at, value: _must(sheet.write_boolean(row, at, value))
    if type_ == "DATE":
        return _day_writer(formats.day, formats)
    if type_.startswith("TIMESTAMP"):
        return _day_writer(formats.instant, formats)
    if type_ in {"FLOAT", "DOUBLE"} or type_.startswith("DECIMAL"):
        return _number_writer(_number_format(column, formats), formats)
    if type_.endswith(("INTEGER", "BIGINT", "SMALLINT", "TINYINT", "HUGEINT")):
        return _number_writer(formats.integer, formats)
    return _text_writer(formats)


def write_text(
    sheet: Worksheet,
    row: int,
    at: int,
    value: Any,
    formats: CellFormats,
    plain: Format | None = None,
) -> None:
    """Write text as text, whatever it starts with; too long text is cut where all can see it."""
    text = value if isinstance(value, str) else _as_text(value)
    if len(text) > MAX_CELL_CHARACTERS:
        text = text[: MAX_CELL_CHARACTERS - len(_CUT_MARK)] + _CUT_MARK
    chosen = formats.guarded_text if is_formula_like(text) else plain or formats.text
    _must(sheet.write_string(row, at, text, chosen))


def _text_writer(formats: CellFormats) -> CellWriter:
    return lambda sheet, row, at, value: write_text(sheet, row, at, value, formats)


def _number_writer(shown: Format, formats: CellFormats) -> CellWriter:
    def write(sheet: Worksheet, row: int, at: int, value: Any) -> None:
        if not math.isfinite(value) or abs(value) > _LARGEST_EXACT_INTEGER:
            write_text(sheet, row, at, value, formats)
        else:
            _must(sheet.write_number(row, at, value, shown))

    return write


def _day_writer(shown: Format, formats: CellFormats) -> CellWriter:
    def write(sheet: Worksheet, row: int, at: int, value: Any) -> None:
        if not isinstance(value, date) or value.year < _FIRST_YEAR:
            write_text(sheet, row, at, value, formats)
            return
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        _must(sheet.write_datetime(row, at, value, shown))

    return write


def _number_format(column: str, formats: CellFormats) -> Format:
    if column == "rate" or column.endswith(("_rate", "_share", "ci_low", "ci_high")):
        return formats.share
    return formats.minutes if column.endswith("_minutes") else formats.decimal


def _as_text(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=_as_text, ensure_ascii=False)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _must(code: int) -> None:
    """XlsxWriter answers with a code where a cell does not fit; nothing may be lost in silence."""
    if code != 0:
        raise ValueError(f"the cell was refused (code {code})")
