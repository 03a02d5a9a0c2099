"""The sync's benchmark measures two ways of reading the same, and how an account's rate is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff.bench.sync import KINDS, bench_rate, bench_sync, page_server


@pytest.mark.parametrize("kind", KINDS)
def test_a_sync_reads_what_its_plain_loop_reads(kind: str, tmp_path: Path) -> None:
    plain, sync = KINDS[kind]
    with page_server(14_400) as server:
        for way, name in ((plain, "plain"), (sync, "sync")):
            (tmp_path / name).mkdir()
            assert way(server.host, 14_400, tmp_path / name, 2)[0] == 14_400
            passed, refused, _, _ = server.told()
            assert passed > 0
            assert refused == 0
    kept = sum(path.stat().st_size for path in (tmp_path / "plain").iterdir())
    assert kept > 14_400 * 50 * 10


@pytest.mark.slow
def test_both_ways_read_the_same_records_with_the_same_pages() -> None:
    told: list[str] = []
    rows = bench_sync(24_000, at_a_time=(4,), stages=False, tell=told.append)
    by_name = {row.name: row for row in rows}
    for kind in ("HubSpot list", "HubSpot batch", "Salesforce bulk"):
        plain, sync = by_name[f"{kind}, plain loop"], by_name[f"{kind}, 4 at a time"]
        assert sync.records == plain.records == 24_000
        assert sync.ratio == sync.seconds / plain.seconds
        assert 0 < sync.disk_mb < plain.disk_mb
    # The sync also asks for the CRM's own count of each object, and so do reads of changes for
    # archived records.
    plain, sync = by_name["HubSpot list, plain loop"], by_name["HubSpot list, 4 at a time"]
    assert plain.requests <= sync.requests <= plain.requests + 16
    assert rows[-1].records == 12_000
    assert any("24,000 records" in line for line in told)


@pytest.mark.slow
def test_a_throttled_sync_uses_what_is_allowed_and_is_hardly_refused() -> None:
    rate = bench_rate(1_600, ten_secondly=20)
    assert rate.requests > 20
    assert rate.refused == 0
    assert rate.share > 0.8
