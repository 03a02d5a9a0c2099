"""Build the readers' file and the exports beside the old ones, then replace them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from xlsxwriter.exceptions import XlsxWriterException

from handoff.checks import CheckReport, clear_last_blocked, read_last_report
from handoff.checks.report import warehouse_state
from handoff.errors import ChecksFailedError, PublishError
from handoff.publish import definitions
from handoff.publish.exports import (
    drop_exports_before,
    export_tables,
    fsync,
    keep_export,
    new_export_folder,
    point_latest,
)
from handoff.publish.run_manifest import create_run_manifest
from handoff.publish.tables import plan_tables, quoted
from handoff.publish.workbook import FILE_NAME, WorkbookFacts, write_workbook
from handoff.settings import Settings
from handoff.warehouse import new_database, open_reader, open_warehouse, writer_lock
from handoff.warehouse.erasing import erasures_applied_at

_STAGE_WORDS = {"arrived": "What arrived", "leaving": "What leaves"}


@dataclass(frozen=True)
class PublishSummary:
    """What was published: rows of each table, and where.

    left_out: tables that were too long for a sheet of the workbook. erased_at: when erasures last
    changed the warehouse (UTC); what was made before may hold what was erased.
    """

    run_id: str
    database: Path
    exports: Path
    row_counts: dict[str, int]
    left_out: tuple[str, ...]
    erased_at: datetime | None = None

    @property
    def workbook(self) -> Path:
        return self.exports / FILE_NAME

    def __str__(self) -> str:
        rows = sum(self.row_counts.values())
        text = f"{len(self.row_counts)} tables, {rows:,} rows"
        if self.left_out:
            text += f"; too long for the spreadsheet: {', '.join(self.left_out)}"
        return text


def publish(settings: Settings, run_id: str) -> PublishSummary:
    """Replace ``published.duckdb`` and ``exports/latest`` by what the warehouse holds now.

    A reader that has the old file open keeps it. Until the replace nothing that readers see is
    touched. Raises ChecksFailedError when the checks of this very warehouse have not passed,
    PublishError when something cannot be written, WarehouseBusyError.
    """
    with writer_lock(settings.home):
        reports = _passed_reports(settings, run_id)
        building = settings.published_path.with_name(f"{settings.published_path.name}.building")
        with _told_errors(settings, run_id), _leaving_nothing(building):
            folder = new_export_folder(settings.exports_dir, run_id)
            row_counts, left_out = _build(settings, run_id, building, folder, reports)
            fsync(building)
            with open_reader(building) as reader:
                reader.execute("select count(*) from reporting.run_manifest")
            kept = keep_export(folder, settings.exports_dir, run_id)
            building.replace(settings.published_path)
            fsync(settings.home)
            point_latest(kept)
            erased_at = erasures_applied_at(settings)
            if erased_at is not None:
                drop_exports_before(settings.exports_dir, erased_at, kept)
            clear_last_blocked(settings)
    return PublishSummary(
        run_id, settings.published_path, kept, row_counts, tuple(left_out), erased_at
    )


def _passed_reports(settings: Settings, run_id: str) -> list[CheckReport]:
    with open_warehouse(settings, read_only=True) as connection:
        try:
            row = connection.execute("select run_id from raw.run_context").fetchone()
        except duckdb.CatalogException:
            row = None
    if row is None:
        raise PublishError("Nothing is built yet", run_id=run_id, fix="handoff build")
    reports = []
    for stage in ("arrived", "leaving"):
        report = read_last_report(settings, stage)
        if report is None or report.build_run_id != row[0]:
            raise ChecksFailedError(
                f"{_STAGE_WORDS[stage]} has not been checked for the build {row[0]}, so the last "
                "published file stays",
                run_id=run_id,
                fix=f"handoff check {stage}",
            )
        report.raise_if_blocked()
        reports.append(report)
    if reports[-1].warehouse_state != warehouse_state(settings):
        raise ChecksFailedError(
            "The warehouse has changed since what leaves was checked, so the last published file "
            "stays",
            run_id=run_id,
            fix="handoff publish, which checks again",
        )
    return reports


def _build(
    settings: Settings, run_id: str, building: Path, folder: Path, reports: list[CheckReport]
) -> tuple[dict[str, int], list[str]]:
    with new_database(building) as connection:
        warehouse = str(settings.warehouse_path).replace("'", "''")
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("create schema reporting")
        row_counts: dict[str, int] = {}
        for table in plan_tables(connection, "warehouse"):
            name = f"reporting.{quoted(table.name)}"
            created = connection.execute(f"create table {name} as {table.query}").fetchone()
            row_counts[table.name] = int(created[0]) if created else 0
        if definitions.TABLE not in row_counts:
            row_counts[definitions.TABLE] = definitions.create_definitions(connection)
        create_run_manifest(connection, run_id, reports, row_counts)
        row_counts["run_manifest"] = _count(connection, "run_manifest")
        connection.execute("detach warehouse")
        export_tables(connection, list(row_counts), folder)
        facts = _workbook_facts(connection, run_id, reports)
        left_out = write_workbook(connection, folder / FILE_NAME, row_counts, facts)
        connection.execute("checkpoint")
    return row_counts, left_out


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from reporting.{quoted(table)}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _workbook_facts(
    connection: duckdb.DuckDBPyConnection, run_id: str, reports: list[CheckReport]
) -> WorkbookFacts:
    told: dict[str, str] = dict(
        connection.execute(
            "select fact, coalesce(value, '') from reporting.run_manifest where fact_kind = 'run'"
        ).fetchall()
    )
    warnings = [
        f"{result.check_id} on {result.table}: {result.failing_rows} failing. {result.why}"
        for report in reports
        for result in report.warnings
    ]
    return WorkbookFacts(
        run_id=run_id,
        as_of=datetime.fromisoformat(told["as_of"]).replace(tzinfo=None),
        reporting_time_zone=told["reporting_time_zone"],
        playbook_label=f"{told['playbook_label']} ({told['playbook_version_key']})",
        code_version=told["code_version"],
        warnings=tuple(warnings),
    )


@contextmanager
def _told_errors(settings: Settings, run_id: str) -> Iterator[None]:
    fix = f"make room on the disk of {settings.home} (df -h), then: handoff publish"
    cause: Exception
    try:
        yield
    except duckdb.ProgrammingError as error:
        reason, fix, cause = _first_line(error), "handoff build, then: handoff publish", error
    except (OSError, duckdb.Error, XlsxWriterException) as error:
        reason, cause = _first_line(error), error
    else:
        return
    raise PublishError(
        f"The published files cannot be written, the old ones stay: {reason}",
        run_id=run_id,
        fix=fix,
    ) from cause


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line), type(error).__name__)[:300]


@contextmanager
def _leaving_nothing(building: Path) -> Iterator[None]:
    """Remove what is half built, now and what an earlier publish may have left."""
    wal = building.with_name(f"{building.name}.wal")
    exports = building.parent / "exports"

    def remove() -> None:
        for path in (building, wal):
            path.unlink(missing_ok=True)
        for folder in exports.glob(".building-*"):
            shutil.rmtree(folder, ignore_errors=True)

    remove()
    try:
        yield
    finally:
        remove()
