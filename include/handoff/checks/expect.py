"""Run suites by Great Expectations on an open DuckDB connection."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import duckdb

from handoff.checks.report import MAX_KEYS, CheckResult
from handoff.checks.suites import Check, Suite
from handoff.errors import CheckSuiteError

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.expectations.expectation import Expectation

# Errors that speak of tables and columns only. Others (conversions) quote the values they met.
_ERRORS_WITHOUT_VALUES = ("Catalog Error", "Binder Error", "Parser Error")


def run_suites(
    connection: duckdb.DuckDBPyConnection,
    suites: list[Suite],
    progress: Callable[[CheckResult], None] | None = None,
) -> list[CheckResult]:
    """The results of all checks, in the order of the suites. Importing takes about 10 s."""
    datasource = _datasource(connection)
    results: list[CheckResult] = []
    for suite in suites:
        for result in _run_suite(connection, datasource, suite):
            results.append(result)
            if progress:
                progress(result)
    return results


def _datasource(connection: duckdb.DuckDBPyConnection) -> SQLDatasource:
    os.environ["GX_ANALYTICS_ENABLED"] = "False"  # read when the package is imported
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from sqlalchemy.pool import StaticPool

    from handoff.checks.gx_connection import GxConnection

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    # GX closes its connections before it reads their results, which DuckDB does not survive: so
    # one connection for all of GX's engines, never reset, never rolled back. It is the caller's
    # own, so that the lock, the time zone and the temporary tables of evidence are one.
    # (The method's stub lacks kwargs.)
    return context.data_sources.add_sql(  # type: ignore[call-arg]
        name="warehouse",
        connection_string="duckdb:///:memory:",
        kwargs={
            "creator": lambda: GxConnection(connection),
            "poolclass": StaticPool,
            "pool_reset_on_return": None,
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
        },
    )


def _run_suite(
    connection: duckdb.DuckDBPyConnection, datasource: SQLDatasource, suite: Suite
) -> list[CheckResult]:
    import great_expectations

    if not _exists(connection, suite):
        return [_absent(suite, check) for check in suite.checks]
    schema, name = suite.schema_and_name
    with warnings.catch_warnings():
        # One connection serves several schemas, so the schema cannot be a setting of it.
        warnings.filterwarnings("ignore", "`schema_name` is deprecated", DeprecationWarning)
        asset = datasource.add_table_asset(name=suite.table, table_name=name, schema_name=schema)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    found: dict[str, Any] = {}
    for columns in {tuple(suite.key_of(check)) for check in suite.checks}:
        group = [check for check in suite.checks if tuple(suite.key_of(check)) == columns]
        expected = great_expectations.ExpectationSuite(
            name=suite.table, expectations=[_expectation(suite, check) for check in group]
        )
        outcome = batch.validate(
            expected,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(columns),
                "partial_unexpected_count": MAX_KEYS,
                "include_unexpected_rows": False,
            },
        )
        result: Any
        for result in outcome.results:
            found[result.expectation_config.meta["check_id"]] = result
    return [_result(suite, check, found[check.id]) for check in suite.checks]


def _exists(connection: duckdb.DuckDBPyConnection, suite: Suite) -> bool:
    schema, name = suite.schema_and_name
    row = connection.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [schema or "main", name],
    ).fetchone()
    return bool(row and row[0])


def _expectation(suite: Suite, check: Check) -> Expectation:
    import great_expectations.expectations as gx_expectations
    from great_expectations.expectations.core.unexpected_rows_expectation import (
        UnexpectedRowsExpectation,
    )

    meta = {"check_id": check.id}
    if check.failing_rows is not None:
        columns = ", ".join(f'"{column}"' for column in suite.key_of(check))
        # Only key columns leave the database, in a fixed order.
        query = f"select {columns} from (\n{check.failing_rows}\n) as failing_rows order by all"  # noqa: S608
        return UnexpectedRowsExpectation(unexpected_rows_query=query, meta=meta)
    kind = getattr(gx_expectations, check.expectation or "", None)
    if kind is None:
        raise CheckSuiteError(
            f"{check.id} on {suite.table}: Great Expectations has no {check.expectation}",
            fix="use a class name of great_expectations.expectations, or failing_rows",
        )
    try:
        expectation: Expectation = kind(**check.arguments, meta=meta)
    except (TypeError, ValueError) as error:
        raise CheckSuiteError(
            f"{check.id} on {suite.table}: {' '.join(str(error).split())}",
            fix=f"look up the arguments of {check.expectation}",
        ) from None
    return expectation


def _result(suite: Suite, check: Check, outcome: Any) -> CheckResult:
    rows: int = 0
    keys: list[str] = []
    note: str | None = None
    if not outcome.success:
        note = _complaint(outcome.exception_info)
        if note is None:
            rows, keys = _failing(suite.key_of(check), outcome.result)
    return _check_result(
        suite,
        check,
        status="passed" if outcome.success else "failed",
        failing_rows=rows,
        failing_keys=tuple(keys[:MAX_KEYS]),
        note=note,
    )


def _failing(key: list[str], result: dict[str, Any]) -> tuple[int, list[str]]:
    details = result.get("details") or {}
    if "unexpected_rows" in details:  # SQL of ours
        return int(result["observed_value"]), _keys(key, details["unexpected_rows"])
    if "unexpected_count" in result:  # an expectation about a column's values
        rows = result.get("unexpected_index_list") or []
        return int(result["unexpected_count"]), sorted(_keys(key, rows))
    if "mismatched" in details:  # an expectation about the set of columns
        missing = sorted(details["mismatched"].get("missing") or [])
        return len(missing), [str(column) for column in missing]
    return 1, []


def _keys(key: list[str], rows: list[dict[str, Any]]) -> list[str]:
    return ["/".join(str(row[column]) for column in key) for row in rows]


def _complaint(exception_info: dict[str, Any]) -> str | None:
    """Why the check could not be run, without the values that some errors quote."""
    nested = exception_info.values() if "raised_exception" not in exception_info else ()
    for info in (exception_info, *nested):
        if isinstance(info, dict) and info.get("raised_exception"):
            first_line = str(info.get("exception_message", "")).splitlines()[0]
            text = re.sub(r"^\([\w.]+\)\s*", "", first_line)
            if text.startswith(_ERRORS_WITHOUT_VALUES):
                return f"could not be run: {text}"
            return f"could not be run: {text.split(':')[0][:60] or 'unknown error'}"
    return None


def _absent(suite: Suite, check: Check) -> CheckResult:
    skips = suite.when_absent == "skip"
    return _check_result(
        suite,
        check,
        status="skipped" if skips else "failed",
        note="the table is not built yet" if skips else "the table is absent",
    )


def _check_result(suite: Suite, check: Check, **outcome: Any) -> CheckResult:
    return CheckResult(
        check_id=check.id,
        table=suite.table,
        why=" ".join(check.why.split()),
        owner=check.owner,
        severity=check.severity,
        **outcome,
    )
