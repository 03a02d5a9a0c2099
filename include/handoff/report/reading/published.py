"""Questions to the published file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from handoff.errors import ReportError
from handoff.settings import Settings
from handoff.warehouse import open_reader

Row = dict[str, Any]


class Published:
    """The schema ``reporting`` of an open published file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, query: str, **parameters: Any) -> list[Row]:
        """The rows as dictionaries; parameters are named ``$name`` in the query."""
        try:
            found = self._connection.execute(query, parameters or None)
        except duckdb.CatalogException as error:
            raise ReportError(
                f"published.duckdb lacks a table: {str(error).splitlines()[0]}",
                fix="handoff build, then: handoff publish",
            ) from None
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def row(self, query: str, **parameters: Any) -> Row:
        """The first row, or an empty one."""
        found = self.rows(query, **parameters)
        return found[0] if found else {}


@contextmanager
def open_published(settings: Settings) -> Iterator[Published]:
    """The published file of these settings. Raises WarehouseError when there is none."""
    with open_reader(settings.published_path) as connection:
        connection.execute("set schema = 'reporting'")
        # Several threads gain nothing on a page's small questions, and DuckDB 1.5's parallel
        # windows have failed on them ("index 0 within vector of size 0"), once in many runs.
        connection.execute("set threads = 1")
        yield Published(connection)
