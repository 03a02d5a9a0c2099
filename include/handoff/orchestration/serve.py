"""Airflow with its pages and schedules, in the foreground, over a private home."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from handoff.errors import HandoffError, SettingsError
from handoff.orchestration.airflow_env import (
    USER,
    airflow_home,
    airflow_variables,
    password_file,
    prepare_home,
)
from handoff.orchestration.demo_home import demo_settings, demo_variables, portal_dir
from handoff.settings import Settings, connection

START_SECONDS = 240.0


def serve(settings: Settings, *, port: int, demo: bool, say: Callable[[str], None]) -> None:
    """Run `airflow standalone` until it is interrupted.

    demo: with the demo's home and its sandbox CRM (made if there is none) as the source.
    Raises SettingsError when a source has no connection, HandoffError when Airflow does not start.
    """
    with contextlib.ExitStack() as stack:
        if demo:
            settings = demo_settings(settings)
            _enter_demo(settings, stack)
        else:
            _demand_connections(settings)
            os.environ.update(airflow_variables(settings))
        os.environ["AIRFLOW__API__PORT"] = str(port)
        os.environ["AIRFLOW__API__BASE_URL"] = f"http://127.0.0.1:{port}"
        prepare_home(settings)
        _prepare_metadata()
        log_path = airflow_home(settings) / "standalone.log"
        process = stack.enter_context(_standalone(log_path))
        say(f"Airflow is starting; its log is {log_path}")
        _wait_until_healthy(process, port, log_path)
        say(f"Airflow is up: http://127.0.0.1:{port}")
        say(f"  user      {USER}")
        say(f"  password  in {password_file(settings)}")
        say(f"  home      {settings.home}")
        say("  stop      Ctrl-C")
        code = process.wait()
        raise HandoffError(f"Airflow ended with exit code {code}", fix=f"read {log_path}")


def _enter_demo(settings: Settings, stack: contextlib.ExitStack) -> None:
    from handoff.sandbox.server import DEFAULT_TOKEN, running_sandbox

    if not portal_dir(settings).exists():
        raise SettingsError("There is no demo yet", fix="make demo, then: make up DEMO=1")
    sandbox = stack.enter_context(running_sandbox(portal_dir(settings), process=True))
    os.environ.update(demo_variables(settings, sandbox.base_url, DEFAULT_TOKEN))


def _demand_connections(settings: Settings) -> None:
    from handoff.sync import playbook_sources

    for source in playbook_sources(settings.playbook_dir):
        try:
            connection(source.connection_id)
        except SettingsError as error:
            raise SettingsError(
                error.message,
                source=source.source_id,
                fix=f"{error.fix}; or look at the sandbox first: make up DEMO=1",
            ) from None


def _prepare_metadata() -> None:
    """In a process of its own: importing Airflow here would fix its settings for good."""
    command = [
        sys.executable,
        "-c",
        "from handoff.orchestration.metadata import ensure_metadata\n"
        "from handoff.settings import get_settings\n"
        "ensure_metadata(get_settings())",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise HandoffError(
            "Airflow's metadata database cannot be made: "
            f"{(done.stderr.strip().splitlines() or ['no reason given'])[-1]}",
            fix="remove the folder airflow/ under HANDOFF_HOME and run it again",
        )


@contextlib.contextmanager
def _standalone(log_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    programs = Path(sys.executable).parent
    # It starts its parts by the bare name, which must be this environment's.
    os.environ["PATH"] = os.pathsep.join([str(programs), *os.get_exec_path()])
    with log_path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 -- the virtual environment's own airflow
            [str(programs / "airflow"), "standalone"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGINT first: on SIGTERM its children stay and hold the port. What hangs is killed."""
    for number, seconds in ((signal.SIGINT, 15.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGINT:
                process.send_signal(number)
            else:
                os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
            break
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log_path: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5).is_success:
                return
        time.sleep(0.5)
    raise HandoffError("Airflow did not start", fix=f"read {log_path}; is port {port} free?")
