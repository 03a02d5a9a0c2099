"""Every place below a home in which a text stands: bytes, unpacked bytes, values of tables."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import duckdb


def places_of(home: Path, text: str) -> list[str]:
    """Files and columns that hold a text, in any case."""
    found: list[str] = []
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink():
            name = str(path.relative_to(home))
            found += [name] if text.lower().encode() in _bytes(path).lower() else []
            if path.suffix in {".duckdb", ".parquet"}:
                found += [f"{name}: {column}" for column in _columns(path, text)]
    return found


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data += gzip.decompress(data)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            data += b"".join(book.read(name) for name in book.namelist())
    return data


def _columns(path: Path, text: str) -> list[str]:
    """Values are packed in these files, so that they need not stand in their bytes."""
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            connection.execute(f"create view rows as from read_parquet('{path}')")
            tables = [("memory.main.rows",)]
        else:
            connection.execute(f"attach '{path}' as looked_at (read_only)")
            tables = connection.execute(
                "select 'looked_at.' || schema_name || '.' || table_name from duckdb_tables()"
                " where database_name = 'looked_at'"
            ).fetchall()
        return [
            table
            for (table,) in tables
            if connection.execute(
                f"select 1 from {table} as held where held::varchar ilike '%' || ? || '%' limit 1",  # noqa: S608
                [text],
            ).fetchone()
        ]
