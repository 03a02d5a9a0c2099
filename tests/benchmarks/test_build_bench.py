"""The build's benchmark reads all that landed, both ways."""

from __future__ import annotations

from pathlib import Path

from handoff.bench.build import bench_build


def test_plain_read_and_build_read_the_same_records(tmp_path: Path) -> None:
    told: list[str] = []
    rows = {row.name: row for row in bench_build(120, 360, folder=tmp_path, tell=told.append)}
    assert rows["plain read"].records == rows["load"].records > 360
    assert rows["dbt marts"].records > 100
    whole = rows["whole build"]
    assert whole.ratio == whole.seconds / rows["plain read"].seconds
    assert "syncing it" in told
