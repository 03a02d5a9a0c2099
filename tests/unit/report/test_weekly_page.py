"""The weekly page says what the published file says, and shows what it cannot say."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import pytest

from handoff.errors import ReportError, WarehouseError
from handoff.report import build_weekly_report
from handoff.settings import Settings
from published_week import (
    HOSTILE,
    full_week,
    manifest,
    settings_of,
    unmeasured_week,
    write_published,
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = settings_of(tmp_path_factory.mktemp("full"))
    write_published(settings, full_week())
    return settings


@pytest.fixture(scope="module")
def page(full: Settings) -> str:
    return build_weekly_report(full).path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def unmeasured_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    settings = settings_of(tmp_path_factory.mktemp("unmeasured"))
    write_published(settings, unmeasured_week())
    return build_weekly_report(settings).path.read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    found = re.search(f'<section id="{name}".*?</section>', page, flags=re.DOTALL)
    assert found, name
    return found[0]


def words(markup: str) -> str:
    """What a reader sees, in one line."""
    text = re.sub(r"<(style|svg).*?</\1>", " ", markup, flags=re.DOTALL)
    text = re.sub(r"</?(bdi|strong|em|code|a|span)\b[^>]*>", "", text)
    text = re.sub(r"<[^>]+>", " ", text)
    return " ".join(html.unescape(text).replace("\u202f", " ").split())


def row(markup: str, start: str) -> str:
    rows = re.findall(r"<tr[ >].*?</tr>", markup, flags=re.DOTALL)
    return next(text for each in rows if (text := words(each)).startswith(start))


def test_the_week_and_its_files(full: Settings, page: str) -> None:
    folder = full.reports_dir / "weekly"
    assert {path.name for path in folder.iterdir()} == {"2026-W40.html", "latest.html"}
    assert (folder / "latest.html").read_text(encoding="utf-8") == page
    assert "As of 5 Oct 2026, 08:00 CEST" in words(page)
    assert "Checks: 1 passed, 1 warned, 0 failed, 1 skipped" in words(page)
    assert "HubSpot: fresh" in words(page)


def test_the_same_file_gives_the_same_bytes(full: Settings, page: str) -> None:
    assert build_weekly_report(full).path.read_text(encoding="utf-8") == page


def test_the_funnel_against_the_week_before_with_what_is_inferred(page: str) -> None:
    funnel = section(page, "funnel")
    assert row(funnel, "MQL") == "MQL ? 120 60 +60 – 120"
    assert row(funnel, "SQL") == "SQL ? 2 1 +1 1 of 2 1"
    assert row(funnel, "Won") == "Won ? 1 0 +1 – 1"


def test_a_minute_of_sentences(page: str) -> None:
    sentences = re.findall(r"<li>(.*?)</li>", section(page, "minute"))
    assert 3 <= len(sentences) <= 5
    told = [words(sentence) for sentence in sentences]
    assert told[0].startswith("120 new MQLs, 60 more than the week before (60)")
    assert told[1] == (
        "Of the MQLs whose 90 days are over, 27 of 200 (13.5 %) reached SQL in time, "
        "95 % interval 10.0–30.0 %; this week's MQLs stay open until 3 Jan 2027."
    )
    assert "slow follow-up, SDR Europe: 40 of 100 (40.0 %) touched in time" in told[2]
    assert "by 12 Oct 2026" in told[2]


def test_open_cohorts_show_counts_and_no_rate(page: str) -> None:
    conversion = section(page, "conversion")
    assert row(conversion, "28 Sep") == "28 Sep 120 2 of 120 open 2 of 120 open 2 of 120 open"
    assert "27 of 200 MQLs, 10.0–30.0 %" in words(conversion)


def test_a_small_sample_shows_both_sides_and_no_rate(page: str) -> None:
    campaign = row(section(page, "campaigns"), "<script>")
    assert "3 of 4" in campaign
    assert "75" not in campaign
    figure = row(section(page, "funnel"), "Field completeness")
    assert "3 of 4" in figure
    assert "75" not in figure


def test_no_percentage_stands_without_both_sides(page: str) -> None:
    for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, flags=re.DOTALL):
        if " %" in words(cell):
            assert re.search(r"\d of \d", words(cell)), cell


def test_lists_are_cut_aloud(page: str) -> None:
    found = re.search(r'id="leads-mqls".*?</details>', page, flags=re.DOTALL)
    assert found
    assert found[0].count("<tr>") == 101
    assert (
        "20 more are not listed here. All of them: map_weekly_handoffs where "
        "metric_id = 'mqls' and week_start = '2026-09-28'." in words(found[0])
    )


def test_every_figure_has_its_definition_at_hand(page: str) -> None:
    opened = set(re.findall(r'popovertarget="(def-[a-z0-9_]+)"', page))
    defined = set(re.findall(r'id="(def-[a-z0-9_]+)"', page))
    assert opened <= defined
    funnel = section(page, "funnel")
    for metric_id in ("mqls", "sqls", "wins", "sla_attainment_rate", "inferred_stages"):
        assert f'popovertarget="def-{metric_id}"' in funnel


def test_a_problem_has_evidence_trend_owner_fix_and_date(page: str) -> None:
    problems = words(section(page, "problems"))
    for told in ("40 of 100", "▼ worse", "Call them.", "12 Oct 2026", "at least 85.0 %", "45"):
        assert told in problems
    assert "SDR Europe: leads that show it 1 " in problems


def test_hostile_text_is_text_and_links_are_https(page: str) -> None:
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page
    assert "{{ 7*7 }}" in html.unescape(page)
    assert html.escape(HOSTILE[:25]) in page
    assert all(
        url.startswith(("https://", "#", "data:,")) for url in re.findall('href="(.*?)"', page)
    )
    assert "javascript:" not in page


def test_the_policy_lets_in_this_style_and_nothing_else(page: str) -> None:
    policy = html.unescape(re.search('Security-Policy" content="(.*?)"', page)[1])  # type: ignore[index]
    style = re.search("<style>(.*?)</style>", page, flags=re.DOTALL)[1]  # type: ignore[index]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert " style=" not in page


def test_what_is_not_measured_is_said_and_is_no_zero(unmeasured_page: str) -> None:
    for name in ("reasons", "sla", "fields", "open"):
        assert "not measured" in words(section(unmeasured_page, name)), name
    for label in ("SLA attainment", "Rejection rate", "Open without an owner"):
        assert row(section(unmeasured_page, "funnel"), label).endswith("not measured")
    assert "Every SQL date is inferred" in words(section(unmeasured_page, "funnel"))
    assert "Set the owner" not in unmeasured_page
    assert "1 proposal that rest on them are left out" in words(section(unmeasured_page, "open"))


def test_a_blocked_run_is_told_loudly(tmp_path: Path, page: str) -> None:
    settings = settings_of(tmp_path)
    write_published(settings, full_week())
    note = {
        "run_id": "20261006T060000Z-bad",
        "as_of": "2026-10-06T06:00:00Z",
        "checks": [{"check_id": HOSTILE, "table": "t", "why": "Why.", "owner": "ops"}],
    }
    settings.runs_dir.mkdir()
    (settings.runs_dir / "last_blocked.json").write_text(json.dumps(note), encoding="utf-8")
    blocked = build_weekly_report(settings).path.read_text(encoding="utf-8")
    banner = words(blocked[blocked.index("<aside") : blocked.index("</aside>")])
    assert "A newer run was blocked. This page shows the last published one." in banner
    assert "20261006T060000Z-bad (as of 6 Oct 2026, 08:00 CEST) failed 1 blocking check" in banner
    assert "the run published as of 5 Oct 2026, 08:00 CEST" in banner
    assert "<script>alert(1)" in banner
    assert "<aside" not in page


def test_an_empty_portal_gets_a_page_that_says_so(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write_published(settings, {"run_manifest": manifest()})
    page = build_weekly_report(settings).path.read_text(encoding="utf-8")
    assert "No handoffs yet" in words(page)
    assert 'id="funnel"' not in page


def test_an_older_week_leaves_the_latest_page_alone(full: Settings, page: str) -> None:
    summary = build_weekly_report(full, "2026-W39")
    try:
        assert summary.week == "2026-W39"
        assert "21 Sep 2026 – 27 Sep 2026" in words(summary.path.read_text(encoding="utf-8"))
        latest = full.reports_dir / "weekly" / "latest.html"
        assert latest.read_text(encoding="utf-8") == page
    finally:
        summary.path.unlink()


def test_a_week_that_is_not_over_is_refused(full: Settings) -> None:
    with pytest.raises(ReportError, match="2026-W41 is not over") as error:
        build_weekly_report(full, "2026-W41")
    assert "2026-W40" in str(error.value.fix)


def test_without_a_published_file_the_next_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=r"published\.duckdb") as error:
        build_weekly_report(settings_of(tmp_path))
    assert error.value.fix


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    write_published(settings, full_week())
    summary = build_weekly_report(settings)
    before = summary.path.read_text(encoding="utf-8")
    building = summary.path.with_name(f".{summary.path.name}.building")
    building.mkdir()
    (building / "in the way").touch()
    with pytest.raises((ReportError, OSError)):
        build_weekly_report(settings)
    assert summary.path.read_text(encoding="utf-8") == before
