"""The CRMs whose histories are played: what happens in each, and how its truth is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from account_editor import AccountEditor
from account_steps import HUBSPOT_EDITS, SALESFORCE_EDITS, History
from org_truth import truth_of_org
from organization_editor import OrgEditor
from server_truth import ServerTruth
from small_account import write_account
from small_org import write_org

from handoff.sandbox.server import RunningSandbox


class Editor(Protocol):
    """Who changes the records of an account. erased: who was deleted for good."""

    state: Any
    erased: set[Any]

    def at(self, now: Any) -> None:
        """From here on the CRM's clock stands at this instant."""

    def play(self, kind: str, random: Any) -> None:
        """Carry out one kind of edit."""


@dataclass(frozen=True)
class PlayedCrm:
    """One CRM. edits: how often each kind happens. options: of its sandbox, for a history."""

    name: str
    edits: Mapping[str, int]
    write_portal: Callable[[Path], Path]
    editor: Callable[[RunningSandbox], Editor]
    truth: Callable[[str, Any, set[Any]], ServerTruth]
    options: Callable[[History], dict[str, Any]]

    @property
    def edits_meanwhile(self) -> list[str]:
        """What can be done while the server answers others: what goes over its API."""
        return [
            kind for kind in self.edits if kind != "restore" and not kind.endswith("a property")
        ]


def _hubspot_options(history: History) -> dict[str, Any]:
    return {
        "search_lag_seconds": history.index_lag.total_seconds(),
        "merge_makes_new_id": history.merge_makes_new_id,
    }


PLAYED_CRMS = {
    one.name: one
    for one in (
        PlayedCrm(
            "hubspot",
            HUBSPOT_EDITS,
            write_account,
            AccountEditor,
            ServerTruth.of,
            _hubspot_options,
        ),
        PlayedCrm("salesforce", SALESFORCE_EDITS, write_org, OrgEditor, truth_of_org, lambda _: {}),
    )
}
