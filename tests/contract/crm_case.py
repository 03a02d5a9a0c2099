"""What the connectors' contract needs to know of a CRM. Each CRM has a case of its own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from handoff.crm.protocol import Connector
from handoff.sandbox.server import RunningSandbox


@dataclass(frozen=True)
class Told:
    """A record as the portal or a landed line tells it: its values as text, empty ones left out."""

    id: str
    is_archived: bool
    values: Mapping[str, str]


class CrmCase(Protocol):
    """One CRM: a small portal, its server, edits in it.

    records: objects that have ids, are read by changes and can be swept. optional: objects that an
    account may lack. person: an object of people, and person_property: a text of theirs that is
    read and can be edited. can: what the CRM and its sandbox can do, of `CAPABILITIES`.
    All records of the portal are older than December 2025.
    """

    crm: str
    records: tuple[str, ...]
    optional: tuple[str, ...]
    person: str
    person_property: str
    can: frozenset[str]

    def write_portal(self, folder: Path) -> Path:
        """A portal of a few hundred records, at least 100 of them live people with addresses."""

    def write_empty_portal(self, folder: Path) -> Path:
        """A portal of nobody."""

    def write_portal_of_one_person(self, folder: Path) -> Path:
        """A portal of one live person and nothing else."""

    def running(self, portal: Path, **options: Any) -> AbstractContextManager[RunningSandbox]:
        """The portal's server. options: those of SandboxOptions."""

    def environment(self, sandbox: RunningSandbox, **extra: Any) -> dict[str, str]:
        """The variables that make the sandbox the account of the connection ``handoff_case``."""

    def connect(self, sandbox: RunningSandbox, **options: Any) -> Connector:
        """A connector, source id ``case``. options: token, tracked, rules, and the CRM's own."""

    def there(self, portal: Path, name: str) -> dict[str, Told]:
        """What the portal's files hold of an object, by id, archived records included."""

    def told(self, _name: str, line: Mapping[str, Any]) -> Told:
        """What a landed line tells."""

    def people(self, portal: Path) -> list[str]:
        """Ids of live people in the portal's files, all with an address, none linked by a merge."""

    def address(self, portal: Path, id_: str) -> str:
        """The e-mail address of a person in the portal's files."""

    def edit(self, sandbox: RunningSandbox, name: str, id_: str, at: str, **values: str) -> None:
        """A person changes values of a record at an instant."""

    def create_person(self, sandbox: RunningSandbox, at: str) -> str:
        """A new person's id."""

    def archive(self, sandbox: RunningSandbox, name: str, id_: str, at: str) -> None:
        """Put a record into the recycle bin."""

    def restore(self, sandbox: RunningSandbox, name: str, id_: str) -> None:
        """Take a record out of the recycle bin; its modified instant need not move."""

    def merge(self, sandbox: RunningSandbox, name: str, survivor: str, loser: str, at: str) -> None:
        """Merge a record into another."""

    def erase(self, sandbox: RunningSandbox, name: str, id_: str) -> None:
        """Erase a record for good, without a trace."""

    def missing_scopes(self, name: str) -> dict[str, Any]:
        """Options of `running` under which an object may not be read."""

    def remove_property(self, sandbox: RunningSandbox, name: str, property_: str) -> None:
        """Remove a property's definition."""


# tells_archived: a read of changes gives what was put into the recycle bin; else a sweep does.
CAPABILITIES = frozenset(
    {"restore", "merge", "erase", "scopes", "remove_property", "tells_archived"}
)


def needs(case: CrmCase, *capabilities: str) -> None:
    """Leave a test out where the CRM has no such thing."""
    missing = set(capabilities) - case.can
    if missing:
        pytest.skip(f"{case.crm} cannot {', '.join(sorted(missing))}")
