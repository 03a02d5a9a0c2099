"""The pipeline's own database, ``warehouse.duckdb``: the only place that opens DuckDB to write.

Schemas: ``raw`` (landing as typed columns, every version of every record), ``playbook`` (every
version of the rules), then dbt's ``staging``, ``intermediate`` and ``marts``. Everything in it can
be rebuilt from ``landing/`` and the playbook.
"""

from handoff.warehouse.database import (
    interruptible,
    new_database,
    open_reader,
    open_warehouse,
    transaction,
)
from handoff.warehouse.landing_load import LoadSummary, load_landing
from handoff.warehouse.writer_lock import writer_lock

__all__ = [
    "LoadSummary",
    "interruptible",
    "load_landing",
    "new_database",
    "open_reader",
    "open_warehouse",
    "transaction",
    "writer_lock",
]
