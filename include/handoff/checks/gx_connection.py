"""The warehouse's open connection as SQLAlchemy, and so Great Expectations, wants it.

Imported where checks run: it brings SQLAlchemy.
"""

from __future__ import annotations

from typing import Any

import duckdb
from duckdb_sqlalchemy import ConnectionWrapper, CursorWrapper

from handoff.warehouse import interruptible


class GxConnection(ConnectionWrapper):
    """A connection whose queries Ctrl-C ends.

    Great Expectations runs a query that failed again, three times, and then takes the failure for
    a finding; an interruption must be no failure to it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._connection = connection

    def cursor(self) -> CursorWrapper:
        return _Cursor(self._connection, self)


class _Cursor(CursorWrapper):
    def __init__(self, connection: duckdb.DuckDBPyConnection, wrapper: GxConnection) -> None:
        super().__init__(connection, wrapper)
        self._duckdb = connection

    def execute(self, statement: str, parameters: Any = None, context: Any = None) -> None:
        with interruptible(self._duckdb):
            super().execute(statement, parameters, context)
