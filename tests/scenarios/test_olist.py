"""A real funnel of 8,000 leads and 842 wins, end to end: the numbers its records imply, and nothing
where they are silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from page_text import page_text
from pipeline_home import ALL_STOPS, PipelineHome, pipeline_home

from handoff.sandbox.server import running_sandbox

pytestmark = pytest.mark.slow

AS_OF = datetime(2018, 11, 15, tzinfo=UTC)
PLAYBOOK = Path(__file__).resolve().parents[1] / "playbooks" / "olist"
RATE = (
    "from rpt_campaign_conversion where period_grain = 'month' and campaign_key = '(all)'"
    " and start_stage = 'mql' and end_stage = ? and period_start = ?"
)
NOT_MEASURED = {
    "sla_attainment_rate",
    "field_completeness_rate",
    "rejection_rate",
    "unusable_reason_rate",
    "poor_fit_rate",
    "unowned_handoffs",
    "no_next_step",
    "amount_won",
}


@dataclass(frozen=True)
class Month:
    """MQLs of a month, and how many were won: within 90 days, ever, and in the month itself."""

    starts_on: date
    mqls: int
    within_90: int
    ever: int
    in_the_month: int
    row: str


JANUARY = Month(date(2018, 1, 1), 1141, 129, 152, 73, "Jan 2018")
APRIL = Month(date(2018, 4, 1), 1352, 171, 183, 207, "Apr 2018")
SHARES = {JANUARY: (0.113, 0.133, 0.064), APRIL: (0.126, 0.135, 0.153)}


@pytest.fixture(scope="module")
def olist(olist_portal: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PipelineHome]:
    """The home after every stop over the real portal."""
    folder = tmp_path_factory.mktemp("olist")
    with running_sandbox(olist_portal) as sandbox:
        home = pipeline_home(folder / "home", sandbox, AS_OF, PLAYBOOK)
        home.run(ALL_STOPS)
        yield home


@pytest.fixture(scope="module")
def page(olist: PipelineHome) -> str:
    return page_text(olist.settings.reports_dir / "weekly" / "2018-W45.html")


@pytest.mark.parametrize("month", [JANUARY, APRIL], ids=lambda month: month.row)
def test_wins_of_a_months_mqls(olist: PipelineHome, month: Month) -> None:
    rates = {
        (basis, horizon): (numerator, denominator, round(rate, 3), is_complete)
        for basis, horizon, numerator, denominator, rate, is_complete in olist.published(
            f"select basis, horizon_days, numerator, denominator, rate, is_complete {RATE}",
            "won",
            month.starts_on,
        )
    }
    within_90, ever, in_the_month = SHARES[month]
    assert rates["cohort", 90] == (month.within_90, month.mqls, within_90, True)
    assert rates["cohort", None] == (month.ever, month.mqls, ever, False)
    assert rates["period", None] == (month.in_the_month, month.mqls, in_the_month, True)


def test_every_lead_is_a_handoff_and_every_win_but_one_is_in_it(olist: PipelineHome) -> None:
    ((handoffs, won, clamped),) = olist.published(
        "select count(*), count(won_at), count(*) filter (where is_clamped) from fct_handoffs"
    )
    assert (handoffs, won, clamped) == (8000, 841, 5)
    ((clamped_at_the_mql,),) = olist.published(
        "select count(*) from fct_handoffs where is_clamped and won_at = mql_at"
    )
    assert clamped_at_the_mql == 5
    bypasses = olist.published("select kind, deal_key is not null from fct_bypasses")
    assert bypasses == [("no_mql", True)]


def test_every_sql_date_is_inferred_and_said_to_be(olist: PipelineHome, page: str) -> None:
    ((reached, inferred, recorded),) = olist.published(
        "select count(sql_at), count(*) filter (where sql_is_inferred), count(strict_sql_at)"
        " from fct_handoffs"
    )
    assert (reached, inferred, recorded) == (841, 841, 0)
    rates = olist.published(
        f"select numerator, inferred_end_count, strict_numerator {RATE}", "sql", JANUARY.starts_on
    )
    assert rates
    assert all(numerator == inferred and strict == 0 for numerator, inferred, strict in rates)
    assert "Every SQL date is inferred" in page
    assert "841 of 841 of all time" in page


def test_what_the_records_do_not_tell_is_not_measured(olist: PipelineHome) -> None:
    measured = dict(
        olist.published("select metric_id, bool_or(is_measured) from rpt_weekly_quality group by 1")
    )
    assert {metric for metric, is_measured in measured.items() if not is_measured} == NOT_MEASURED
    values = olist.published(
        "select count(numerator), count(denominator), count(value) from rpt_weekly_quality"
        " where not is_measured"
    )
    assert values == [(0, 0, 0)]
    statuses = olist.published("select sla_status, count(*) from fct_handoffs group by 1")
    assert statuses == [("not_measured", 8000)]
    judged = olist.published(
        "select sum(denominator), count(rate), sum(not_measured) filter (where team_id = '(all)'"
        " and sla_tier = '(all)' and campaign_key = '(all)' and period_grain = 'all')"
        " from rpt_sla"
    )
    assert judged == [(0, 0, 8000)]
    for table in ("rpt_reason_codes", "rpt_field_gaps", "rpt_problems", "act_missed_sla"):
        assert olist.published(f"select count(*) from {table}") == [(0,)], table  # noqa: S608


def test_the_page_tells_the_same_numbers(page: str) -> None:
    for month, shares in SHARES.items():
        # The row: within 90 days to SQL (all inferred) and to won, ever, and in the month itself.
        row = page.split(f" {month.row} ", 1)[1][:400]
        for count, share in zip(
            (month.within_90, month.ever, month.in_the_month), shares, strict=True
        ):
            assert f"{count} of {month.mqls:,} {share:.1%}".replace("%", " %") in row, month.row


def test_the_page_says_what_is_not_measured(page: str) -> None:
    for words in (
        "Reasons: not measured.",
        "Speed and SLA: not measured.",
        "Handoff fields are not measured",
        "SLA attainment ? not measured",
        "Rejection rate ? not measured",
        "Field completeness ? not measured",
    ):
        assert words in page, words
    assert "SLA attainment ? 0" not in page


def test_the_real_records_pass_every_check(olist: PipelineHome) -> None:
    checks = dict(
        olist.published(
            "select status, count(*) from run_manifest where fact_kind = 'check' group by 1"
        )
    )
    assert checks.pop("passed") > 80
    assert checks.keys() <= {"skipped"}
    ((held,),) = olist.published(
        "select held_count from rpt_reconciliation where object = 'contacts'"
        " and left_over_count = 0 and crm_count = 8000"
    )
    assert held == 8000
