"""Syncs in processes that may be killed, as the tests order them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from handoff.sandbox.server import RunningSandbox
from handoff.settings import Settings

SCRIPT = Path(__file__).with_name("sync_to_kill.py")


@dataclass(frozen=True)
class Ended:
    """How a sync ended: killed, or after so many events."""

    is_killed: bool
    events: int


class SyncProcesses:
    """A context manager. Orders syncs, one after the other."""

    def __enter__(self) -> SyncProcesses:
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def sync(
        self,
        sandbox: RunningSandbox,
        settings: Settings,
        crm: str,
        source_id: str,
        at: datetime,
        *,
        mode: str = "changes",
        point: int = 0,
    ) -> Ended:
        """One sync that stands at an instant. Fails when it ends with an error of its own."""
        order = {
            "crm": crm,
            "url": sandbox.base_url,
            "source_id": source_id,
            "point": point,
            "mode": mode,
            "environment": {"HANDOFF_HOME": str(settings.home), "HANDOFF_AS_OF": at.isoformat()},
        }
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the process of the syncs has no pipes")
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        is_killed = told["signal"] == signal.SIGKILL
        if not is_killed and (told["error"] or told["signal"]):
            raise AssertionError(f"the sync of {source_id} failed by itself: {told}")
        return Ended(is_killed, told["events"])
