"""Whether two DuckDB files hold the same rows, table by table."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

# What names the run instead of telling of the CRM.
RUN_COLUMNS = frozenset({"run_id", "landing_run_id", "loaded_at"})
# One row a run, or facts of the run.
RUN_TABLES = frozenset({"run_context", "run_manifest"})
_SHOWN = 3


def differing_tables(
    one: Path,
    other: Path,
    schemas: Collection[str],
    *,
    ignored_columns: Collection[str] = RUN_COLUMNS,
    ignored_tables: Collection[str] = RUN_TABLES,
) -> dict[str, str]:
    """The tables that are not the same in both files, each with some rows that only one has.

    The order of rows does not count; how often a row occurs does.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, path in (("one", one), ("other", other)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        columns = {name: _columns(connection, name, schemas) for name in ("one", "other")}
        if not columns["one"]:
            raise ValueError(f"{one} holds no table of {', '.join(schemas)}")
        found = {}
        for table in sorted(columns["one"].keys() | columns["other"].keys()):
            if table.split(".")[1] in ignored_tables:
                continue
            if columns["one"].get(table) != columns["other"].get(table):
                found[table] = "the columns differ"
                continue
            kept = [name for name in columns["one"][table] if name not in ignored_columns]
            difference = _difference(connection, table, kept)
            if difference:
                found[table] = difference
        return found


def compared_tables(path: Path, schemas: Collection[str]) -> int:
    """How many tables of a file hold rows, so that a comparison of nothing is seen."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select count(*) from duckdb_tables()"
            " where list_contains(?, schema_name) and estimated_size > 0",
            [list(schemas)],
        ).fetchone()
        return int(rows[0] or 0) if rows else 0


def _columns(
    connection: duckdb.DuckDBPyConnection, catalog: str, schemas: Collection[str]
) -> dict[str, list[str]]:
    rows = connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where table_catalog = ? and list_contains(?, table_schema) "
        "order by table_schema, table_name, ordinal_position",
        [catalog, list(schemas)],
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in rows:
        tables.setdefault(table, []).append(column)
    return tables


def _difference(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    rows = {side: f"(select {listed} from {side}.{table})" for side in ("one", "other")}  # noqa: S608
    # Hashing all rows is quicker than comparing them, which only names what differs.
    sums = [
        connection.execute(f"select count(*), sum(hash(t)::hugeint) from {query} as t").fetchone()  # noqa: S608
        for query in rows.values()
    ]
    if sums[0] == sums[1]:
        return ""
    found = []
    for side, against in (("one", "other"), ("other", "one")):
        query = f"{rows[side]} except all {rows[against]}"
        count = connection.execute(f"select count(*) from ({query})").fetchone()  # noqa: S608
        if count and count[0]:
            shown = connection.execute(f"from ({query}) limit {_SHOWN}").fetchall()
            found.append(f"{count[0]} rows only in {side}: {shown}")
    return "; ".join(found)
