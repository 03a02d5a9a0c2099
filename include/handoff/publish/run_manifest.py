"""The table ``run_manifest``: what this file was made of, one row a fact of the run."""

from __future__ import annotations

import json
from typing import Any

import duckdb

from handoff.checks import CheckReport, CheckResult

COLUMNS = {
    "run_id": "varchar",
    "fact_kind": "varchar",  # run | landing_run | check | table
    "fact": "varchar",  # name of the fact, landing run id, check id, table name
    "source_id": "varchar",
    "object": "varchar",  # CRM object of a landing run, table of a check
    "value": "varchar",  # of a run fact; mode of a landing run; stage of a check
    "status": "varchar",  # of a landing run: as in its manifest; of a check: passed failed skipped
    "severity": "varchar",  # of a check: block | warn
    "owner": "varchar",  # who mends what a check finds
    "why": "varchar",  # why a check is made
    "row_count": "bigint",  # records landed, failing rows of a check, rows of a table
    "expected_count": "bigint",  # the CRM's own count of live records
    "happened_at": "timestamp",  # UTC instant at which a run landed
    "failing_keys": "varchar",  # of a check: JSON list of up to 20 keys
}

_RUN_FACTS = """
    select fact, value
    from (
        select
            context.run_id as build_run_id,
            strftime(context.as_of, '%Y-%m-%dT%H:%M:%SZ') as as_of,
            context.code_version,
            context.playbook_version_key,
            versions.label as playbook_label,
            parameters.reporting_time_zone,
            parameters.headline_horizon_days::varchar as headline_horizon_days
        from warehouse.raw.run_context as context
        left join warehouse.playbook.versions as versions
            on context.playbook_version_key = versions.version_key
        left join warehouse.playbook.parameters as parameters
            on context.playbook_version_key = parameters.version_key
    ) as facts
    unpivot include nulls (
        value for fact in (
            build_run_id, as_of, code_version, playbook_version_key, playbook_label,
            reporting_time_zone, headline_horizon_days
        )
    )
"""

_LANDING_RUNS = """
    with
    last_runs as (
        select *
        from warehouse.raw.landing_runs
        where landed_at <= (select as_of from warehouse.raw.run_context)
        qualify row_number() over (partition by source_id, object order by run_id desc) = 1
    ),
    landed_rows as (
        select source_id, object, run_id, sum(row_count)::bigint as row_count
        from warehouse.raw.landing_parts
        where stream = object
        group by source_id, object, run_id
    )
    select
        last_runs.run_id as fact,
        last_runs.source_id,
        last_runs.object,
        last_runs.mode as value,
        last_runs.status,
        coalesce(landed_rows.row_count, 0) as row_count,
        last_runs.crm_total as expected_count,
        last_runs.landed_at as happened_at
    from last_runs
    left join landed_rows
        on last_runs.source_id = landed_rows.source_id
        and last_runs.object = landed_rows.object
        and last_runs.run_id = landed_rows.run_id
"""


def create_run_manifest(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    reports: list[CheckReport],
    row_counts: dict[str, int],
) -> None:
    """Make ``reporting.run_manifest`` from the attached warehouse, the checks and the tables.

    Of the landing, the last run of each source and object is told.
    """
    listed = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
    connection.execute(f"create or replace temp table run_facts ({listed})")
    _insert(connection, [{"fact_kind": "run", "fact": "run_id", "value": run_id}])
    for kind, query in (("run", _RUN_FACTS), ("landing_run", _LANDING_RUNS)):
        connection.execute(
            f"insert into run_facts by name select '{kind}' as fact_kind, * from ({query})"  # noqa: S608
        )
    _insert(
        connection, [_check_fact(report.stage, r) for report in reports for r in report.results]
    )
    _insert(
        connection,
        [
            {"fact_kind": "table", "fact": name, "row_count": rows}
            for name, rows in row_counts.items()
        ],
    )
    connection.execute("update run_facts set run_id = ?", [run_id])
    connection.execute(
        "create table reporting.run_manifest as select * from run_facts "
        "order by fact_kind, source_id, object, fact, value"
    )
    connection.execute("drop table run_facts")


def _check_fact(stage: str, result: CheckResult) -> dict[str, Any]:
    return {
        "fact_kind": "check",
        "fact": result.check_id,
        "object": result.table,
        "value": stage,
        "status": result.status,
        "severity": result.severity,
        "owner": result.owner,
        "why": result.why,
        "row_count": result.failing_rows,
        "failing_keys": json.dumps(list(result.failing_keys)),
    }


def _insert(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    if rows:
        marks = ", ".join("?" for _ in COLUMNS)
        connection.executemany(
            f"insert into run_facts values ({marks})",  # noqa: S608
            [[row.get(column) for column in COLUMNS] for row in rows],
        )
