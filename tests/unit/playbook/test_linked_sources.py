"""Which source the foreign ids on a source's records are of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handoff.playbook import build_tables, load_playbook

LineOf = Callable[[str, str], int]
Mistakes = Callable[[], tuple[str, ...]]


@pytest.fixture
def add_organizations(folder: Path) -> Callable[..., None]:
    """Add organizations of Salesforce, of which the portal `hubspot` names one or none."""

    def add(*names: str, linked: str | None = None) -> None:
        path = folder / "sources.yml"
        text = path.read_text(encoding="utf-8")
        if linked:
            text = text.replace(
                "    crm: hubspot\n", f"    crm: hubspot\n    linked_source: {linked}\n"
            )
        for name in names:
            text += (
                f"  {name}:\n    label: {name}\n    crm: salesforce\n"
                f"    connection: handoff_{name}\n    portal_id: {name}\n"
            )
        path.write_text(text, encoding="utf-8")
        with (folder / "lifecycle.yml").open("a", encoding="utf-8") as file:
            file.writelines(f"  {name}: {{}}\n" for name in names)

    return add


def linked_sources(folder: Path) -> dict[str, str | None]:
    rows = build_tables(load_playbook(folder))["sources"].to_pylist()
    return {row["source_id"]: row["linked_source_id"] for row in rows}


def test_without_another_crm_ids_are_of_no_source(folder: Path) -> None:
    assert linked_sources(folder) == {"hubspot": None}


def test_ids_are_of_the_only_organization(
    folder: Path, add_organizations: Callable[..., None]
) -> None:
    add_organizations("org_east")
    assert linked_sources(folder) == {"hubspot": "org_east", "org_east": None}


def test_ids_are_of_the_organization_that_is_named(
    folder: Path, add_organizations: Callable[..., None]
) -> None:
    add_organizations("org_east", "org_west", linked="org_west")
    assert linked_sources(folder)["hubspot"] == "org_west"


def test_two_organizations_of_which_none_is_named_are_a_mistake(
    add_organizations: Callable[..., None], mistakes: Mistakes, line_of: LineOf
) -> None:
    add_organizations("org_east", "org_west")
    line = line_of("sources.yml", "  hubspot:")
    assert mistakes() == (
        f"sources.yml:{line}: 'hubspot' needs linked_source: its ids may be of"
        " org_east or org_west.",
    )


def test_a_name_that_no_organization_has_is_a_mistake(
    add_organizations: Callable[..., None], mistakes: Mistakes, line_of: LineOf
) -> None:
    add_organizations("org_east", "org_west", linked="org_wst")
    line = line_of("sources.yml", "linked_source:")
    (mistake,) = mistakes()
    assert mistake.startswith(f"sources.yml:{line}: linked source 'org_wst' is defined nowhere")
    assert "did you mean 'org_west'?" in mistake
