"""Running a sandbox: in the foreground, in a thread, or in a process of its own."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn

from handoff.errors import SandboxError
from handoff.sandbox.server.app import build_app, load_servers
from handoff.sandbox.server.crm_server import CrmServer
from handoff.sandbox.server.hubspot.portal_state import PortalState
from handoff.sandbox.server.options import SandboxOptions
from handoff.sandbox.server.options_file import options_from_json, options_to_json
from handoff.sandbox.server.request_log import LoggedRequest, RequestLog
from handoff.settings import child_environment

HOST = "127.0.0.1"
START_SECONDS = 300


@dataclass
class RunningSandbox:
    """A sandbox that is up.

    base_url, token: what a connection needs. portal: HubSpot's records, when it has them and runs
    in this process. process_id: that of its own process.
    """

    base_url: str
    token: str
    portal: PortalState | None = None
    process_id: int | None = None
    _log: RequestLog | None = field(default=None, repr=False)
    _servers: Mapping[str, CrmServer] = field(default_factory=dict, repr=False)

    def crm(self, name: str) -> Any:
        """What the account of one CRM holds. Raises SandboxError when it is out of reach."""
        if name not in self._servers:
            raise SandboxError(
                f"the sandbox has no records of {name} in this process",
                fix=f"give its portal a folder {name}/, and run it in a thread",
            )
        return self._servers[name].state

    @property
    def requests(self) -> list[LoggedRequest]:
        """The requests it has had, oldest first."""
        if self._log is not None:
            return self._log.all()
        return [
            LoggedRequest.from_row(row) for row in self._client.get("/_sandbox/requests").json()
        ]

    def forget_requests(self) -> None:
        """Empty the log."""
        self._client.delete("/_sandbox/requests").raise_for_status()

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Ask it something with its token; whatever it answers. given: as httpx takes it."""
        headers = {"authorization": f"Bearer {self.token}", **given.pop("headers", {})}
        return self._client.request(method, path, headers=headers, **given)

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        source: str | None = None,
        user: int | str | None = None,
        at: str | None = None,
        **query: Any,
    ) -> Any:
        """Ask it something, and the JSON it answers with (None for an empty answer).

        source, user, at: who an edit is by (`CRM_UI`, a user id) and when (ISO instant); without
        them an integration's, now. Raises httpx.HTTPStatusError for a refusal.
        """
        given = {"x-sandbox-source": source, "x-sandbox-user": user, "x-sandbox-at": at}
        headers = {name: str(value) for name, value in given.items() if value is not None}
        answer = self.ask(method, path, json=body, params=query or None, headers=headers)
        answer.raise_for_status()
        return orjson.loads(answer.content) if answer.content else None

    @cached_property
    def _client(self) -> httpx.Client:
        # Loopback needs neither certificates, which take long to load, nor a proxy.
        return httpx.Client(base_url=self.base_url, timeout=60, trust_env=False, verify=False)  # noqa: S501

    def close(self) -> None:
        """Close the connections of `ask` and `call`."""
        if "_client" in self.__dict__:
            self._client.close()


def serve(portal: Path, port: int = 0, options: SandboxOptions | None = None) -> None:
    """Serve a portal folder on loopback until it is interrupted; port 0 takes a free one.

    Prints a line with the address when it is ready, and a line a CRM with the variable that makes
    it a source. Raises SandboxError when the port is taken or the folder cannot be read.
    """
    chosen = options or SandboxOptions()
    listening = _listen(port)
    try:
        servers = load_servers(portal, chosen)
        base_url = f"http://{HOST}:{listening.getsockname()[1]}"
        sys.stdout.write(f"sandbox ready at {base_url} ({_counted(servers)})\n")
        for crm, server in servers.items():
            sys.stdout.write(f"{connection_variable(crm, server, base_url)}\n")
        sys.stdout.flush()
        _server(build_app(servers, chosen, RequestLog())).run(sockets=[listening])
    finally:
        listening.close()


@contextlib.contextmanager
def running_sandbox(
    portal: Path, *, port: int = 0, process: bool = False, **options: Any
) -> Iterator[RunningSandbox]:
    """A sandbox over a portal folder while the block runs.

    process: in a process of its own, which does not share this one's interpreter lock (for
    measuring). options: the fields of SandboxOptions. Raises SandboxError when it cannot start.
    """
    chosen = SandboxOptions(**options)
    run = _in_process if process else _in_thread
    with run(portal, port, chosen) as sandbox:
        try:
            yield sandbox
        finally:
            sandbox.close()


@contextlib.contextmanager
def _in_thread(portal: Path, port: int, options: SandboxOptions) -> Iterator[RunningSandbox]:
    listening = _listen(port)
    try:
        servers, log = load_servers(portal, options), RequestLog()
        server = _server(build_app(servers, options, log))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listening]}, name="sandbox", daemon=True
        )
        thread.start()
        base_url = f"http://{HOST}:{listening.getsockname()[1]}"
        while not server.started:
            if not thread.is_alive():
                raise SandboxError("the sandbox stopped while it was starting")
            time.sleep(0.005)
        try:
            state = servers["hubspot"].state if "hubspot" in servers else None
            yield RunningSandbox(base_url, options.token, portal=state, _log=log, _servers=servers)
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join(timeout=10)
    finally:
        listening.close()


@contextlib.contextmanager
def _in_process(portal: Path, port: int, options: SandboxOptions) -> Iterator[RunningSandbox]:
    command = [sys.executable, "-m", "handoff.sandbox.server", "--portal", str(portal)]
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        # Options go through a file of this user alone: a command line is open to everyone.
        options_file = Path(folder) / "options.json"
        options_file.write_bytes(options_to_json(options))
        errors = Path(folder) / "errors.txt"
        with errors.open("wb") as error_file:
            process = subprocess.Popen(  # noqa: S603 - our own module, arguments as a list
                [*command, "--port", str(port), "--options", str(options_file), "--child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=error_file,
                env=child_environment(),
            )
        try:
            if process.stdout is None:
                raise SandboxError("the sandbox's process has no output")
            # The first line comes when the records are read; an early end closes the pipe.
            line = process.stdout.readline().decode()
            if not line.startswith("sandbox ready at "):
                process.wait(timeout=10)
                raise SandboxError(errors.read_text().strip() or "the sandbox did not start")
            yield RunningSandbox(line.split()[3], options.token, process_id=process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def connection_variable(crm: str, server: CrmServer, base_url: str) -> str:
    """The variable that makes the sandbox the account of a CRM, as a shell takes it."""
    connection = orjson.dumps({**server.connection, "host": base_url}).decode()
    return f"AIRFLOW_CONN_HANDOFF_{crm.upper()}='{connection}'"


def _counted(servers: Mapping[str, CrmServer]) -> str:
    counts = [
        f"{crm} {name} {count:,}"
        for crm, server in servers.items()
        for name, count in server.counts.items()
        if count
    ]
    return ", ".join(counts) or "an empty account"


def read_options(path: Path) -> SandboxOptions:
    """Options that were written down as JSON. Raises SandboxError."""
    try:
        return options_from_json(path.read_bytes())
    except OSError as error:
        raise SandboxError(
            f"{path} cannot be read: {error.strerror}", fix="name a file that is there"
        ) from None


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise SandboxError(
            f"the sandbox cannot listen on {HOST}:{port}: {reason}",
            fix="choose another port with --port, or 0 for any that is free",
        ) from error
    return listening


def _server(app: Any) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
            # Above uvicorn's own 64 KiB default nothing changes: the gate answers 414 itself.
            h11_max_incomplete_event_size=128 * 1024,
        )
    )
