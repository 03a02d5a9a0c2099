"""Paths of Salesforce's API, all of them built here: addresses in answers are never followed."""

from __future__ import annotations

import re
from urllib.parse import quote

from handoff.errors import SettingsError

DEFAULT_VERSION = "67.0"
# Bulk API 2.0 has had queries since this one.
_FIRST_VERSION = 47.0
TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 -- a path
_LOCATOR = re.compile(r"[0-9A-Za-z][0-9A-Za-z._~-]*")


def check_version(version: str) -> str:
    """The version as given. Raises SettingsError where Salesforce has none that serves."""
    if re.fullmatch(r"\d\d\d?\.0", version) and float(version) >= _FIRST_VERSION:
        return version
    raise SettingsError(
        f"Salesforce has no API version {version!r} that Handoff can read",
        fix=f'set "api_version" in the connection\'s extra to "{DEFAULT_VERSION}", or leave it out',
    )


class Paths:
    """The paths of one API version."""

    def __init__(self, version: str) -> None:
        self._base = f"/services/data/v{version}"
        self.limits = f"{self._base}/limits"
        # Deleted records and archived activities too.
        self.query = f"{self._base}/queryAll"
        self.jobs = f"{self._base}/jobs/query"

    def describe(self, sobject: str) -> str:
        return f"{self._base}/sobjects/{_quoted(sobject)}/describe"

    def next_page(self, locator: str) -> str:
        """The page at a locator, of whichever kind of query."""
        return f"{self._base}/query/{_quoted(locator)}"

    def job(self, job_id: str) -> str:
        return f"{self.jobs}/{_quoted(job_id)}"

    def results(self, job_id: str) -> str:
        return f"{self.job(job_id)}/results"


def locator_of(next_records_url: object) -> str | None:
    """The place in a query's result that an answer's ``nextRecordsUrl`` leads to, or None."""
    if not isinstance(next_records_url, str):
        return None
    last = next_records_url.partition("?")[0].rpartition("/")[2]
    return last if _LOCATOR.fullmatch(last) else None


def _quoted(name: str) -> str:
    return quote(name, safe="")
