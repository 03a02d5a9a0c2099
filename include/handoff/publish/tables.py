"""Which tables are published, and which of their columns stay behind."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from handoff.errors import PublishError

_PREFIXES = ("fct_", "dim_", "map_", "rpt_", "act_")
_NAMED = ("metric_definitions",)

# Without these the readers' file would be no use; the others come as they are built.
REQUIRED = (
    "fct_handoffs",
    "fct_stage_events",
    "fct_assignments",
    "fct_activities",
    "fct_touches",
    "fct_field_gaps",
    "fct_bypasses",
    "dim_campaigns",
    "dim_people",
    "dim_owners",
    "dim_companies",
    "map_person_records",
    "rpt_campaign_conversion",
    "rpt_reason_codes",
    "rpt_sla",
    "rpt_field_gaps",
    "act_missed_sla",
    "act_missing_next_step",
    "act_missing_fields",
)

# Not a handle such as medium.com/@name: an address has something before its sign.
_ADDRESS = '[^\\s/?&=#:,;<>()"]+(@|%40)[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+'
_PERSONAL_WORDS = {"email", "emails", "mail", "phone", "mobile", "fax"}
_PERSONAL_NAMES = {"name", "full_name", "first_name", "last_name", "display_name", "nickname"}


@dataclass(frozen=True)
class PublishedTable:
    """A table on its way out: its name in ``reporting``, and the query that fills it."""

    name: str
    query: str


def plan_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[PublishedTable]:
    """All published tables of the warehouse that is attached as ``catalog``, in order of name.

    Rows are ordered by all their columns, so the same rows give the same file. Raises PublishError
    when a table that readers rely on is not built.
    """
    marts = _columns(connection, catalog, "marts")
    published = [name for name in marts if name.startswith(_PREFIXES) or name in _NAMED]
    missing = [name for name in REQUIRED if name not in marts]
    if missing:
        raise PublishError(f"The marts lack {', '.join(missing)}", fix="handoff build")
    tables = [_mart(catalog, name, marts[name]) for name in published]
    playbook = _columns(connection, catalog, "playbook")
    tables += [_playbook_table(catalog, name, playbook[name]) for name in playbook]
    return sorted(tables, key=lambda table: table.name)


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def is_personal(column: str) -> bool:
    """Whether a column of people holds a name, an address or a number to call."""
    if column.startswith(("has_", "is_")):
        return False
    return column in _PERSONAL_NAMES or bool(_PERSONAL_WORDS & set(column.split("_")))


def _mart(catalog: str, name: str, columns: dict[str, str]) -> PublishedTable:
    kept = {
        column: type_
        for column, type_ in columns.items()
        if name != "dim_people" or not is_personal(column)
    }
    query = f"select {_without_addresses(kept)} from {catalog}.marts.{name} order by all"  # noqa: S608
    return PublishedTable(name, query)


def _playbook_table(catalog: str, name: str, columns: dict[str, str]) -> PublishedTable:
    """The version in force."""
    query = (
        f"select {_without_addresses(columns)} from {catalog}.playbook.{name} "  # noqa: S608
        f"where version_key in "
        f"(select version_key from {catalog}.playbook.versions where is_current) order by all"
    )
    return PublishedTable(f"playbook_{name}", query)


def _without_addresses(columns: dict[str, str]) -> str:
    """The columns as a select list, e-mail addresses in texts replaced.

    CRM users type addresses into reasons, forms carry them in links, and the playbook names test
    people and owners by theirs.
    """
    return ", ".join(
        f"case when contains({column}, '@') or contains({column}, '%40') "
        f"then regexp_replace({column}, '{_ADDRESS}', '(address)', 'g') "
        f"else {column} end as {column}"
        if type_ == "VARCHAR"
        else column
        for column, type_ in ((quoted(name), type_) for name, type_ in columns.items())
    )


def _columns(
    connection: duckdb.DuckDBPyConnection, catalog: str, schema: str
) -> dict[str, dict[str, str]]:
    """Columns and types of each table of a schema, in their order."""
    rows = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = ? and table_schema = ? order by table_name, ordinal_position",
        [catalog, schema],
    ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, type_ in rows:
        tables.setdefault(table, {})[column] = type_
    return tables
