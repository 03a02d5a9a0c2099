"""The shipped suites can be read, and a mistake in one is told by file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.checks.suites import STAGES, read_suites
from handoff.errors import CheckSuiteError

SOUND = """
stage: leaving
table: marts.fct_handoffs
key: [handoff_key]
checks:
  - id: has_rows
    why: A table without rows would be published as an empty page.
    owner: ops
    severity: block
    failing_rows: select handoff_key from {batch} where false
"""


def read(folder: Path, text: str, name: str = "fct_handoffs.yml") -> None:
    (folder / "leaving").mkdir(exist_ok=True)
    (folder / "leaving" / name).write_text(text)
    read_suites("leaving", folder)


@pytest.mark.parametrize("stage", STAGES)
def test_the_shipped_suites_are_sound(stage: str) -> None:
    suites = read_suites(stage)

    tables = [suite.table for suite in suites]
    assert len(tables) == len(set(tables)), "one suite a table"
    assert {check.severity for suite in suites for check in suite.checks} == {"block", "warn"}


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [
        ("severity: block", "severity: stop", "severity"),
        ("owner: ops", "owner: nobody", "owner"),
        ("why: A table without", "whyy: A table without", "whyy"),
        ("why: A table without rows would be published as an empty page.", "why: no", "why"),
        ("from {batch} where", "from marts.fct_handoffs where", "{batch}"),
        ("failing_rows: select", "expectation: ExpectX\n    failing_rows: select", "either"),
        ("id: has_rows", "id: Has rows", "id"),
        ("stage: leaving", "stage: arrived", "its folder says 'leaving'"),
        ("key: [handoff_key]", "key: []", "key"),
        ("checks:", "checks: [", "fct_handoffs.yml"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, found: str, instead: str, told: str) -> None:
    read(tmp_path, SOUND)
    assert found in SOUND

    with pytest.raises(CheckSuiteError) as raised:
        read(tmp_path, SOUND.replace(found, instead, 1))

    assert told in raised.value.message
    assert raised.value.fix


def test_two_checks_of_one_name_are_refused(tmp_path: Path) -> None:
    read(tmp_path, SOUND)

    with pytest.raises(CheckSuiteError, match="two checks named has_rows"):
        read(tmp_path, SOUND, "again.yml")


def test_a_stage_without_suites_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckSuiteError, match="no suites for the stage 'departed'"):
        read_suites("departed", tmp_path)
