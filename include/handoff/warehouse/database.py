"""Opening DuckDB files: the warehouse to write, a new file to publish, any file to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from handoff.errors import WarehouseBusyError, WarehouseError
from handoff.settings import Settings
from handoff.warehouse.writer_lock import writer_lock


@contextmanager
def open_warehouse(
    settings: Settings, *, read_only: bool = False, wait_seconds: float = 0.0
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of these settings, under the writer's lock.

    Reading takes the lock too, since an open reader blocks a writer across processes.
    Raises WarehouseBusyError when another run holds it, WarehouseError when it cannot be opened.
    """
    with writer_lock(settings.home, wait_seconds=wait_seconds):
        if read_only and not settings.warehouse_path.exists():
            raise WarehouseError(
                "There is no warehouse yet", fix="handoff sync, then handoff build"
            )
        connection = _connect(settings.warehouse_path, read_only=read_only)
        with _told_full_disk(settings.warehouse_path), _in_use(connection):
            yield connection


@contextmanager
def new_database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new, empty DuckDB file at a path that must not exist yet."""
    if path.exists():
        raise WarehouseError(f"{path.name} exists already", fix=f"remove {path}")
    connection = _connect(path, read_only=False)
    with _in_use(connection):
        yield connection


@contextmanager
def open_reader(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published DuckDB file, read only."""
    if not path.exists():
        raise WarehouseError(f"There is no {path.name} yet", fix="handoff run")
    connection = _connect(path, read_only=True)
    with _in_use(connection):
        yield connection


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or nothing of it."""
    connection.execute("begin")
    try:
        with interruptible(connection):
            yield
            connection.execute("commit")
    except BaseException:
        # One that could not be written is over already.
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise


@contextmanager
def interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Ctrl-C in the middle of a query ends the query and is a KeyboardInterrupt.

    DuckDB's client takes Ctrl-C for itself and raises an error of another kind, while the query
    goes on behind it, and whatever is asked of the connection next waits for its end.
    """
    try:
        yield
    except RuntimeError as error:
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        connection.interrupt()
        raise KeyboardInterrupt from error


def is_full_disk(error: duckdb.Error | str) -> bool:
    """Whether DuckDB or dbt ran out of room."""
    return "No space left on device" in str(error)


def full_disk(path: Path) -> WarehouseError:
    """What to tell of it."""
    return WarehouseError(
        f"The disk of {path.name} is full; what was loaded before and the published files are "
        "whole",
        fix=f"make room on the disk of {path.parent} (df -h), then: handoff build",
    )


@contextmanager
def _told_full_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if is_full_disk(error):
            raise full_disk(path) from error
        raise


@contextmanager
def _in_use(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    try:
        with interruptible(connection):
            yield
    finally:
        connection.close()


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    is_new = not path.exists()
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.IOException as error:
        if is_full_disk(error):
            if is_new:
                path.unlink(missing_ok=True)  # its first bytes, which no later run could open
            raise full_disk(path) from None
        if "lock" in str(error).lower():
            raise WarehouseBusyError(
                f"{path.name} is open in another program",
                fix="close that program (readers belong on published.duckdb), then run it again",
            ) from None
        if "not a valid DuckDB database" in str(error):
            raise _damaged(path, error) from None
        raise WarehouseError(
            f"{path.name} cannot be opened: {str(error).splitlines()[0]}",
            fix=f"check the disk and the permissions of {path.parent}",
        ) from None
    except duckdb.Error as error:
        raise _damaged(path, error) from None
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _damaged(path: Path, error: duckdb.Error) -> WarehouseError:
    rebuild = "handoff publish" if path.name == "published.duckdb" else "handoff build --full"
    return WarehouseError(
        f"{path.name} is damaged: {str(error).splitlines()[0]}",
        fix=f"remove {path}, then: {rebuild}",
    )
