"""What the dbt models say of a portal, in the words of the reference."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from portal_home import RUN_ID, write_portal
from random_histories import History, as_portal, number_of
from reading import Reading, read_portal
from records import Portal, Rules, id_number

from handoff.dbt_runner import run_dbt
from handoff.settings import Settings
from handoff.warehouse import load_landing, open_warehouse
from handoff.warehouse.crms_in_use import crms_in_use

MODELS = "+int_handoffs__trips +int_handoffs__bypasses +int_people__record_persons"
STAGES = ("accepted", "sql", "opportunity", "won", "lost", "disqualified", "recycled")
TOLD_STAGES = ("accepted", "sql", "opportunity", "won")

# What is said of one history: lines that are equal, or not.
Said = frozenset[str]


def said_by_models(folder: Path, histories: Sequence[History], rules: Rules) -> dict[int, Said]:
    """Land the histories, run the models, and say what they made of each."""
    settings = Settings(folder / "home", folder / "playbook", rules.as_of)
    settings.home.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("HANDOFF_HOME", str(settings.home))
        environment.setenv("HANDOFF_AS_OF", rules.as_of.isoformat())
        write_portal(settings, as_portal(histories), rules)
        load_landing(settings, RUN_ID)
        used = json.dumps({"crms": crms_in_use(settings)})
        results = run_dbt(["run", "--select", MODELS, "--vars", used], settings)
        failed = [f"{one.name}: {one.message}" for one in results if one.failed]
        if failed or not results:
            raise AssertionError(f"dbt could not build: {failed}")
        with open_warehouse(settings, read_only=True) as connection:
            return _lines_of_models(connection, as_portal(histories))


def said_by_reference(histories: Sequence[History], rules: Rules) -> dict[int, Said]:
    """The same lines, from the reference's own reading of each history."""
    return {
        history.number: _lines_of_reference(read_portal(as_portal([history]), rules), rules)
        for history in histories
    }


def _lines_of_models(connection: Any, portal: Portal) -> dict[int, Said]:
    landed = {contact.key for contact in portal.contacts}
    records: dict[str, list[str]] = {}
    for key, person in connection.execute(
        "select record_key, person_key from intermediate.int_people__record_persons"
    ).fetchall():
        if key in landed:
            records.setdefault(person, []).append(key)
    lines: dict[int, set[str]] = {}
    names = {person: _name(keys) for person, keys in records.items()}
    for person, keys in records.items():
        lines.setdefault(_number(keys[0]), set()).add(f"person {names[person]}")
    for row in _rows(
        connection,
        """
        select
            trips.*,
            (
                select string_agg(deals.deal_key, ' ' order by deals.deal_key)
                from intermediate.int_handoffs__deals as deals
                where deals.handoff_key = trips.handoff_key
            ) as deals
        from intermediate.int_handoffs__trips as trips
        """,
    ):
        dates = {stage: row[f"{stage}_at"] for stage in STAGES if stage != "accepted"}
        dates["accepted"] = row["accepted_value_at"]
        sources = {
            stage: row[f"{stage}_source_id"] for stage in TOLD_STAGES if dates[stage] is not None
        }
        sources["exit"] = row["exit_source_id"]
        line = _handoff_line(
            names[row["person_key"]],
            row["handoff_number"],
            row["mql_at"],
            dates,
            sources,
            row["closed_at"],
            row["exit_stage"],
            (row["is_stale"], row["is_clamped"]),
            (row["deals"] or "").split(),
            row["next_mql_at"],
        )
        lines[_number(row["mql_record_key"])].add(line)
    for row in _rows(connection, "select * from intermediate.int_handoffs__bypasses"):
        line = _bypass_line(
            names.get(row["person_key"]), row["kind"], row["deal_key"], row["bypassed_at"]
        )
        lines[_number(row["record_key"])].add(line)
    return {number: frozenset(said) for number, said in lines.items()}


def _lines_of_reference(reading: Reading, rules: Rules) -> Said:
    lines = {f"person {_name(person)}" for person in reading.people}
    for person, handoffs in reading.handoffs.items():
        opened_at = [handoff.mql_at for handoff in handoffs]
        for handoff in handoffs:
            lines.add(
                _handoff_line(
                    _name(person),
                    handoff.number,
                    handoff.mql_at,
                    {stage: handoff.reached.get(stage) for stage in STAGES},
                    {**handoff.told_by, "exit": handoff.exit_source},
                    handoff.closed_at,
                    handoff.exit_stage,
                    (handoff.is_stale_at(rules.as_of, rules), handoff.is_clamped),
                    [deal.key for deal in handoff.deals],
                    next(iter(opened_at[handoff.number :]), None),
                )
            )
    for someone, bypasses in reading.bypasses.items():
        for bypass in bypasses:
            name = _name(someone) if someone else None
            lines.add(_bypass_line(name, bypass.kind, bypass.record_key, bypass.at))
    return frozenset(lines)


def _handoff_line(
    person: str,
    number: int,
    mql_at: datetime,
    dates: dict[str, datetime | None],
    sources: dict[str, str | None],
    closed_at: datetime | None,
    exit_stage: str | None,
    flags: tuple[bool, bool],
    deals: Iterable[str],
    next_mql_at: datetime | None,
) -> str:
    reached = [
        f"{stage} {_text(dates[stage])}" + (f" by {sources[stage]}" if stage in TOLD_STAGES else "")
        for stage in STAGES
        if dates[stage]
    ]
    words = [f"handoff {number} of {person}: mql {_text(mql_at)}", *reached]
    if closed_at:
        words.append(f"closed as {exit_stage} {_text(closed_at)} by {sources['exit']}")
    words += [word for word, holds in zip(("stale", "clamped"), flags, strict=True) if holds]
    words += [f"with deal {_short(deal)}" for deal in sorted(deals)]
    if next_mql_at:
        words.append(f"next {_text(next_mql_at)}")
    return ", ".join(words)


def _bypass_line(person: str | None, kind: str, deal_key: str | None, at: datetime) -> str:
    what = f"deal {_short(deal_key)}" if deal_key else "stages of a contact"
    return f"bypass {kind} of {person or 'nobody'}: {what} {_text(at)}"


def _rows(connection: Any, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _name(records: Iterable[str]) -> str:
    return "+".join(sorted(map(_short, records)))


def _short(key: str) -> str:
    """A record by its place in its history, so that copies of a history read alike."""
    source, name, record_id = key.split("/")
    return f"{source[0]}:{name[:-1]}{id_number(record_id) % 10}"


def _number(key: str) -> int:
    return number_of(key.rsplit("/", 1)[1])


def _text(at: datetime | None) -> str:
    if at is None:
        return "never"
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S}"
