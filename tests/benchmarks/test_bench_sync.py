"""The sync's benchmark measures two ways of reading the same."""

from __future__ import annotations

from pathlib import Path

from handoff.bench.sync import bench_sync


def test_both_ways_read_the_same_records_with_the_same_pages(tmp_path: Path) -> None:
    told: list[str] = []
    plain, sync = bench_sync(300, 1_500, folder=tmp_path, tell=told.append)
    assert plain.records == sync.records > 1_500
    # The sync also asks for the CRM's own count of each object.
    assert plain.requests <= sync.requests <= plain.requests + 16
    assert sync.ratio == sync.seconds / plain.seconds
    assert 0 < sync.disk_mb < plain.disk_mb
    assert any("300 people" in line for line in told)
