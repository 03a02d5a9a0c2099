"""Show a plan on a terminal."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from handoff.write_back.plan import ProposedChange, summary


def plan_view(changes: list[ProposedChange], *, shown: int = 20) -> Group:
    """The plan as a table of its first ``shown`` changes and a line that sums all of them up.

    Values are printed as they are: CRM text is never read as markup.
    """
    table = Table(title="Dry run: nothing is sent", title_justify="left", expand=False)
    for heading in ("due (UTC)", "record", "owner", "change", "why"):
        table.add_column(heading, overflow="fold")
    for change in changes[:shown]:
        table.add_row(*(Text(cell) for cell in _cells(change)))
    parts: list[Table | Text] = [table] if changes else []
    if len(changes) > shown:
        parts.append(Text(f"… and {len(changes) - shown} more"))
    parts.append(Text(summary(changes)))
    return Group(*parts)


def _cells(change: ProposedChange) -> tuple[str, ...]:
    return (
        f"{change.due_at:%Y-%m-%d %H:%M}" if change.due_at else "",
        change.record_url or f"{change.source_id}/{change.object}/{change.record_id}",
        change.owner_key or "nobody",
        change.proposed_change,
        change.reason,
    )
