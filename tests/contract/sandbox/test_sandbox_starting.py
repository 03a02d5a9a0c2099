"""Starting a sandbox: both ways, and the messages when it cannot."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tiny_portal import contact, write_records

from handoff.errors import SandboxError
from handoff.sandbox.server import Fault, FaultPlan, RateLimits, running_sandbox
from handoff.sandbox.server.options_file import options_from_json, options_to_json
from handoff.sandbox.server.running import read_options

CONTACTS = "/crm/objects/2026-09/contacts"


def test_a_compressed_file_reads_like_a_plain_one(portal: Path) -> None:
    plain = portal / "hubspot" / "contacts.ndjson"
    (portal / "hubspot" / "contacts.ndjson.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    with running_sandbox(portal) as sandbox:
        assert len(sandbox.call("GET", CONTACTS)["results"]) == 5


def test_an_empty_folder_is_an_empty_account(tmp_path: Path) -> None:
    (tmp_path / "hubspot").mkdir()
    with running_sandbox(tmp_path) as sandbox:
        assert sandbox.call("GET", CONTACTS) == {"results": []}
        assert sandbox.call("POST", f"{CONTACTS}/search", {})["total"] == 0
        assert sandbox.call("GET", "/crm/owners/2026-09") == {"results": []}
        made = sandbox.call("POST", CONTACTS, {"properties": {"email": "one@buyer.example"}})
        assert sandbox.call("GET", f"{CONTACTS}/{made['id']}")["id"] == made["id"]


def test_a_process_of_its_own_behaves_the_same(portal: Path) -> None:
    plan = FaultPlan([Fault("status", on_requests={2}, status=502)])
    options = {"limits": RateLimits(ten_secondly=3), "missing_scopes": {"deals"}, "faults": plan}
    with running_sandbox(portal, process=True, token="other", **options) as sandbox:  # noqa: S106
        assert httpx.get(sandbox.base_url + CONTACTS).status_code == 401
        statuses = [sandbox.ask("GET", CONTACTS).status_code for _ in range(4)]
        assert statuses == [200, 502, 200, 429]
        logged = sandbox.requests
        assert [request.status for request in logged] == [401, *statuses]
        assert logged[2].fault == "status"
        address = sandbox.base_url
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


@pytest.mark.parametrize("process", [False, True])
def test_a_port_that_is_taken_is_named(portal: Path, process: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(SandboxError, match=f"127.0.0.1:{port}: Address already in use"),
            running_sandbox(portal, port=port, process=process),
        ):
            pass


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(SandboxError, match=r"does not exist: .*nowhere"),
        running_sandbox(tmp_path / "nowhere"),
    ):
        pass


def test_the_folder_of_one_crm_is_not_the_portal(portal: Path) -> None:
    with (
        pytest.raises(SandboxError, match=f"give the folder above it: {portal}"),
        running_sandbox(portal / "hubspot"),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("contacts", b'{"id": "1", ', "contacts.ndjson line 2 is not JSON"),
        ("contacts", b"[]", "contacts.ndjson line 2 is not a JSON object"),
        ("contacts", b'{"id": "abc"}', "contacts.ndjson line 2 has no numeric id"),
        ("contacts", b'{"id": "1"}', "contacts.ndjson line 2 has neither createdAt nor createdate"),
        (
            "contacts",
            b'{"id": "1", "createdAt": "x"}',
            "contacts.ndjson line 2: not an ISO instant",
        ),
        (
            "contacts",
            b'{"id":"1","createdAt":"2026-01-01T00:00:00Z","associations":{"deals":{"results":[{}]}}}',
            "contacts.ndjson line 2 is not a record as the API returns it: no 'id'",
        ),
        ("owners", b'{"email": "x"}', "owners.ndjson line 2 is not a record .*: no 'id'"),
        ("form_submissions", b'{"submittedAt": 1}', "form_submissions.ndjson line 2 .*'formGuid'"),
        ("properties", b'{"name": "x"}', "properties.ndjson line 2 .*'objectType'"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, name: str, line: bytes, message: str) -> None:
    folder = tmp_path / "hubspot"
    folder.mkdir()
    (folder / f"{name}.ndjson").write_bytes(b"\n" + line + b"\n")
    with pytest.raises(SandboxError, match=message), running_sandbox(tmp_path):
        pass


def test_an_id_given_twice_is_named(portal: Path) -> None:
    write_records(portal, "contacts", [contact(1), contact(2), contact(1)])
    with (
        pytest.raises(SandboxError, match="contacts has the id 101 twice"),
        running_sandbox(portal),
    ):
        pass


def test_a_damaged_archive_is_named(portal: Path) -> None:
    whole = gzip.compress((portal / "hubspot" / "contacts.ndjson").read_bytes())
    (portal / "hubspot" / "contacts.ndjson").unlink()
    (portal / "hubspot" / "contacts.ndjson.gz").write_bytes(whole[:-20])
    with (
        pytest.raises(SandboxError, match=r"contacts\.ndjson\.gz cannot be decompressed"),
        running_sandbox(portal),
    ):
        pass


def test_the_command_says_what_is_wrong_and_ends_with_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "handoff.sandbox.server", "--portal", str(tmp_path)]
    ended = subprocess.run(  # noqa: S603 - our own module
        command, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert "has no folder hubspot/" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_killed_parent_leaves_no_server_behind(portal: Path) -> None:
    parent = (
        "import os, pathlib, sys, handoff.sandbox.server as server\n"
        "with server.running_sandbox(pathlib.Path(sys.argv[1]), process=True) as sandbox:\n"
        "    print(sandbox.base_url, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(  # noqa: S603 - the text above
        [sys.executable, "-c", parent, str(portal)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    address = ended.stdout.strip()
    assert (ended.returncode, address[:17]) == (-9, "http://127.0.0.1:")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/_sandbox/ready", timeout=2)
        except httpx.TransportError:
            return
        time.sleep(0.1)
    pytest.fail("the server outlived its parent by 20 seconds")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"search_lag": 5}', "unexpected keyword argument 'search_lag'"),
        ('{"limits": {"hourly": 5}}', "hourly"),
        ('{"faults": {"faults": [{"sort": "reset"}]}}', "sort"),
        ("[]", "cannot be read"),
        ("{", "cannot be read"),
    ],
)
def test_a_mistake_in_the_options_is_named(text: str, message: str) -> None:
    with pytest.raises(SandboxError, match=message):
        options_from_json(text.encode())


def test_options_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "options.json"
    file.write_text('{"token": "mine", "limits": {"daily": 5}}')
    options = read_options(file)
    assert (options.token, options.limits.daily) == ("mine", 5)
    assert options_from_json(options_to_json(options)).limits == options.limits
    with pytest.raises(SandboxError, match=r"none\.json cannot be read: No such file"):
        read_options(tmp_path / "none.json")
