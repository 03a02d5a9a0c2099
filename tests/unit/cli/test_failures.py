"""How the command line ends: message, next step, exit code, and no secret anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from handoff.cli.failure import VerbGroup, redact
from handoff.errors import (
    ChecksFailedError,
    CrmError,
    SourceBusyError,
    SyncInterruptedError,
    WarehouseBusyError,
)

runner = CliRunner()


def failing_app(fail: Callable[[], None]) -> typer.Typer:
    app = typer.Typer(cls=VerbGroup)

    @app.callback()
    def root() -> None:
        """Makes the app a group."""

    @app.command()
    def work(context: typer.Context) -> None:
        context.find_root().meta["handoff.resume"] = "handoff sync"
        fail()

    return app


def raising(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CrmError("no"), 1),
        (ValueError("odd"), 1),
        (OSError(28, "No space left on device", "/somewhere"), 1),
        (ChecksFailedError("no"), 3),
        (WarehouseBusyError("no"), 4),
        (SourceBusyError("no"), 4),
        (SyncInterruptedError("no"), 130),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert runner.invoke(failing_app(raising(error)), ["work"]).exit_code == code


def test_wrong_usage_is_exit_code_2() -> None:
    assert runner.invoke(failing_app(lambda: None), ["wrok"]).exit_code == 2


def test_an_error_names_source_object_and_next_step() -> None:
    error = CrmError("The token lacks a scope", source="emea", object="deals", fix="grant it")
    told = runner.invoke(failing_app(raising(error)), ["work"]).stderr
    assert "The token lacks a scope" in told
    for name, value in (("source", "emea"), ("object", "deals"), ("next", "grant it")):
        assert any(name in line and value in line for line in told.splitlines())


def test_markup_in_a_message_is_shown_and_not_obeyed() -> None:
    done = runner.invoke(failing_app(raising(CrmError("stage [red]x[/red] [/]"))), ["work"])
    assert "stage [red]x[/red] [/]" in done.stderr


def test_an_interruption_says_which_command_goes_on() -> None:
    done = runner.invoke(failing_app(raising(KeyboardInterrupt())), ["work"])
    assert "handoff sync" in done.stderr


def test_an_unknown_error_leaves_its_traceback_without_secrets(tmp_path: Path) -> None:
    failing = failing_app(raising(ValueError("Authorization: Bearer abc-123-xyz")))
    told = runner.invoke(failing, ["work"]).stderr
    (log,) = (tmp_path / "home" / "runs").glob("*/error.log")
    assert str(log) in told
    assert "Traceback" in log.read_text()
    assert "Traceback" not in told
    assert "abc-123-xyz" not in log.read_text() + told


@pytest.mark.parametrize(
    "text",
    [
        "Bearer s3cr3t",
        '{"password": "s3cr3t"}',
        "token=s3cr3t&x=1",
        "'Authorization': 'Bearer s3cr3t'",
        "key pat-na1-s3cr3t-more",
    ],
)
def test_redacted_text_holds_no_secret(text: str) -> None:
    assert "s3cr3t" not in redact(text)
