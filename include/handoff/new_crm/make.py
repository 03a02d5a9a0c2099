"""Make a CRM: every file of it from the template, and its word in the lists that name CRMs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from handoff.crm.registry import CRMS
from handoff.errors import SettingsError
from handoff.new_crm.renaming import CrmName
from handoff.new_crm.shapes import canonical_shapes, staging_folder

_TEMPLATE = Path(__file__).parent / "template"
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,30}")

# The lists that name CRMs: file, and the line in which the word goes to the end.
_LISTS = (
    ("include/handoff/crm/registry.py", re.compile(r"^(CRMS = \(.*\")(\))$", re.MULTILINE), '"'),
    ("dbt_project/dbt_project.yml", re.compile(r"^(  crms: \[.*\w)(\])$", re.MULTILINE), ""),
)
_CASES = "tests/contract/crm_cases.py"


@dataclass(frozen=True)
class NewCrm:
    """What was made: new files, and files in which a word was added, below the project."""

    made: tuple[str, ...]
    changed: tuple[str, ...]


def make_crm(project: Path, slug: str, label: str | None = None) -> NewCrm:
    """Write a CRM into the repository. Raises SettingsError before anything is written."""
    name = CrmName(slug, label or slug.replace("_", " ").title())
    _check(project, name)
    changed = plan_lists(project, name)
    made = plan_files(project, name)
    taken = [path for path in made if (project / path).exists()]
    if taken:
        raise SettingsError(
            f"{taken[0]} is there already", fix="choose another name, or remove what was made"
        )
    for path, text in {**made, **changed}.items():
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return NewCrm(tuple(made), tuple(changed))


def plan_files(project: Path, name: CrmName) -> dict[str, str]:
    """The new files, by their path below the project."""
    planned: dict[str, str] = {}
    folders = {
        "connector": f"include/handoff/crm/{name.slug}",
        "sandbox": f"include/handoff/sandbox/server/{name.slug}",
        "contract": "tests/contract",
        "warehouse": "dbt_project/models/staging/sources",
    }
    for part, folder in folders.items():
        for path in sorted((_TEMPLATE / part).iterdir()):
            if path.is_file():
                file = path.name.removesuffix(".template").replace("example_crm", name.slug)
                planned[f"{folder}/{file}"] = name.renamed(path.read_text(encoding="utf-8"))
    staging = staging_folder(project, name.slug).relative_to(project)
    for shape in canonical_shapes(project):
        model = f"{staging}/stg_{name.slug}__{shape.name}"
        planned[f"{model}.sql"] = shape.sql()
        planned[f"{model}.yml"] = shape.yml_for(name.slug, name.label)
    return planned


def plan_lists(project: Path, name: CrmName) -> dict[str, str]:
    """The files that name all CRMs, with the new word. Raises SettingsError."""
    planned: dict[str, str] = {}
    for path, line, quote in _LISTS:
        text = (project / path).read_text(encoding="utf-8")
        word = rf"\1, {quote}{name.slug}{quote}\2"
        planned[path], count = line.subn(word, text)
        if count != 1:
            raise SettingsError(
                f"{path} has no list of CRMs where one was", fix=f"add {name.slug} to it by hand"
            )
    planned[_CASES] = _with_case((project / _CASES).read_text(encoding="utf-8"), name)
    return planned


def _with_case(text: str, name: CrmName) -> str:
    """The module of the contract's cases with one more."""
    first, *rest = re.split(r"(?=^from \w+_case import )", text, flags=re.MULTILINE)
    *others, last = rest
    imported, _, after = last.partition("\n")
    mine = f"from {name.slug}_case import {name.class_name}Case"
    imports = sorted([*(one.rstrip("\n") for one in others), imported, mine])
    entry = f'"{name.slug}": {name.class_name}Case'
    closing = re.compile(r",?(\s*)\}\s*$")
    joined = first + "\n".join(imports) + "\n" + after
    return closing.sub(rf",\1    {entry},\1}}\n" if "\n}" in joined else f", {entry}}}\n", joined)


def _check(project: Path, name: CrmName) -> None:
    if not _SLUG.fullmatch(name.slug):
        raise SettingsError(
            f"{name.slug!r} is no name for a CRM",
            fix="choose small letters, digits and underscores, such as: handoff new-crm close",
        )
    if name.slug in CRMS:
        raise SettingsError(
            f"There is a CRM {name.slug} already", fix=f"choose none of: {', '.join(CRMS)}"
        )
    if not (project / "dbt_project" / "dbt_project.yml").is_file():
        raise SettingsError(
            f"{project} is no copy of Handoff's repository", fix="run it where the repository is"
        )
