"""Read the suites of ``expectations/``: one YAML file a suite, each suite about one table.

A suite names its table and key, a check its why, owner and severity, and what is expected: either
an expectation of Great Expectations with its arguments, or SQL that selects the rows that fail.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from handoff.errors import CheckSuiteError
from handoff.playbook.vocabulary import CrmKind
from handoff.settings import PROJECT_ROOT

EXPECTATIONS_DIR = PROJECT_ROOT / "expectations"
STAGES = ("arrived", "leaving")

Owner = Literal["marketing", "sdr", "ae", "ops", "engineer"]
Severity = Literal["block", "warn"]


class Check(BaseModel):
    """One check. failing_rows: SQL over ``{batch}``, the suite's table, that selects bad rows.

    key: columns of the failing rows that may be kept, when they differ from the suite's.
    only_for: the tables of a suite over several tables that the check is about; empty for all.
    crm: the only CRM that the check is about.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    why: str = Field(min_length=20)
    owner: Owner
    severity: Severity
    expectation: str | None = None
    arguments: dict[str, Any] = {}
    failing_rows: str | None = None
    key: list[str] | None = None
    only_for: list[str] = []
    crm: CrmKind | None = None

    @model_validator(mode="after")
    def _expects_one_thing(self) -> Self:
        if (self.expectation is None) == (self.failing_rows is None):
            raise ValueError(f"{self.id}: give either expectation or failing_rows")
        if self.failing_rows is not None and "{batch}" not in self.failing_rows:
            raise ValueError(f"{self.id}: failing_rows must read {{batch}}, the suite's table")
        return self


class Suite(BaseModel):
    """The checks of one table.

    crm: the only CRM that the table is about. when_absent: what a missing table means (skip: not
    built yet).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Literal["arrived", "leaving"]
    table: str = Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$|^[a-z_]+$")
    key: list[str] = Field(min_length=1)
    crm: CrmKind | None = None
    when_absent: Literal["fail", "skip"] = "fail"
    checks: list[Check] = Field(min_length=1)

    @property
    def schema_and_name(self) -> tuple[str | None, str]:
        """The schema (None for a table of the checks' own evidence) and the table's name."""
        schema, _, name = self.table.rpartition(".")
        return schema or None, name

    def key_of(self, check: Check) -> list[str]:
        """The columns that name a failing row of the check."""
        return check.key or self.key


def read_suites(
    stage: str, folder: Path = EXPECTATIONS_DIR, crms: Collection[str] | None = None
) -> list[Suite]:
    """The suites of a stage in the order of their files; a file over several tables gives several.

    crms: those in use; what is about another CRM is left out. None for all.
    Raises CheckSuiteError that names the file and the place of a mistake.
    """
    paths = sorted((folder / stage).glob("*.yml"))
    if not paths:
        raise CheckSuiteError(
            f"There are no suites for the stage {stage!r}",
            fix=f"stages are {', '.join(STAGES)}; suites are YAML files in {folder / stage}",
        )
    suites = [suite for path in paths for suite in _read_file(path)]
    for suite in suites:
        if suite.stage != stage:
            raise CheckSuiteError(
                f"The suite of {suite.table} says stage {suite.stage!r}, its folder says {stage!r}",
                fix=f"move the file or change its stage: {folder / stage}",
            )
    _refuse_twins(suites)
    return suites if crms is None else [one for suite in suites for one in _about(suite, crms)]


def _about(suite: Suite, crms: Collection[str]) -> list[Suite]:
    """The suite without its checks about other CRMs; nothing when none is left."""
    if suite.crm is not None and suite.crm not in crms:
        return []
    kept = [check for check in suite.checks if check.crm is None or check.crm in crms]
    return [suite.model_copy(update={"checks": kept})] if kept else []


def _read_file(path: Path) -> list[Suite]:
    try:
        document = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise ValueError("the file must hold a mapping")
        tables = document.pop("tables", None) or [document.pop("table", None)]
        return [_suite_of_table(document, table) for table in tables]
    except ValidationError as error:
        message = "; ".join(
            ": ".join(filter(None, (".".join(map(str, one["loc"])), one["msg"])))
            for one in error.errors()[:3]
        )
    except (YAMLError, ValueError, OSError) as error:
        message = " ".join(str(error).split())
    raise CheckSuiteError(f"{path.name} has a mistake: {message}", fix=f"mend {path}")


def _suite_of_table(document: dict[str, Any], table: Any) -> Suite:
    suite = Suite.model_validate({**document, "table": table})
    name = suite.schema_and_name[1]
    kept = [check for check in suite.checks if not check.only_for or name in check.only_for]
    return suite.model_copy(update={"checks": kept})


def _refuse_twins(suites: list[Suite]) -> None:
    seen: set[tuple[str, str]] = set()
    for suite in suites:
        for check in suite.checks:
            if (suite.table, check.id) in seen:
                raise CheckSuiteError(
                    f"{suite.table} has two checks named {check.id}", fix="rename one of them"
                )
            seen.add((suite.table, check.id))
