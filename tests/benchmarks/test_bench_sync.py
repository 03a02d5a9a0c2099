"""The sync's benchmark measures two ways of reading the same, and how an account's rate is used."""

from __future__ import annotations

import pytest

from handoff.bench.sync import bench_rate, bench_sync


def test_both_ways_read_the_same_records_with_the_same_pages() -> None:
    told: list[str] = []
    rows = bench_sync(2_400, at_a_time=(4,), stages=False, tell=told.append)
    by_name = {row.name: row for row in rows}
    for kind in ("list", "batch"):
        plain = by_name[f"{kind}, plain loop"]
        sync = by_name[f"{kind}, sync, 4 at a time"]
        assert sync.records == plain.records == 2_400
        assert sync.ratio == sync.seconds / plain.seconds
        assert 0 < sync.disk_mb < plain.disk_mb
    # The sync also asks for the CRM's own count of each object, and so do reads of changes for
    # archived records.
    plain, sync = by_name["list, plain loop"], by_name["list, sync, 4 at a time"]
    assert plain.requests <= sync.requests <= plain.requests + 16
    assert by_name["list, sync, half the records"].records == 1_200
    assert any("2,400 records" in line for line in told)


@pytest.mark.slow
def test_a_throttled_sync_uses_what_is_allowed_and_is_hardly_refused() -> None:
    rate = bench_rate(1_600, ten_secondly=20)
    assert rate.requests > 20
    assert rate.refused == 0
    assert rate.share > 0.8
