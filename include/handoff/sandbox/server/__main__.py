"""`python -m handoff.sandbox.server --portal DIR --port N`: a sandbox in a process of its own."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from handoff.errors import SandboxError
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.running import read_options, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m handoff.sandbox.server", description=__doc__)
    parser.add_argument("--portal", type=Path, required=True, help="the portal folder")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--options", type=Path, help="options as JSON")
    parser.add_argument("--child", action="store_true", help="stop when standard input closes")
    given = parser.parse_args()
    if given.child:
        threading.Thread(target=_stop_with_parent, daemon=True).start()
    try:
        options = read_options(given.options) if given.options else SandboxOptions()
        serve(given.portal, given.port, options)
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _stop_with_parent() -> None:
    """End when the parent's pipe closes, so that a killed parent leaves no server behind."""
    sys.stdin.buffer.read()
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
