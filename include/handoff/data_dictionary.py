"""Write docs/data-dictionary.md: every published table, from the YAML beside its dbt model.

Reads files only, so it is done in a second: descriptions and types are those of the models'
contracts, which dbt enforces; ``doc('…')`` is looked up in the project's Markdown files. The
playbook's tables and the run manifest are made by Python, whose own column lists are used.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from ruamel.yaml import YAML

from handoff.errors import DictionaryError
from handoff.playbook import columns as playbook_columns
from handoff.publish import run_manifest
from handoff.publish.tables import is_personal
from handoff.settings import PROJECT_ROOT

OUTPUT = PROJECT_ROOT / "docs" / "data-dictionary.md"
MODELS = PROJECT_ROOT / "dbt_project" / "models"

# In the order in which a newcomer should meet them.
GROUPS = (
    ("Facts", ("fct_",), "What happened, one event or one handoff at a time."),
    ("Reports", ("rpt_",), "Counts and rates that are ready to be read."),
    ("Actions", ("act_",), "Changes that the CRM should get; nothing is sent by itself."),
    ("Dimensions", ("dim_",), "Who and what the facts are about."),
    ("Maps", ("map_",), "Which key belongs to which."),
    (
        "Definitions and provenance",
        ("metric_definitions", "run_manifest"),
        "What the numbers mean, and what the file was made of.",
    ),
    (
        "Playbook",
        ("playbook_",),
        "The rules as tables: the version that was in force when the file was made.",
    ),
)
_PREFIXES = tuple(prefix for _, prefixes, _ in GROUPS for prefix in prefixes)

_RUN_MANIFEST = {
    "run_id": "The run that published the file; the same in every row.",
    "fact_kind": "run, landing_run, check or table.",
    "fact": "Name of the fact, id of the landing run, id of the check, or name of the table.",
    "source_id": "The source of a landing run.",
    "object": "The CRM object of a landing run, or the table that a check is about.",
    "value": "Value of a fact of the run, mode of a landing run, stage of a check.",
    "status": "Of a landing run running, complete or failed; of a check passed, failed or skipped.",
    "severity": "Of a check: block or warn.",
    "owner": "Who mends what the check finds.",
    "why": "Why the check is made.",
    "row_count": "Records landed, rows that fail a check, or rows of a table.",
    "expected_count": "How many live records the CRM itself counted.",
    "happened_at": "When a landing run landed (UTC).",
    "failing_keys": "JSON list of up to 20 keys of rows that fail a check.",
}
_TYPES = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.time64("us"): "time",
    pa.timestamp("us"): "timestamp",
    pa.decimal128(18, 2): "decimal(18,2)",
}
_DOC = re.compile(r"\{\{\s*doc\(\s*['\"]([\w]+)['\"]\s*\)\s*\}\}")
_DOCS_BLOCK = re.compile(r"\{%-?\s*docs\s+(\w+)\s*-?%\}(.*?)\{%-?\s*enddocs\s*-?%\}", re.DOTALL)

_HEAD = """\
# Data dictionary

Every table of the schema `reporting` in `published.duckdb`. The Parquet and CSV files under
`exports/` have the same names and columns. This page is generated from the YAML beside the dbt
models: change it there, then run `make docs`.

