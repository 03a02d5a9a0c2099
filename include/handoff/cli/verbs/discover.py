"""`handoff discover`: what an account has, and a playbook that could fit it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from handoff.cli.console import err, out
from handoff.settings import get_settings

if TYPE_CHECKING:
    from handoff.discover import ObjectFacts, PropertyFacts

_HARDLY_EVER = 0.01
_HEADINGS = ("property", "label", "type", "filled", "of", "values")


def discover(
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source; may be given again.")
    ] = None,
    sample: Annotated[
        int,
        typer.Option("--sample", min=0, help="Records to read where none have landed; 0 for none."),
    ] = 500,
    is_all: Annotated[
        bool, typer.Option("--all", help="Also properties that are hardly ever filled in.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option("--write", help="Put the proposal into files of this folder.")
    ] = None,
) -> None:
    """Print each property with its fill rate, and propose lifecycle, fields and reasons.

    Values are told only of properties that have a list of them, with how often each was met.
    """
    from handoff.crm.registry import crm_traits
    from handoff.discover import propose, read_facts
    from handoff.discover.files import write_proposal
    from handoff.sync.sources import named_sources

    settings = get_settings()
    accounts = []
    for one in named_sources(settings.playbook_dir, source or ()):
        objects: list[ObjectFacts] = []
        for facts in read_facts(settings, one, sample):
            _print(one.source_id, facts, is_all=is_all)
            objects.append(facts)
        accounts.append((one.source_id, crm_traits(one.crm), objects))
    proposal = propose(accounts)
    if write is not None:
        for path in write_proposal(proposal, write):
            err.print(f"wrote {escape(str(path))}")
        return
    for name, text in proposal.files.items():
        out.print(f"\n[bold]# {name}[/]\n{escape(text)}", end="")


def _print(source_id: str, facts: ObjectFacts, *, is_all: bool) -> None:
    """One line a property, those that are filled in most often first."""
    out.print(f"\n[bold]{escape(source_id)}: {escape(facts.name)}[/]")
    ordered = sorted(facts.properties, key=lambda each: (-(each.fill_rate or 0), each.name))
    shown = [one for one in ordered if is_all or _is_likely(one) or _is_used(one)]
    rows = [_HEADINGS, *map(_cells, shown)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS) - 1)]
    for row in rows:
        *cells, values = row
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        out.print(escape("  ".join([*padded, values]).rstrip()))
    if len(shown) < len(ordered):
        hidden = len(ordered) - len(shown)
        out.print(f"[dim]{hidden} more are hardly ever filled in: --all shows them[/]")


def _cells(one: PropertyFacts) -> tuple[str, ...]:
    definition = one.definition
    rate = "" if one.fill_rate is None else f"{one.fill_rate:.0%}"
    listed = f"{len(definition.options)} listed" if definition.options else ""
    if one.owners is not None:
        listed = f"{one.owners} owners"
    elif _is_likely(one) and listed:
        labels = definition.option_labels
        listed = ", ".join(
            f"{labels.get(option, option)} {one.counts.get(option, 0):,}"
            for option in definition.options
        )
    return (
        one.name,
        f"{definition.label}{' (custom)' if definition.is_custom else ''}",
        definition.type,
        rate,
        f"{one.n:,} {one.taken_from}" if one.n else "not read",
        listed,
    )


def _is_likely(one: PropertyFacts) -> bool:
    """Whether it may hold a stage or a reason: of these alone are values told."""
    from handoff.discover.guesses import is_reason_name, is_stage_name

    words = (one.name, one.definition.label)
    return is_stage_name(*words) or is_reason_name(*words)


def _is_used(one: PropertyFacts) -> bool:
    return (one.fill_rate or 0) >= _HARDLY_EVER
