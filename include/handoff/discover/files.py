"""Put a proposal into files."""

from __future__ import annotations

from pathlib import Path

from handoff.discover.proposal import Proposal
from handoff.errors import SettingsError


def write_proposal(proposal: Proposal, folder: Path) -> list[Path]:
    """The files written. Raises SettingsError for one that is there: it may be in use."""
    paths = {folder / name: text for name, text in proposal.files.items()}
    for path in paths:
        if path.exists():
            raise SettingsError(
                f"{path} is there already", fix="name an empty folder, and merge by hand"
            )
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8")
    return list(paths)
