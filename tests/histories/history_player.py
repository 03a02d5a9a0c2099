"""Plays a history: edits in a sandbox, and syncs of it into the landing of a home."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from account_steps import History
from played_crms import PlayedCrm
from server_truth import ServerTruth
from small_account import STARTS_AT
from sync_processes import SyncProcesses
from syncing_source import connector_to, source_of

from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.settings import Settings
from handoff.sync import sync_source

# A sync of the account makes about this many audit events.
_KILL_WITHIN = 9000


def play(
    crm: PlayedCrm,
    history: History,
    source_id: str,
    portal: Path,
    settings: Settings,
    processes: SyncProcesses,
) -> ServerTruth:
    """Play a history to its end and sync what is left; what the CRM holds then."""
    options = crm.options(history)
    with running_sandbox(portal, **options) as sandbox, pytest.MonkeyPatch.context() as patch:
        player = _Player(crm, history, source_id, sandbox, settings, processes, patch)
        for step in history.steps:
            player.pass_time(step.pause)
            player.step(step.kind, Random(step.seed))  # noqa: S311
        # The next sync, when the index has caught up and the clocks do not matter any more.
        player.pass_time(timedelta(days=1))
        player.sync()
        player.pass_time(timedelta(hours=1))
        player.sync(mode="sweep")
        return crm.truth(source_id, player.editor.state, player.editor.erased)


class _Player:
    def __init__(
        self,
        crm: PlayedCrm,
        history: History,
        source_id: str,
        sandbox: RunningSandbox,
        settings: Settings,
        processes: SyncProcesses,
        patch: pytest.MonkeyPatch,
    ) -> None:
        self._crm, self._history, self._source_id = crm, history, source_id
        self._sandbox, self._settings = sandbox, settings
        self._processes, self._patch = processes, patch
        self.editor = crm.editor(sandbox)
        self._now = STARTS_AT
        self.pass_time(timedelta(0))

    def pass_time(self, pause: timedelta) -> None:
        self._now += pause
        self.editor.at(self._now + self._history.clock_skew)
        self._patch.setenv("HANDOFF_AS_OF", self._now.isoformat())

    def step(self, kind: str, random: Random) -> None:
        if kind in self._crm.edits:
            self.editor.play(kind, random)
        elif kind == "sync":
            self.sync()
        elif kind == "killed sync":
            self._killed_sync(random)
        else:
            self._sync_with_edits(random)

    def sync(self, mode: str = "changes", after_batch: Callable[[int], None] | None = None) -> None:
        connector = connector_to(
            self._crm.name,
            self._sandbox.base_url,
            self._sandbox.token,
            self._source_id,
            after_batch,
        )
        try:
            sync_source(
                source_of(self._crm.name, self._source_id),
                settings=self._settings,
                connector=connector,
                is_sweep_forced=mode == "sweep",
                # The account is so small that a few erased people are many.
                accepts_erasures=True,
            )
        finally:
            connector.close()

    def _sync_with_edits(self, random: Random) -> None:
        """People go on working while the sync reads."""
        kinds = self._crm.edits_meanwhile
        edits = [
            (random.randint(1, 40), random.choice(kinds), random.randrange(1_000_000))
            for _ in range(random.randint(1, 4))
        ]

        def after_batch(number: int) -> None:
            for place, kind, seed in edits:
                if place == number:
                    self.editor.at(self.editor.state.now() + timedelta(seconds=1))
                    self.editor.play(kind, Random(seed))  # noqa: S311

        self.sync(after_batch=after_batch)

    def _killed_sync(self, random: Random) -> None:
        point = random.randint(300, _KILL_WITHIN)
        self._processes.sync(
            self._sandbox,
            self._settings,
            self._crm.name,
            self._source_id,
            self._now,
            point=point,
        )
