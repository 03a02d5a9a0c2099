"""Which accounts are synced, and what the playbook wants to know of their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handoff.crm.source_rules import SourceRules
from handoff.errors import SettingsError

# Where a property that the playbook reads for a purpose is named, and so mended.
_FILES = {
    "stage": "lifecycle.yml",
    "field": "fields.yml",
    "reason": "reasons.yml",
    "exclusion": "people.yml",
    "owner": "sources.yml",
    "passed": "passed_properties.yml",
}


@dataclass(frozen=True)
class SyncSource:
    """One account.

    tracked: properties that the playbook names, by object. named_in: the file that names one, by
    ``object.property``. rules: how far the account may be used. sweep_every_hours: how old the last
    list of all ids may be.
    """

    source_id: str
    crm: str
    connection_id: str
    tracked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    named_in: Mapping[str, Path] = field(default_factory=dict)
    rules: SourceRules = field(default_factory=SourceRules)
    sweep_every_hours: float = 24


def named_sources(playbook_dir: Path, names: Sequence[str]) -> list[SyncSource]:
    """The sources of these names, all where none is given. Raises PlaybookError, SettingsError."""
    known = {one.source_id: one for one in playbook_sources(playbook_dir)}
    for name in names:
        if name not in known:
            raise SettingsError(
                f"The playbook has no source {name!r}; it has {', '.join(known) or 'none'}",
                fix=f"edit {playbook_dir / 'sources.yml'}, or name one of them",
            )
    return [known[name] for name in names or known]


def playbook_sources(playbook_dir: Path) -> list[SyncSource]:
    """The sources of a playbook, in its order. Raises PlaybookError."""
    # Here, since a sync of a source that is given in code needs no playbook.
    from handoff.playbook.load import load_playbook
    from handoff.playbook.rows.passed_properties import passed_properties
    from handoff.playbook.rows.stages import tracked_properties

    playbook = load_playbook(playbook_dir)
    passed = ({**row, "purpose": "passed"} for row in passed_properties(playbook))
    tracked: dict[str, dict[str, list[str]]] = {}
    named_in: dict[str, dict[str, Path]] = {}
    for row in (*tracked_properties(playbook), *passed):
        source_id, object_, name = row["source_id"], row["object"], row["property"]
        names = tracked.setdefault(source_id, {}).setdefault(object_, [])
        if name not in names:
            names.append(name)
        path = playbook_dir / _FILES.get(row["purpose"], "")
        named_in.setdefault(source_id, {}).setdefault(f"{object_}.{name}", path)
    return [
        SyncSource(
            source_id=source_id,
            crm=source.crm,
            connection_id=source.connection,
            tracked=tracked.get(source_id, {}),
            named_in=named_in.get(source_id, {}),
            sweep_every_hours=source.sweep_every_hours,
            rules=SourceRules(
                daily_call_budget=source.daily_call_budget,
                reload_formulas_every_days=source.reload_formulas_every_days,
                requests_at_a_time=source.requests_at_a_time,
            ),
        )
        for source_id, source in playbook.sources.sources.items()
    ]
