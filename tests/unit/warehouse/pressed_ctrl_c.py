"""A program that says `ready` and then does something that Ctrl-C is to end.

    python pressed_ctrl_c.py query|new_file|transaction|check HOME

Prints the name of what ended it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from handoff.settings import Settings
from handoff.warehouse import new_database, open_warehouse, transaction

ENDLESS = "select range as id from range(10000000000) as r where hash(range) = 7"
SUITE = """
stage: arrived
table: raw.people
key: [id]
checks:
  - id: takes_for_ever
    why: It is to be interrupted.
    owner: engineer
    severity: block
    failing_rows: |
      select id from {batch} cross join range(10000000000) as r where hash(r.range) = 7
"""


def query(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        ready()
        connection.execute(ENDLESS).fetchall()


def new_file(settings: Settings) -> None:
    with new_database(settings.home / "new.duckdb") as connection:
        ready()
        connection.execute(ENDLESS).fetchall()


def in_transaction(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute("create table kept as select 1 as id")
        with transaction(connection):
            connection.execute("insert into kept select 2")
            ready()
            connection.execute(f"insert into kept {ENDLESS}")


def check(settings: Settings) -> None:
    import great_expectations  # noqa: F401 -- it takes seconds, before `ready`

    from handoff.checks import run_checks

    with open_warehouse(settings) as connection:
        connection.execute("create schema raw; create table raw.people as select 1 as id")
    suites = settings.home / "expectations" / "arrived"
    suites.mkdir(parents=True)
    (suites / "people.yml").write_text(SUITE)
    ready()
    run_checks("arrived", settings, "run-1", expectations_dir=suites.parent)


def ready() -> None:
    print("ready", flush=True)  # noqa: T201 -- the test waits for it


if __name__ == "__main__":
    todo = {"query": query, "new_file": new_file, "transaction": in_transaction, "check": check}
    home = Path(sys.argv[2])
    try:
        todo[sys.argv[1]](Settings(home=home, playbook_dir=home, as_of=None))
    except BaseException as error:
        print(type(error).__name__, flush=True)  # noqa: T201
