"""Every list of leads names the table and the filter that give all of it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from handoff.report.reading.leads import LeadList
from handoff.report.reading.published import open_published
from handoff.report.reading.report import WeeklyReport, read_report
from handoff.report.reading.run import read_run
from handoff.report.weeks import Week
from published_week import WEEK, full_week, settings_of, write_published


def lists_of(report: WeeklyReport) -> list[LeadList]:
    return [
        *[figure.leads for figure in report.figures.values() if figure.leads],
        report.reasons.unusable,
        report.sla.late_leads,
        *[each.leads for each in report.fields.fix_lists],
        *[problem.leads for problem in report.problems],
        report.open_work.unowned,
        report.open_work.no_next_step,
    ]


def test_the_told_filter_gives_the_told_number(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write_published(settings, full_week())
    with open_published(settings) as published:
        report = read_report(published, read_run(published), Week(WEEK))
    lists = [each for each in lists_of(report) if each.total]
    assert len(lists) >= 8
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        connection.execute("set schema = 'reporting'")
        for told in lists:
            query = f"select count(distinct handoff_key) from {told.table} where {told.where}"  # noqa: S608
            assert connection.execute(query).fetchone() == (told.total,), told.where
            assert len(told.leads) + told.more == told.total
