"""The demo portal, over HTTP to the readers' file: every planted fact is found, by handoff and in
the sums of the reports, and the same input gives the same output.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from demo_portal import DemoPortal, Rerun, Row
from page_text import page_text
from quiet_files import leaks
from same_tables import RUN_TABLES, compared_tables, differing_tables

pytestmark = pytest.mark.slow

# The planted fact and the column of fct_handoffs that has to hold it.
COLUMNS = {
    "number": "handoff_number",
    "mql_at": "mql_at",
    "accepted_at": "strict_accepted_at",
    "sql_at": "strict_sql_at",
    "opportunity_at": "strict_opportunity_at",
    "won_at": "strict_won_at",
    "lost_at": "lost_at",
    "disqualified_at": "disqualified_at",
    "recycled_at": "recycled_at",
    "expired_at": "expired_at",
    "closed_at": "closed_at",
    "status": "status",
    "rejected_by": "rejected_by",
    "reason": "reason",
    "assigned_at": "assigned_at",
    "first_touch_at": "first_touch_at",
    "first_automated_touch_at": "first_automated_touch_at",
    "sla_tier": "sla_tier",
    "sla_due_at": "sla_due_at",
    "sla_status": "sla_status",
    "is_stale": "is_stale",
    "is_default_accepted": "is_default_accepted",
    "is_clamped": "is_clamped",
    "exclusion": "exclusion_kind",
    "is_archived": "is_archived",
    "amount_won": "amount_won",
}
# Told by the truth only where a hand-placed person is about it.
TOLD_OF_SOME = {"has_owner": "has_owner", "has_next_step": "has_next_step"}
OFFERS = {
    "demo": "Demo request",
    "pricing": "Pricing enquiry",
    "contact": "Contact sales",
    "trial": "Free trial",
    "integration_guide": "Integration guide",
    "security_guide": "Security guide",
    "revops_webinar": "RevOps webinar",
    "newsletter": "Newsletter",
}
FIELDS = {"job_title": "jobtitle", "number_of_employees": "numberofemployees"}
FUNNEL = ("accepted", "sql", "opportunity", "won")
ADDRESS = re.compile(r"[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
TABLES = ("raw", "playbook", "staging", "intermediate", "marts")
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
RUNS = frozenset({"run_context"})
# What the last sync did, and what the CRM counted then.
# What properties there were is kept of each sync.
OF_THE_SYNC = RUN_TABLES | {"rpt_reconciliation", "stg_hubspot__properties"}
# A row of the reconciliation, on a page: what the CRM counted at the last sync.
COUNTED = re.compile(r'<tr><th scope="row"><bdi>hubspot</bdi>: .*?</tr>', re.DOTALL)


def plain(value: Any) -> Any:
    """A value of a table as the truth writes it."""
    if isinstance(value, datetime):
        stamp = value.replace(tzinfo=UTC).isoformat(timespec="microseconds")
        return re.sub(r"000\+00:00$", "Z", stamp)
    return float(value) if isinstance(value, Decimal) else value


def iso_week(monday: datetime) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


@pytest.fixture(scope="module")
def handoffs(demo: DemoPortal) -> dict[tuple[str, str], Row]:
    """Published handoffs by contact and instant of their MQL."""
    rows = demo.home.records("select * from fct_handoffs")
    return {(row["mql_record_key"].split("/")[-1], plain(row["mql_at"])): row for row in rows}


@pytest.fixture(scope="module")
def counted(demo: DemoPortal) -> Callable[[str], dict[str, int]]:
    """Counts of the handoffs that reports count, by an expression; without nulls and zeros."""

    def count(by: str, what: str = "count(*)") -> dict[str, int]:
        rows = demo.home.published(
            f"select {by}, {what} from fct_handoffs where not is_excluded group by 1"  # noqa: S608
        )
        return {key: number for key, number in rows if key is not None and number}

    return count


def test_the_planted_handoffs_are_the_published_ones(
    demo: DemoPortal, handoffs: dict[tuple[str, str], Row]
) -> None:
    planted = Counter((line["contact_id"], line["mql_at"]) for line in demo.planted_handoffs)
    ((rows,),) = demo.home.published("select count(*) from fct_handoffs")
    assert rows == len(handoffs) == len(demo.planted_handoffs) == demo.truth["handoffs"]["total"]
    assert Counter(handoffs.keys()) == planted


@pytest.mark.parametrize("fact", [*COLUMNS, *TOLD_OF_SOME])
def test_each_planted_fact_is_told_of_every_handoff(
    demo: DemoPortal, handoffs: dict[tuple[str, str], Row], fact: str
) -> None:
    lines = [line for line in demo.planted_handoffs if fact not in TOLD_OF_SOME or fact in line]
    column = {**COLUMNS, **TOLD_OF_SOME}[fact]
    # A handoff without won deals has won nothing; the truth leaves the sum out.
    absent = 0.0 if fact == "amount_won" else None
    wrong = [
        (line["contact_id"], line.get("scenario"), line.get(fact), told)
        for line in lines
        if (told := plain(handoffs[line["contact_id"], line["mql_at"]][column]))
        != line.get(fact, absent)
        and not (absent is not None and told is None and fact not in line)
    ]
    assert lines
    assert wrong == []


def test_each_handoff_has_its_campaign_offer_owner_and_gaps(
    demo: DemoPortal, handoffs: dict[tuple[str, str], Row]
) -> None:
    # An offer that the playbook does not know is told by the name of its form.
    forms = dict(demo.home.published("select touch_key, form_name from fct_touches"))
    gaps: dict[str, set[str]] = {}
    for key, field in demo.home.published(
        "select handoff_key, field_id from fct_field_gaps where stage = 'mql'"
    ):
        gaps.setdefault(key, set()).add(FIELDS.get(field, field))
    wrong = []
    for line in demo.planted_handoffs:
        row = handoffs[line["contact_id"], line["mql_at"]]
        form = forms.get(row["trigger_touch_key"])
        owner = (row["assigned_owner_key"] or "").split("/")[-1] or None
        found = {
            "campaign": row["campaign_name"],
            "offer": OFFERS.get(row["offer_id"], form),
            "owner": owner,
            "gaps": gaps.get(row["handoff_key"], set()),
        }
        planted = {
            "campaign": line.get("campaign", "(none)"),
            "offer": line.get("offer"),
            "owner": line.get("assigned_owner_id"),
            "gaps": set(line["missing_mql_fields"]),
        }
        if found != planted:
            wrong.append((line["contact_id"], line.get("scenario"), planted, found))
    assert wrong == []


def test_excluded_people_are_flagged_and_counted_nowhere(
    demo: DemoPortal, counted: Callable[..., dict[str, int]]
) -> None:
    truth = demo.truth["handoffs"]
    excluded = demo.home.published(
        "select exclusion_kind, count(*) from fct_handoffs where is_excluded group by 1"
    )
    assert dict(excluded) == truth["excluded"]
    assert sum(counted("status").values()) == truth["counted"]


def test_sums_of_the_handoffs_are_the_planted_ones(
    demo: DemoPortal, counted: Callable[..., dict[str, int]]
) -> None:
    truth = demo.truth["handoffs"]
    assert counted("status") == truth["by_status"]
    assert counted("sla_status") == truth["by_sla_status"]
    assert counted("reason") == truth["by_reason"]
    assert counted("rejected_by") == truth["by_rejecting_side"]
    strict = {"mql": truth["counted"]}
    filled = {}
    for stage in FUNNEL:
        strict[stage] = sum(counted("true", f"count(strict_{stage}_at)").values())
        filled[stage] = sum(counted("true", f"count({stage}_at)").values())
    assert strict == truth["strict"]
    assert filled == truth["filled"]


def test_campaign_tables_hold_the_planted_funnels(demo: DemoPortal) -> None:
    planted = demo.truth["handoffs"]["by_campaign"]
    found: dict[str, Counter[str]] = {}
    for campaign, *counts in demo.home.published(
        "select campaign_name, count(*), count(accepted_at), count(sql_at), count(opportunity_at),"
        " count(won_at) from fct_handoffs where not is_excluded group by 1"
    ):
        found[campaign] = +Counter(dict(zip(("mql", *FUNNEL), counts, strict=True)))
    assert found == planted
    # Rates of the report table, over all weeks: MQLs below, what came of them above.
    rows = demo.home.published(
        "select campaign_name, end_stage, sum(numerator), sum(denominator)"
        " from rpt_campaign_conversion where period_grain = 'week' and basis = 'cohort'"
        " and start_stage = 'mql' and horizon_days is null and campaign_key <> '(all)'"
        " and end_stage in ('accepted', 'sql', 'won') group by 1, 2"
    )
    assert len(rows) == 3 * len(planted)
    for campaign, stage, numerator, denominator in rows:
        funnel = planted[campaign]
        assert (numerator, denominator) == (funnel.get(stage, 0), funnel["mql"]), (campaign, stage)


def test_weekly_tables_hold_the_planted_weeks(demo: DemoPortal) -> None:
    planted = demo.truth["handoffs"]["by_week"]
    metrics = {"mqls": "mql", "accepted_handoffs": "accepted", "sqls": "sql",
               "opportunities": "opportunity", "wins": "won"}  # fmt: skip
    found: dict[str, Counter[str]] = {}
    for week, metric, value in demo.home.published(
        "select week_start, metric_id, numerator from rpt_weekly_quality"
    ):
        if metric in metrics:
            found.setdefault(iso_week(week), Counter())[metrics[metric]] = int(value)
    assert {week: dict(+counts) for week, counts in found.items() if +counts} == planted


def test_last_weeks_by_campaign_and_sla_are_the_planted_ones(demo: DemoPortal) -> None:
    for week, planted in demo.truth["weeks"].items():
        monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").date()
        campaigns = demo.home.published(
            "select campaign_name, denominator from rpt_campaign_conversion"
            " where period_grain = 'week' and period_start = ? and basis = 'period'"
            " and start_stage = 'mql' and end_stage = 'sql' and campaign_key <> '(all)'"
            " and denominator > 0",
            monday,
        )
        assert dict(campaigns) == planted["mqls_by_campaign"], week
        (sla,) = demo.home.records(
            "select met, late, missed, pending, unowned, closed_untouched, not_measured"
            " from rpt_sla where period_grain = 'week' and period_start = ? and team_id = '(all)'"
            " and sla_tier = '(all)' and campaign_key = '(all)'",
            monday,
        )
        assert {name: count for name, count in sla.items() if count} == planted["by_sla_status"]


def test_reason_and_gap_tables_hold_the_planted_sums(demo: DemoPortal) -> None:
    reasons = demo.home.published(
        "select reason_code, sum(numerator) from rpt_reason_codes where campaign_key = '(all)'"
        " and period_grain = 'week' and horizon_days is null and is_reason group by 1"
    )
    assert {code: int(count) for code, count in reasons} == demo.truth["handoffs"]["by_reason"]
    planted = Counter(
        field
        for line in demo.planted_handoffs
        if "exclusion" not in line
        for field in line["missing_mql_fields"]
    )
    gaps = demo.home.published(
        "select field_id, sum(denominator - numerator) from rpt_field_gaps where stage = 'mql'"
        " and period_grain = 'week' and team_id = '(all)' and campaign_key = '(all)' group by 1"
    )
    assert {FIELDS.get(field, field): int(count) for field, count in gaps} == planted


def test_business_past_the_funnel_is_beside_it(demo: DemoPortal) -> None:
    found = [
        {
            "kind": row["kind"],
            "object": row["record_key"].split("/")[1],
            "record_id": row["record_key"].split("/")[2],
            "at": plain(row["bypassed_at"]),
            "amount": plain(row["amount"]),
        }
        for row in demo.home.records("select * from fct_bypasses where not is_excluded")
    ]

    def by_record(row: Row) -> str:
        return str(row["record_id"])

    assert sorted(found, key=by_record) == sorted(demo.truth["bypasses"], key=by_record)


def test_planted_mistakes_are_in_the_tables_that_show_them(
    demo: DemoPortal, counted: Callable[..., dict[str, int]]
) -> None:
    planted = {kind: one["count"] for kind, one in demo.truth["planted"].items()}
    ids = {kind: set(one["record_ids"]) for kind, one in demo.truth["planted"].items()}

    def records(query: str) -> set[str]:
        return {key.split("/")[-1] for (key,) in demo.home.published(query)}

    unmapped = planted["unmapped_lead_status"] + planted["unmapped_lifecycle_stage"]
    unmapped += planted["unmapped_hostile_status"]
    ((shown,),) = demo.home.published(
        "select sum(numerator) from rpt_weekly_quality where metric_id = 'unmapped_stages'"
    )
    assert shown == unmapped
    raw_values = records("select raw_value from fct_stage_events where effect = 'unmapped'")
    assert "PARKED" in raw_values
    assert (
        records("select record_key from map_person_records where match_method = 'merge'")
        == (ids["merged_away_ids"])
    )
    assert (
        records("select leading_record_key from dim_people where is_archived")
        == ids["archived_contact"]
    )
    assert (
        records("select leading_record_key from dim_people where not has_email")
        == ids["person_without_email"] | ids["person_without_email_second"]
    )
    for kind in ("test", "internal", "partner"):
        flagged = f"select leading_record_key from dim_people where exclusion_kind = '{kind}'"  # noqa: S608
        assert records(flagged) == ids[f"{kind}_person"]
    renewals = ids["renewal_deals"]
    assert not renewals & records("select record_key from fct_bypasses")
    assert not renewals & records(
        "select record_key from fct_stage_events where object = 'deals' and handoff_key is not null"
    )
    # Each way of getting no owner in time is one of those that the SLA table counts so.
    assert counted("sla_status")["missed"] >= planted["sla_missed"]
    assert counted("is_default_accepted")[True] >= planted["default_accepted"]


def test_every_weekly_figure_is_the_sum_of_its_handoffs(demo: DemoPortal) -> None:
    figures = demo.home.published(
        "select metric_id, week_start, numerator, denominator from rpt_weekly_quality"
        " where metric_id not in ('bypasses', 'unmapped_stages')"
    )
    sums = {
        (metric, week): (numerator, denominator)
        for metric, week, numerator, denominator in demo.home.published(
            "select metric_id, week_start, sum(numerator), sum(denominator)"
            " from map_weekly_handoffs group by 1, 2"
        )
    }
    assert {(metric, week) for metric, week, *_ in figures} >= sums.keys()
    assert len(sums) > 100
    for metric, week, numerator, denominator in figures:
        # A week without handoffs is zero of zero; a count has nothing below the line.
        expected = sums.get((metric, week), (0.0, 0.0 if denominator is not None else None))
        assert (numerator, denominator) == pytest.approx(expected), (metric, week)


def test_no_published_table_tells_who_a_person_is(demo: DemoPortal) -> None:
    people = [contact["properties"] for contact in demo.records("contacts")]
    emails = {str(one.get("email") or "").lower() for one in people} - {""}
    names = {f"{one.get('firstname')} {one.get('lastname')}".lower() for one in people}
    phones = {str(one.get("phone") or "") for one in people} - {""}
    assert len(emails) > 1900
    assert len(names) > 500
    columns = _text_columns(demo)
    seen = 0
    for table, texts in _texts(demo, columns):
        seen += len(texts)
        found = {text for text in texts if _tells_of(text.lower(), emails, names) or text in phones}
        assert found == set(), table
    assert seen > 10_000
    personal = {"email", "phone", "name", "full_name", "first_name", "last_name"}
    assert "person_key" in columns["dim_people"]
    assert not personal & set(columns["dim_people"])


def _text_columns(demo: DemoPortal) -> dict[str, list[str]]:
    """Columns that can hold words, by table."""
    tables: dict[str, list[str]] = {}
    for table, column in demo.home.published(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'reporting'"
        " and (data_type = 'VARCHAR' or data_type like '%[]' or data_type like 'STRUCT%')"
    ):
        tables.setdefault(table, []).append(column)
    return tables


def _texts(demo: DemoPortal, columns: dict[str, list[str]]) -> Iterator[tuple[str, set[str]]]:
    """Every different text of each published table."""
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        for table, names in columns.items():
            queries = [
                f'select "{name}"::varchar from reporting.{table}'  # noqa: S608
                for name in names
            ]
            rows = connection.execute(" union ".join(queries)).fetchall()
            yield table, {text for (text,) in rows if text is not None}


def _tells_of(text: str, emails: set[str], names: set[str]) -> bool:
    """Whether a text in lower case holds an address, or a first name and a last name."""
    if "@" in text or "%40" in text:
        addresses = {found.replace("%40", "@") for found in ADDRESS.findall(text)}
        if addresses & emails:
            return True
    if " " not in text:
        return False
    words = re.findall(r"[^\W\d_]+", text)
    return any(" ".join(pair) in names for pair in pairwise(words))


def test_a_sync_with_nothing_new_and_a_rebuild_from_landing_change_no_table(
    demo: DemoPortal, demo_rerun: Rerun
) -> None:
    rebuilt = demo_rerun.home.settings.warehouse_path
    assert compared_tables(rebuilt, TABLES) > 100
    layers = ("playbook", "staging", "intermediate", "marts")
    assert differing_tables(demo.warehouse, rebuilt, layers, ignored_tables=OF_THE_SYNC) == {}
    # What was loaded run by run is what landing holds.
    assert (
        differing_tables(
            demo_rerun.incremental, rebuilt, ("raw",), ignored_columns=(), ignored_tables=RUNS
        )
        == {}
    )
    published = demo_rerun.home.settings.published_path
    assert (
        differing_tables(demo.published, published, ("reporting",), ignored_tables=OF_THE_SYNC)
        == {}
    )


def test_what_is_held_is_what_the_crm_counts(demo: DemoPortal, demo_rerun: Rerun) -> None:
    query = "select object, held_count, crm_count, left_over_count from rpt_reconciliation"
    with duckdb.connect(str(demo.published), read_only=True) as connection:
        first = connection.execute(query.replace("from ", "from reporting.")).fetchall()
    planted = demo.truth["records"]["files"]
    assert {object_: held for object_, held, *_ in first} == {
        object_: planted.get(object_, 0) for object_, *_ in first
    }
    assert all(left_over == 0 for *_, left_over in first)
    again = demo_rerun.home.published(query)
    assert {row[:2] for row in again} == {row[:2] for row in first}
    # HubSpot gives no count of submissions; only a full list of them can be counted.
    uncounted = [object_ for object_, _, count, _ in again if count is None]
    assert uncounted == ["form_submissions"]
    assert all(left_over == 0 for *_, count, left_over in again if count is not None)


def test_the_second_sync_read_nothing_again_that_had_not_changed(demo_rerun: Rerun) -> None:
    runs = demo_rerun.home.warehouse(
        "select object, mode, coalesce(sum(row_count), 0) from raw.landing_runs as runs"
        " left join raw.landing_parts as parts using (source_id, object, run_id)"
        " where object in ('contacts', 'deals', 'calls', 'emails') group by all"
    )
    incremental = {object_: rows for object_, mode, rows in runs if mode == "incremental"}
    assert set(incremental) == {"contacts", "deals", "calls", "emails"}
    assert sum(incremental.values()) < 100


def test_the_same_input_gives_the_same_bytes(demo: DemoPortal, demo_rerun: Rerun) -> None:
    assert demo.exports != demo_rerun.exports
    for kind in ("csv", "parquet"):
        first = _bytes(demo.exports / kind)
        assert len(first) > 50
        again = _bytes(demo_rerun.exports / kind)
        changed = {
            name for name in first.keys() | again.keys() if first.get(name) != again.get(name)
        }
        assert changed <= OF_THE_SYNC


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.iterdir()}


def test_the_same_input_gives_the_same_page(demo: DemoPortal, demo_rerun: Rerun) -> None:
    week = f"weekly/{demo.truth['last_full_week']}.html"
    first = (demo.kept / "reports" / week).read_text()
    again = (demo_rerun.home.settings.reports_dir / week).read_text()
    assert len(first) > 100_000
    # The page names the run whose rows it shows.
    pages = [COUNTED.sub("", RUN_ID.sub("RUN", page)) for page in (first, again)]
    assert pages[0] == pages[1]


def test_the_page_tells_the_planted_week(demo: DemoPortal) -> None:
    week, before = demo.truth["last_full_week"], demo.truth["week_before"]
    page = page_text(demo.kept / "reports" / "weekly" / f"{week}.html")
    funnel = demo.truth["handoffs"]["by_week"]
    now, then = funnel[week], funnel[before]
    change = now["mql"] - then["mql"]
    assert f"{now['mql']} new MQLs, {change} more than the week before ({then['mql']})" in page
    rows = {"mql": "MQL", "accepted": "Accepted", "sql": "SQL", "won": "Won"}
    for stage, label in rows.items():
        assert f"{label} ? {now[stage]} {then[stage]} " in page, stage
    unmapped = sum(
        count["count"]
        for kind, count in demo.truth["planted"].items()
        if kind.startswith("unmapped_") and kind != "unmapped_reason"
    )
    ((shown,),) = demo.home.published(
        "select sum(numerator) from rpt_weekly_quality where metric_id = 'unmapped_stages'"
    )
    assert shown == unmapped


def test_no_page_and_no_log_holds_an_address(demo: DemoPortal) -> None:
    home = demo.home.settings.home
    people = {
        str(contact["properties"].get("email") or "").lower()
        for contact in demo.records("contacts")
    } - {""}
    pages = [path.read_text() for path in demo.kept.rglob("*.html")]
    assert pages
    assert leaks(home, pages, secrets={demo.home.sandbox.token, *people}) == []


def test_exports_hold_the_published_rows(demo: DemoPortal) -> None:
    tables = demo.home.published(
        "select fact, row_count from run_manifest where fact_kind = 'table'"
    )
    assert len(tables) > 50
    with duckdb.connect() as connection:
        for table, rows in tables:
            for path in (f"parquet/{table}.parquet", f"csv/{table}.csv"):
                counted = connection.execute(
                    f"select count(*) from '{demo.exports / path}'"  # noqa: S608
                ).fetchone()
                assert counted == (rows,), path
