"""Syncs in processes of their own, each of which can kill itself at a chosen point.

    python sync_to_kill.py

Reads a JSON object a line: crm, url, source_id, point, mode, environment. Forks for each, since
importing the product takes longer than the sync, and answers with a line: signal (0 for none),
events and error.

Points are counted in what the process does to files and sockets (its audit events), so a seed
chooses the same point again. Point 0 kills nothing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from syncing_source import connector_to, source_of

from handoff.errors import HandoffError
from handoff.landing import writer
from handoff.sandbox.server.options import DEFAULT_TOKEN
from handoff.sync import sync_source

WATCHED = ("open", "os.", "socket.", "shutil.")


def sync(order: dict[str, Any], answer: int) -> None:
    """The forked process: one sync, to its end or to the point."""
    events = 0

    def happen(event: str, _: object) -> None:
        nonlocal events
        if event.startswith(WATCHED):
            events += 1
            if events == order["point"]:
                os.kill(os.getpid(), signal.SIGKILL)

    os.environ.update(order["environment"])
    # Parts as small as a page, so that there is much to be torn apart.
    writer.PART_ROWS = 1
    connector = connector_to(order["crm"], order["url"], DEFAULT_TOKEN, order["source_id"])
    sys.addaudithook(happen)
    error = ""
    try:
        sync_source(
            source_of(order["crm"], order["source_id"]),
            connector=connector,
            is_sweep_forced=order["mode"] == "sweep",
            accepts_erasures=True,
        )
    except HandoffError as caught:
        error = str(caught)
    os.write(answer, json.dumps({"events": events, "error": error}).encode())


def main() -> None:
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                sync(json.loads(line), writing)
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        ended = {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}
        told_of = json.loads(told) if told else {"events": 0, "error": "nothing was told"}
        sys.stdout.write(json.dumps(told_of | ended) + "\n")
        sys.stdout.flush()


main()
