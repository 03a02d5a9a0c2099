"""Text that a spreadsheet program would take for a formula, and how it is kept from that."""

from __future__ import annotations

# What Excel, LibreOffice and Google Sheets start a formula with, the full-width forms included,
# and the white space that they drop before it.
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet program might run the text when it opens a CSV file."""
    return text[:1] != "" and text[0] in FORMULA_STARTS


def guarded_sql(expression: str) -> str:
    """SQL that puts an apostrophe before formula-like text, as spreadsheets mark text."""
    starts = FORMULA_STARTS.replace("\t", "").replace("\r", "").replace("\n", "").replace("-", "")
    pattern = f"^[\\t\\r\\n{starts}\\-]"
    return (
        f"case when regexp_matches({expression}, '{pattern}') "
        f"then '''' || {expression} else {expression} end"
    )