- `_at` is an instant in UTC, `_date`, `_week` and `_month` are dates in the reporting time zone.
- Rates lie between 0 and 1 and stand beside their `numerator` and `denominator`.
- A `_key` is Handoff's own; an `_id` was issued by the CRM and is unique only with `source_id`.
- `(all)` is a total; `(none)` is what has no campaign, team or other value.
- What each metric means is in the table [metric_definitions](#metric_definitions) itself.
"""


@dataclass(frozen=True)
class Column:
    """One column as readers see it."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """One published table. description: its first sentence ends with the grain."""

    name: str
    description: str
    columns: tuple[Column, ...]


def published_tables(models: Path = MODELS) -> list[Table]:
    """Every published table, by name. Raises DictionaryError for one that lacks a description."""
    docs = read_docs(models)
    tables = [*_marts(models, docs), *_playbook_tables(models), _run_manifest_table()]
    for table in tables:
        bare = [column.name for column in table.columns if not column.description]
        if not table.description or not table.columns or bare:
            raise DictionaryError(
                f"{table.name} is not described" + (f": {', '.join(bare)}" if bare else ""),
                fix=f"describe it in the .yml beside the model {table.name}, then: make docs",
            )
    return sorted(tables, key=lambda table: table.name)


def read_docs(models: Path = MODELS) -> dict[str, str]:
    """The texts of all ``{% docs name %}`` blocks of a project, each on one line."""
    return {
        name: " ".join(text.split())
        for path in sorted(models.rglob("*.md"))
        for name, text in _DOCS_BLOCK.findall(path.read_text(encoding="utf-8"))
    }


def render(tables: Iterable[Table]) -> str:
    """The page as Markdown."""
    given = list(tables)
    lines = [_HEAD]
    for title, prefixes, words in GROUPS:
        group = [table for table in given if table.name.startswith(prefixes)]
        if group:
            lines += [f"## {title}", "", words, "", *_index(group), ""]
            for table in group:
                lines += [*_section(table), ""]
    return "\n".join(lines).rstrip() + "\n"


def _index(tables: list[Table]) -> Iterator[str]:
    yield "| table | what it holds |"
    yield "|---|---|"
    for table in tables:
        yield f"| [{table.name}](#{table.name}) | {_cell(_first_sentence(table.description))} |"


def _section(table: Table) -> Iterator[str]:
    yield f"### {table.name}"
    yield ""
    yield table.description
    yield ""
    yield "| column | type | meaning |"
    yield "|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type} | {_cell(column.description)} |"


def _marts(models: Path, docs: dict[str, str]) -> Iterator[Table]:
    for path in sorted((models / "marts").rglob("*.yml")):
        for model in _load(path).get("models", []):
            name = str(model["name"])
            # A file of unit tests names no columns.
            if not name.startswith(_PREFIXES) or not model.get("columns"):
                continue
            columns = tuple(
                Column(
                    str(column["name"]),
                    str(column.get("data_type", "")),
                    _told(column.get("description"), docs, path),
                )
                for column in model["columns"]
                if name != "dim_people" or not is_personal(str(column["name"]))
            )
            yield Table(name, _told(model.get("description"), docs, path), columns)


def _playbook_tables(models: Path) -> Iterator[Table]:
    path = models / "staging" / "sources" / "playbook.yml"
    described = {
        table["name"]: str(table.get("description") or "")
        for source in _load(path)["sources"]
        for table in source["tables"]
    }
    for name, given in playbook_columns.TABLES.items():
        columns = tuple(
            Column(column.name, _TYPES[column.type], _sentence(column.meaning))
            for column in (playbook_columns.VERSION_KEY, *given)
        )
        yield Table(f"playbook_{name}", described.get(name, ""), columns)


def _run_manifest_table() -> Table:
    columns = tuple(
        Column(name, type_, _RUN_MANIFEST.get(name, ""))
        for name, type_ in run_manifest.COLUMNS.items()
    )
    return Table("run_manifest", "What the file was made of; one row a fact of the run.", columns)


def _told(description: Any, docs: dict[str, str], path: Path) -> str:
    def text_of(match: re.Match[str]) -> str:
        if match[1] not in docs:
            raise DictionaryError(
                f"{path.name} names doc('{match[1]}'), which no file holds",
                fix=f"write {{% docs {match[1]} %}} in dbt_project/models/shared_columns.md",
            )
        return docs[match[1]]

    return " ".join(_DOC.sub(text_of, str(description or "")).split())


def _sentence(words: str) -> str:
    text = words[:1].upper() + words[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _load(path: Path) -> dict[str, Any]:
    document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return document if isinstance(document, dict) else {}


def main() -> None:
    """Write the page and say where."""
    tables = published_tables()
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(render(tables), encoding="utf-8")
    sys.stdout.write(f"{len(tables)} tables in {OUTPUT.relative_to(PROJECT_ROOT)}\n")


if __name__ == "__main__":
    main()
