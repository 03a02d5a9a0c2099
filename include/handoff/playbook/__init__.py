"""The playbook: what a handoff is, as data that revenue operations edit (``playbook/*.yml``)."""

from handoff.playbook.load import load_playbook
from handoff.playbook.playbook import Playbook
from handoff.playbook.tables import build_tables
from handoff.playbook.versions import PlaybookVersion, load_version_tables, load_versions

__all__ = [
    "Playbook",
    "PlaybookVersion",
    "build_tables",
    "load_playbook",
    "load_version_tables",
    "load_versions",
]
