"""Several CRMs of one portal behind one address."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tiny_org import ANN, DATA, query

from handoff.crm.registry import connect
from handoff.errors import SandboxError
from handoff.sandbox.server import RunningSandbox, running_sandbox
from handoff.settings import connection

CONTACTS = "/crm/objects/2026-09/contacts"


@pytest.fixture
def both(portal: Path, org_portal: Path) -> Path:
    (org_portal / "salesforce").rename(portal / "salesforce")
    return portal


def test_each_crm_answers_at_its_own_paths(both: Path) -> None:
    with running_sandbox(both) as sandbox:
        assert len(sandbox.call("GET", CONTACTS)["results"]) == 5
        assert len(query(sandbox, "SELECT Id FROM Lead")) == 5
        assert [request.path for request in sandbox.requests] == [CONTACTS, f"{DATA}/query"]
        assert sandbox.portal is sandbox.crm("hubspot")
        assert sandbox.crm("salesforce").state.find(ANN)
        unknown = httpx.get(f"{sandbox.base_url}/elsewhere")
        assert unknown.status_code == 401


def test_a_crm_without_a_folder_is_not_there(portal: Path, org: RunningSandbox) -> None:
    assert org.portal is None
    with running_sandbox(portal) as sandbox:
        with pytest.raises(SandboxError, match="no records of salesforce"):
            sandbox.crm("salesforce")
        assert sandbox.ask("GET", f"{DATA}/limits").status_code == 404


def test_the_command_prints_a_connection_for_each(
    both: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOFF_HOME", str(tmp_path / "home"))
    command = [sys.executable, "-m", "handoff.sandbox.server", "--portal", str(both)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            ready, *variables = (process.stdout.readline().strip() for _ in range(3))
            for variable in variables:
                name, _, value = variable.partition("=")
                monkeypatch.setenv(name, shlex.split(value)[0])
            for crm, name, count in (("hubspot", "contacts", 5), ("salesforce", "leads", 5)):
                connector = connect(crm, connection(f"handoff_{crm}"), crm)
                assert connector.count(name) == count
                connector.close()
        finally:
            process.terminate()
    assert "hubspot contacts 6" in ready
    assert "salesforce Lead 6" in ready


def test_a_broken_line_of_salesforce_is_named(org_portal: Path) -> None:
    file = org_portal / "salesforce" / "Lead.ndjson"
    for line, message in (
        (b'{"Id": "short"}', "Lead.ndjson line 1 .* 'short' is no Salesforce id"),
        (b'{"Name": "x"}', "Lead.ndjson line 1 .*: no 'Id'"),
        (b'{"Id": "00Q000000000001", "CreatedDate": "x"}', "Lead.ndjson line 1 .*isoformat"),
    ):
        file.write_bytes(line + b"\n")
        with pytest.raises(SandboxError, match=message), running_sandbox(org_portal):
            pass
    file.write_bytes(b'{"Id": "00Q000000000001"}\n{"Id": "00Q000000000001EAA"}\n')
    with pytest.raises(SandboxError, match="there twice"), running_sandbox(org_portal):
        pass
