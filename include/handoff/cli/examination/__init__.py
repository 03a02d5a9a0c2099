"""What `handoff doctor` looks at: each finding with its state and the next thing to do."""

from __future__ import annotations

from collections.abc import Iterator

from handoff.cli.examination.account import examine_account
from handoff.cli.examination.finding import Finding, guarded
from handoff.cli.examination.landing import examine_landing, source_lock_finding
from handoff.cli.examination.machine import clock_finding, disk, python, warehouse_lock
from handoff.playbook import load_playbook
from handoff.settings import Settings
from handoff.sync import playbook_sources

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the cheap and local first, then at each source of the playbook."""
    yield python()
    yield Finding("home", "good", str(settings.home))
    yield disk(settings)
    yield warehouse_lock(settings)
    yield guarded("landing", lambda: clock_finding(settings))
    playbook = guarded("playbook", lambda: _playbook(settings))
    yield playbook
    if playbook.state == "bad":
        return
    for source in playbook_sources(settings.playbook_dir):
        yield from source_lock_finding(settings, source.source_id)
        yield from examine_landing(settings, source.source_id)
        yield from examine_account(settings, source)


def _playbook(settings: Settings) -> Finding:
    playbook = load_playbook(settings.playbook_dir)
    return Finding("playbook", "good", f"{settings.playbook_dir}, version {playbook.version_key}")
