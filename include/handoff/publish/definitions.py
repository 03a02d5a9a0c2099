"""What each number means, as the table ``metric_definitions`` of the readers' file."""

from __future__ import annotations

import duckdb

from handoff.metrics import metrics_table

TABLE = "metric_definitions"


def create_definitions(connection: duckdb.DuckDBPyConnection) -> int:
    """Make ``reporting.metric_definitions`` from the product's own definitions; its rows."""
    connection.register("metric_rows", metrics_table())
    created = connection.execute(
        f"create table reporting.{TABLE} as select * from metric_rows order by all"  # noqa: S608
    ).fetchone()
    connection.unregister("metric_rows")
    return int(created[0]) if created else 0
