"""Ids inside fields are made long in SQL, ids of records in Python: both must give the same."""

from __future__ import annotations

import random
import string

import duckdb
from jinja2 import Environment, FileSystemLoader

from handoff.crm.salesforce.ids import long_id
from handoff.dbt_runner import PROJECT_DIR

MACROS = Environment(loader=FileSystemLoader(PROJECT_DIR / "macros"))  # noqa: S701 -- SQL, no HTML


def in_sql(ids: list[str]) -> list[str | None]:
    macro = MACROS.get_template("salesforce_id.sql").module
    expression = macro.salesforce_id("id")  # type: ignore[attr-defined]
    query = f"select {expression} from (select unnest(?::varchar[]) as id)"  # noqa: S608
    return [made for (made,) in duckdb.execute(query, [ids]).fetchall()]


def test_short_ids_become_the_same_long_ids_as_in_python() -> None:
    signs = string.digits + string.ascii_letters
    draw = random.Random(20260105).choices  # noqa: S311 -- a seed, no secret
    ids = ["".join(draw(signs, k=15)) for _ in range(500)]
    ids += ["AAAAAAAAAAAAAAA", "zzzzzzzzzzzzzzz", "000000000000000"]

    assert in_sql(ids) == [long_id(id_) for id_ in ids]


def test_long_ids_stay_and_what_is_no_id_is_none() -> None:
    long = long_id("00Q5f00000AbCdE")

    assert in_sql([long, f" {long} ", "", "none", "00Q5f00000AbCdEx"]) == [
        long, long, None, None, None,
    ]  # fmt: skip
