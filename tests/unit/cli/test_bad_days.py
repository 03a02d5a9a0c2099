"""The command as a process on a bad day: what it says, and the code with which it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import Fault, FaultPlan, RunningSandbox, running_sandbox
from handoff.settings import PROJECT_ROOT
from handoff.warehouse import writer_lock

HANDOFF = Path(sys.executable).with_name("handoff")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    generate_portal(folder, people=60, days=20)
    return folder


@pytest.fixture
def sandbox(portal: Path) -> Iterator[RunningSandbox]:
    with running_sandbox(portal) as running:
        yield running


def account(sandbox: RunningSandbox, token: str | None = None) -> dict[str, str]:
    given = {"conn_type": "http", "host": sandbox.base_url, "password": token or sandbox.token}
    return {"AIRFLOW_CONN_HANDOFF_HUBSPOT": json.dumps(given)}


def start(*words: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 -- the command under test
        [str(HANDOFF), *words],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


def test_without_a_connection_the_message_shows_its_form() -> None:
    code, told = ended(start("sync"))
    assert code == 1
    assert "AIRFLOW_CONN_HANDOFF_HUBSPOT" in told
    assert "password" in told


def test_a_wrong_token_is_told_and_not_repeated(sandbox: RunningSandbox) -> None:
    code, told = ended(start("sync", **account(sandbox, token="pat-wrong-123")))  # noqa: S106
    assert code == 1
    assert "source" in told
    assert "AIRFLOW_CONN_HANDOFF_HUBSPOT" in told
    assert "pat-wrong-123" not in told


def test_a_mistake_in_the_playbook_is_told_with_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "playbook"
    shutil.copytree(PROJECT_ROOT / "include" / "playbook", folder)
    text = (folder / "sla.yml").read_text()
    (folder / "sla.yml").write_text(text + "\nurgent_minutes: 60\n")
    line = len(text.splitlines()) + 2
    for words in (("playbook", "check"), ("sync",)):
        code, told = ended(start(*words, HANDOFF_PLAYBOOK=str(folder)))
        assert code == 1
        assert f"sla.yml:{line}" in told or f"sla.yml, line {line}" in told


def test_a_second_writer_is_told_who_is_at_work(tmp_path: Path, sandbox: RunningSandbox) -> None:
    home = tmp_path / "home"
    assert ended(start("sync", **account(sandbox)))[0] == 0
    with writer_lock(home):
        code, told = ended(start("build"))
    assert code == 4
    assert str(os.getpid()) in told


def test_nothing_landed_is_told_with_the_command_that_lands() -> None:
    code, told = ended(start("build"))
    assert code == 1
    assert "handoff sync" in told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sync_says_how_to_go_on_and_does(
    portal: Path, tmp_path: Path, number: signal.Signals
) -> None:
    slow = FaultPlan(faults=(Fault("slow", on_requests=(), path="/contacts", seconds=3.0),))
    with running_sandbox(portal, faults=slow) as sandbox:
        process = start("sync", **account(sandbox))
        deadline = time.monotonic() + 60
        while not any("/contacts" in request.path for request in sandbox.requests):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(number)
        code, told = ended(process)
    assert code == 130
    assert "handoff sync" in told
    with running_sandbox(portal) as sandbox:
        assert ended(start("sync", **account(sandbox)))[0] == 0
    manifests = (tmp_path / "home" / "landing").glob("*/*/*/manifest.json")
    assert {json.loads(path.read_bytes())["status"] for path in manifests} == {"complete"}


def test_doctor_names_what_is_missing(sandbox: RunningSandbox) -> None:
    code, told = ended(start("doctor"))
    assert code == 1
    assert "AIRFLOW_CONN_HANDOFF_HUBSPOT is not set" in told
    code, told = ended(start("doctor", **account(sandbox)))
    assert code == 0, told
    assert "the token answers" in told
    assert "properties of the playbook exist" in told
