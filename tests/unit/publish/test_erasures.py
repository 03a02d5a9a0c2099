"""What was published before something was erased does not stay."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from handoff.publish.exports import drop_exports_before, point_latest

ERASED_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def made_at(folder: Path, hour: int) -> Path:
    """An export that was finished at an hour of the day of the erasure."""
    (folder / "csv").mkdir(parents=True)
    (folder / "csv/dim_people.csv").write_text("person_key\n")
    stamp = ERASED_AT.replace(hour=hour).timestamp()
    os.utime(folder, (stamp, stamp))
    return folder


def test_exports_from_before_an_erasure_go_and_later_ones_stay(tmp_path: Path) -> None:
    for name, hour in (("oldest", 3), ("old", 11), ("new", 13)):
        made_at(tmp_path / name, hour)
    latest = made_at(tmp_path / "latest-one", 11)
    point_latest(latest)
    drop_exports_before(tmp_path, ERASED_AT, latest)
    assert {path.name for path in tmp_path.iterdir()} == {"new", "latest-one", "latest"}
    assert (tmp_path / "latest").resolve() == latest
