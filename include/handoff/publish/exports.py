"""Parquet and CSV files of every published table, and the folder that always holds the last."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import duckdb

from handoff.publish.cell_text import guarded_sql
from handoff.publish.tables import quoted

KEPT_EXPORTS = 5
LATEST = "latest"
_BUILDING = ".building-"


def export_tables(connection: duckdb.DuckDBPyConnection, tables: list[str], folder: Path) -> None:
    """Write ``parquet/<table>.parquet`` and ``csv/<table>.csv`` in the order of the rows."""
    for kind in ("parquet", "csv"):
        (folder / kind).mkdir()
    columns: dict[str, list[str]] = {table: [] for table in tables}
    for table, column, type_ in connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_schema = 'reporting' order by table_name, ordinal_position"
    ).fetchall():
        columns[table].append(_csv_column(quoted(column), type_))
    for table in tables:
        source = f"reporting.{quoted(table)}"
        _copy(
            connection,
            f"from {source}",
            folder / "parquet" / f"{table}.parquet",
            "format parquet, compression zstd",
        )
        _copy(
            connection,
            f"select {', '.join(columns[table])} from {source}",  # noqa: S608
            folder / "csv" / f"{table}.csv",
            "format csv, header",
        )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    target = str(path).replace("'", "''")
    connection.execute(f"copy ({query}) to '{target}' ({options})")


def _csv_column(column: str, type_: str) -> str:
    if type_ == "VARCHAR":
        return f"{guarded_sql(column)} as {column}"
    if type_.endswith("]") or type_.startswith(("STRUCT", "MAP")):
        return f"{guarded_sql(f'cast(to_json({column}) as varchar)')} as {column}"
    return column


def new_export_folder(exports_dir: Path, run_id: str) -> Path:
    """An empty folder to build in; what an earlier, interrupted publish left is removed."""
    exports_dir.mkdir(parents=True, exist_ok=True)
    for leftover in exports_dir.glob(f"{_BUILDING}*"):
        shutil.rmtree(leftover)
    folder = exports_dir / f"{_BUILDING}{run_id}"
    folder.mkdir()
    return folder


def keep_export(building: Path, exports_dir: Path, run_id: str) -> Path:
    """Give the finished folder its name. A run that is published again gets a number behind."""
    for path in sorted(building.rglob("*"), reverse=True):
        fsync(path)
    name, number = run_id, 1
    while (exports_dir / name).exists():
        number += 1
        name = f"{run_id}.{number}"
    building.rename(exports_dir / name)
    fsync(exports_dir)
    return exports_dir / name


def point_latest(folder: Path) -> None:
    """Let ``exports/latest`` lead to the folder, by one replace, and drop all but the last few."""
    exports_dir = folder.parent
    link = exports_dir / f".{LATEST}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.name)
    link.replace(exports_dir / LATEST)
    fsync(exports_dir)
    finished = sorted(
        (path for path in exports_dir.iterdir() if path.is_dir() and path.name[0] != "."),
        key=lambda path: path.stat().st_mtime_ns,
    )
    finished = [path for path in finished if not path.is_symlink() and path != folder]
    for old in finished[: -(KEPT_EXPORTS - 1)]:
        shutil.rmtree(old)


def drop_exports_before(exports_dir: Path, instant: datetime, latest: Path) -> None:
    """Remove exports that were made before an erasure; the latest stays."""
    for folder in exports_dir.iterdir():
        is_export = folder.is_dir() and not folder.is_symlink() and folder != latest
        if is_export and folder.stat().st_mtime < instant.timestamp():
            shutil.rmtree(folder)
    fsync(exports_dir)


def fsync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
