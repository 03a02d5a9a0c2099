"""Random histories of an organization: what has landed is what a client that is not ours sees.

Edits, merges, conversions, the recycle bin and erasures come between syncs and during them, while
sessions, cursors and jobs end and answers are spoilt. `--histories 200` plays more of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from landed import rows, runs
from official_client import login
from org_editor import OrgEditor
from salesforce_case import SIZES, SalesforceCase
from syncing import sync

from handoff.sandbox.server import FaultPlan, RunningSandbox
from handoff.settings import Settings

CASE = SalesforceCase()
CLIENT = {"flow": "client_credentials", "client_id": "sandbox-client"}
FIRST_AT = datetime(2025, 12, 1, 6, tzinfo=UTC)
# What a client gets past by asking again; slow ones cost time alone.
PASSING = ("status", "reset", "html_with_200", "truncated_json", "wrong_content_type", "empty")
Records = dict[str, dict[str, str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    histories = int(metafunc.config.getoption("--histories"))
    metafunc.parametrize("seed", range(1, 1 + max(3, histories // 5)))


def test_what_has_landed_is_what_an_official_client_sees(
    seed: int, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)  # noqa: S311 -- not for secrets
    monkeypatch.setattr(
        "handoff.crm.salesforce.records.BULK_FROM_ROWS", random.choice((1, 30, 1_000))
    )
    monkeypatch.setattr("handoff.crm.salesforce.bulk_query.PAGE_ROWS", random.choice((17, 50)))
    monkeypatch.setattr("handoff.crm.salesforce.bulk_query._FIRST_WAIT_SECONDS", 0.02)
    portal = CASE.write_portal(tmp_path / "portal")
    with CASE.running(portal, **_account(random)) as sandbox:
        editor = OrgEditor(sandbox, seed)
        before = FIRST_AT - timedelta(hours=1)
        for number in range(random.randint(2, 3)):
            now = FIRST_AT + timedelta(hours=3 * number)
            editor.at(now)
            # Some become visible late: their stamps are older than the sync before.
            editor.play(random.randint(5, 25), before - timedelta(minutes=45))
            _sync(sandbox, settings, monkeypatch, now, editor if random.random() < 0.5 else None)
            before = now
        now = before + timedelta(hours=3)
        editor.at(now)
        _sync(sandbox, settings, monkeypatch, now, None, sweep_every_hours=0)
        assert _differences(sandbox, settings) == []


def _account(random: Random) -> dict[str, Any]:
    """An account with troubles of its own."""
    options = {
        "session_requests": random.choice((None, 9, 40)),
        "locator_requests": random.choice((None, 1)),
        "job_requests": random.choice((None, 60)),
        "bulk_page_records": random.choice((5, 100)),
        "bulk_polls": random.choice((1, 3)),
        "failing_jobs": random.choice(((), (2, 5))),
        "query_rows_most": random.choice((None, 60)),
        "page_records": 200,
    }
    rate = random.choice((0.0, 0.05))
    faults = FaultPlan(seed=random.randrange(10**6), rate=rate, kinds=PASSING)
    return {"faults": faults, "for_crm": {"salesforce": options}}


def _sync(
    sandbox: RunningSandbox,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    during: OrgEditor | None,
    **options: Any,
) -> None:
    monkeypatch.setenv("HANDOFF_AS_OF", now.isoformat())
    case = _WithSessions()
    editing = threading.Thread(target=during.play, args=(10, now)) if during else None
    if editing:
        editing.start()
    sync(case, sandbox, settings, **options)
    if editing:
        editing.join()


class _WithSessions(SalesforceCase):
    """The case by sessions that end, instead of the token that never does."""

    def connect(self, sandbox: RunningSandbox, **options: Any) -> Any:
        return super().connect(sandbox, client_secret=sandbox.token, **CLIENT, **options)


def _differences(sandbox: RunningSandbox, settings: Settings) -> list[str]:
    """What differs between the two views, by object, record and field."""
    org = sandbox.crm("salesforce")
    # This client does not cut a query into parts.
    org.options = replace(org.options, query_rows_most=None)
    client, connector = _patiently(lambda: login(sandbox)), CASE.connect(sandbox)
    # The sandbox's own token is a session without end, for a client that reads without patience.
    client.session_id = sandbox.token
    client.headers["Authorization"] = f"Bearer {sandbox.token}"
    found: list[str] = []
    for name, (sobject, *_) in SIZES.items():
        fields = set(connector.selection(name)["fields"])
        if name.endswith("_history"):
            # A row goes to the bin with its record, without a stamp that a read could follow.
            fields.discard("IsDeleted")
        seen = _seen(client, sobject, sorted(fields))
        landed = _landed(settings.landing_dir, name, fields)
        found += [f"{name} {id_} never landed" for id_ in seen.keys() - landed.keys()]
        if connector.can_sweep(name):
            found += [f"{name} {id_} is gone" for id_ in landed.keys() - seen.keys()]
        for id_ in seen.keys() & landed.keys():
            if seen[id_] != landed[id_]:
                values = set(seen[id_].items()) ^ set(landed[id_].items())
                found.append(f"{name} {id_} differs: {sorted(values)}")
    return found


def _seen(client: Any, sobject: str, fields: list[str]) -> Records:
    """An sObject's records as the official client gives them, as text, deleted ones included."""
    text = f"SELECT {', '.join(fields)} FROM {sobject}"  # noqa: S608 -- names of our own
    answer = _patiently(lambda: client.query_all(text, include_deleted=True))
    return {record["Id"]: dict(_texts(record)) for record in answer["records"]}


def _patiently(ask: Any) -> Any:
    for _ in range(30):
        try:
            return ask()
        except Exception:  # noqa: S112 -- the faults of the account meet this client too
            continue
    return ask()


def _texts(record: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if name == "attributes" or value is None or (name == "Id" and not prefix):
            continue
        if isinstance(value, dict):
            yield from _texts(value, f"{prefix}{name}.")
        elif isinstance(value, bool):
            yield f"{prefix}{name}", str(value).lower()
        elif isinstance(value, float):
            plain = format(Decimal(repr(value)), "f")
            yield f"{prefix}{name}", plain if "." in plain else f"{plain}.0"
        else:
            text = str(value)
            is_instant = len(text) == 28 and text.endswith(".000+0000")
            yield f"{prefix}{name}", f"{text[:-5]}Z" if is_instant else text


def _landed(landing_dir: Path, name: str, fields: set[str]) -> Records:
    """The newest version of each record that has landed, in some of its fields."""
    newest: Records = {}
    for run in runs(landing_dir, name):
        if run.mode != "sweep":
            for row in rows(landing_dir, run):
                newest[row["id"]] = {n: v for n, v in row["fields"].items() if n in fields}
    return newest
