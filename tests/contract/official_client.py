"""`simple-salesforce` over the sandbox: what a client that is not ours sees of an organization."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from handoff.sandbox.server import RunningSandbox


class ToSandbox(HTTPAdapter):
    """Sends what is meant for any https address to the sandbox, which has no certificate."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        super().__init__()
        self._base_url = sandbox.base_url

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url)
        request.url = f"{self._base_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *args, **kwargs)


def login(sandbox: RunningSandbox) -> Salesforce:
    """A client with a session of its own, by client credentials."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", ToSandbox(sandbox))
    return Salesforce(
        consumer_key="sandbox-client",
        consumer_secret=sandbox.token,
        domain="my-domain.my",
        session=session,
        version="66.0",
    )
