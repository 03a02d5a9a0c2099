"""How the command line ends when something goes wrong.

Exit codes: 0 done, 1 error, 2 wrong usage, 3 blocked by checks, 4 another run is at work,
130 interrupted.
"""

from __future__ import annotations

import re
import signal
import threading
import traceback
from pathlib import Path
from types import FrameType
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from handoff import clock
from handoff.cli.console import err
from handoff.errors import (
    ChecksFailedError,
    HandoffError,
    SourceBusyError,
    SyncInterruptedError,
    WarehouseBusyError,
)
from handoff.settings import get_settings

EXIT_ERROR = 1
EXIT_BLOCKED = 3
EXIT_BUSY = 4
EXIT_INTERRUPTED = 130

_SECRET = re.compile(
    r"""( (?:bearer|basic)\s+ | pat-\w+-
        | ["']?(?:password|token|secret|authorization)["']?\s*[:=]\s*["']?(?:(?:bearer|basic)\s+)?
    )[^\s"',}&]+""",
    re.IGNORECASE | re.VERBOSE,
)


class VerbGroup(TyperGroup):
    """The group of all verbs: turns every error into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; raise typer.Exit with the documented code when it fails."""
        if threading.current_thread() is threading.main_thread():
            # Being told to end is being interrupted: what was started is stopped, locks are freed.
            signal.signal(signal.SIGTERM, _interrupt)
        try:
            return super().invoke(ctx)
        except HandoffError as error:
            show_error(error)
            raise typer.Exit(exit_code(error)) from None
        except KeyboardInterrupt:
            show_interruption(str(ctx.meta.get("handoff.resume") or "the same command again"))
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except OSError as error:
            show_error(
                HandoffError(
                    f"{error.strerror or error}: {error.filename or 'no file named'}",
                    fix="check the disk's space and permissions (handoff doctor), then again",
                )
            )
            raise typer.Exit(EXIT_ERROR) from None
        except Exception as error:
            if type(error).__module__.startswith("typer"):
                raise  # wrong usage and deliberate exits, which typer itself prints
            show_unknown(error)
            raise typer.Exit(EXIT_ERROR) from None


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 -- signal's own form
    raise KeyboardInterrupt


def exit_code(error: HandoffError) -> int:
    """The documented exit code of an error."""
    if isinstance(error, ChecksFailedError):
        return EXIT_BLOCKED
    if isinstance(error, (WarehouseBusyError, SourceBusyError)):
        return EXIT_BUSY
    if isinstance(error, SyncInterruptedError):
        return EXIT_INTERRUPTED
    return EXIT_ERROR


def show_error(error: HandoffError) -> None:
    """What was wrong, where, and the next command or setting to touch."""
    word = "Blocked" if isinstance(error, ChecksFailedError) else "Error"
    err.print(f"[bold red]{word}[/]  {escape(error.message)}")
    for name, value in (
        ("source", error.source),
        ("object", error.object),
        ("run", error.run_id),
        ("next", error.fix),
    ):
        if value:
            err.print(f"  [dim]{name:<7}[/] {escape(str(value))}")


def show_interruption(resume: str) -> None:
    """What is kept after Ctrl-C, and the command that goes on."""
    err.print(
        "[yellow]Interrupted.[/] What landed, the warehouse and the published files are whole."
    )
    err.print(f"  [dim]go on[/]   {escape(resume)}")


def show_unknown(error: Exception) -> None:
    """A short message, and the file that holds the traceback."""
    err.print(f"[bold red]Error[/]  {escape(redact(f'{type(error).__name__}: {error}'))[:500]}")
    try:
        path = _write_traceback(error)
    except OSError:
        return
    err.print(f"  [dim]details[/] {escape(str(path))}")
    err.print("  [dim]next[/]    handoff doctor")


def redact(text: str) -> str:
    """The text without what looks like a token or password."""
    return _SECRET.sub(r"\1***", text)


def _write_traceback(error: Exception) -> Path:
    folder = get_settings().runs_dir / clock.new_run_id()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "error.log"
    lines = traceback.format_exception(error)
    path.write_text(redact("".join(lines)), encoding="utf-8")
    return path
