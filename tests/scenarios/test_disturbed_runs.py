"""Ctrl-C at several moments, a full disk, a second run at the same time: each is told with what to
do next, and the run that follows ends where an undisturbed one ends.

All of it happens, one after the other, to one home on a small disk.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pipeline_home import ALL_STOPS, PipelineHome, pipeline_home
from quiet_files import addresses, leaks
from same_tables import RUN_TABLES, compared_tables, differing_tables
from small_disk import filled, small_disk
from watched_command import Ended, watched

from handoff.sandbox.generator import generate_portal
from handoff.sandbox.server import Fault, FaultPlan, RunningSandbox, running_sandbox

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 10, 5, 6, tzinfo=UTC)
TOKEN = "pat-eu1-a-token-that-nobody-may-see"  # noqa: S105 -- of no account
# What the last sync did, and what the CRM counted then.
# What properties there were is kept of each sync.
OF_THE_SYNC = RUN_TABLES | {"rpt_reconciliation", "stg_hubspot__properties"}
# How many requests a sync has made when Ctrl-C is pressed.
REQUESTS = (1, 12, 45)
SLOW = FaultPlan(faults=[Fault("slow", on_requests=(), seconds=0.05)])


@dataclass
class Story:
    """What happened to the disturbed home, by a name of each disturbance."""

    portal: Path
    undisturbed: PipelineHome
    disturbed: PipelineHome
    ended: dict[str, Ended] = field(default_factory=dict)
    published_after: dict[str, bool] = field(default_factory=dict)

    def keep(self, name: str, ended: Ended) -> None:
        self.ended[name] = ended
        self.published_after[name] = self.disturbed.settings.published_path.exists()


def disturb_sync(story: Story, portal: Path, disk: Path) -> None:
    """Interrupt the sync, run it twice at once, fill its disk; then let it end."""
    with running_sandbox(portal, token=TOKEN, faults=SLOW) as slow:
        home = pipeline_home(story.disturbed.settings.home, slow, AS_OF)
        for count in REQUESTS:
            story.keep(f"sync interrupted at request {count}", interrupted_sync(home, slow, count))
        slow.forget_requests()
        with watched(home, "sync") as first:
            first.wait_until(lambda: len(slow.requests) > 0, "its first request")
            with watched(home, "sync") as second:
                story.keep("second sync", second.end())
            story.ended["first sync"] = Ended(0, "", first.process_id, left_running=True)
            first.press_ctrl_c()
    with filled(disk, free_bytes=4096), watched(story.disturbed, "sync") as command:
        story.keep("sync on a full disk", command.end())
    with watched(story.disturbed, "sync") as command:
        story.keep("sync at last", command.end())


def interrupted_sync(home: PipelineHome, sandbox: RunningSandbox, count: int) -> Ended:
    sandbox.forget_requests()
    with watched(home, "sync") as command:
        command.wait_until(lambda: len(sandbox.requests) >= count, f"request {count}")
        return command.press_ctrl_c()


def disturb_build(story: Story, disk: Path) -> None:
    """Fill the disk of the build, interrupt it while it loads, checks and runs dbt."""
    home = story.disturbed
    lock = home.settings.home / "warehouse.lock"
    with filled(disk, free_bytes=64 * 1024), watched(home, "build") as command:
        story.keep("build on a full disk", command.end())
    with watched(home, "build") as command:
        command.wait_until(lambda: lock.exists() and lock.stat().st_size > 0, "the writer's lock")
        story.keep("build interrupted in load", command.press_ctrl_c())
    with watched(home, "build") as command:
        command.wait_for_stop("load")
        time.sleep(1.0)
        story.keep("build interrupted in check_arrived", command.press_ctrl_c())
    with watched(home, "build") as first:
        first.wait_for_stop("dbt_staging")
        with watched(home, "build") as second:
            story.keep("second build", second.end())
        story.ended["first build"] = Ended(0, "", first.process_id, left_running=True)
        # By now dbt writes the second layer.
        first.wait_until(lambda: _has_tables(home), "the first tables of the second layer")
        story.keep("build interrupted in dbt_intermediate", first.press_ctrl_c())


def _has_tables(home: PipelineHome) -> bool:
    log = home.settings.home / "dbt" / "logs" / "dbt.log"
    return log.exists() and "int_people__" in log.read_text(errors="replace")


def disturb_publish(story: Story) -> None:
    """Interrupt the publish after its checks."""
    with watched(story.disturbed, "publish") as command:
        command.wait_for_stop("check_leaving")
        time.sleep(0.3)
        story.keep("publish interrupted", command.press_ctrl_c())


def end_undisturbed(home: PipelineHome) -> None:
    home.run(("load", "check_arrived"))
    home.build_at_once()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("disturbed")
    portal = folder / "portal"
    generate_portal(portal, people=130, ends_at=AS_OF)
    after_build = ALL_STOPS[ALL_STOPS.index("check_leaving") :]
    with (
        small_disk(folder / "disk") as disk,
        running_sandbox(portal, token=TOKEN) as sandbox,
    ):
        undisturbed = pipeline_home(folder / "undisturbed", sandbox, AS_OF)
        undisturbed.run(("sync",))
        end_undisturbed(undisturbed)
        undisturbed.run(after_build)
        story = Story(portal, undisturbed, pipeline_home(disk / "home", sandbox, AS_OF))
        disturb_sync(story, portal, disk)
        disturb_build(story, disk)
        end_undisturbed(story.disturbed)
        disturb_publish(story)
        story.disturbed.run(after_build)
        yield story


INTERRUPTIONS = {
    **{f"sync interrupted at request {count}": "handoff sync" for count in REQUESTS},
    "build interrupted in load": "handoff build",
    "build interrupted in check_arrived": "handoff build",
    "build interrupted in dbt_intermediate": "handoff build",
    "publish interrupted": "handoff publish",
}


@pytest.mark.parametrize(("moment", "command"), INTERRUPTIONS.items())
def test_ctrl_c_ends_with_the_command_that_goes_on(story: Story, moment: str, command: str) -> None:
    ended = story.ended[moment]
    assert ended.exit_code == 130, ended.said
    assert "Traceback" not in ended.said
    assert "stopped" in ended.said or "Interrupted" in ended.said
    assert command in ended.said
    assert not ended.left_running, "a process of the run outlived it"


def test_a_full_disk_is_told_by_the_sync(story: Story) -> None:
    ended = story.ended["sync on a full disk"]
    assert ended.exit_code == 1
    assert "disk is full" in ended.said
    assert "source  hubspot" in ended.said
    assert "next " in ended.said
    assert "Traceback" not in ended.said
    assert story.ended["sync at last"].exit_code == 0


def test_a_full_disk_is_told_by_the_build(story: Story) -> None:
    ended = story.ended["build on a full disk"]
    assert ended.exit_code == 1
    assert "The disk of warehouse.duckdb is full" in ended.said
    assert "make room on the disk" in ended.said
    assert "handoff build" in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.parametrize("verb", ["sync", "build"])
def test_a_second_run_is_told_who_is_at_work(story: Story, verb: str) -> None:
    second, first = story.ended[f"second {verb}"], story.ended[f"first {verb}"]
    assert second.exit_code == 4, second.said
    assert f"(pid {first.process_id})" in second.said
    assert f"ps -p {first.process_id}" in second.said


def test_nothing_is_published_until_all_is_done(story: Story) -> None:
    assert story.published_after
    assert not any(story.published_after.values())
    assert story.disturbed.settings.published_path.exists()


@pytest.mark.parametrize("layer", ["staging", "intermediate", "marts"])
def test_what_was_disturbed_ends_as_what_was_not(story: Story, layer: str) -> None:
    one, other = story.undisturbed.settings, story.disturbed.settings
    assert compared_tables(one.warehouse_path, [layer]) > 10
    assert differing_tables(
        one.warehouse_path,
        other.warehouse_path,
        [layer],
        ignored_tables=OF_THE_SYNC,
    ) == {}  # fmt: skip


def test_what_is_published_is_the_same(story: Story) -> None:
    one, other = story.undisturbed.settings, story.disturbed.settings
    assert differing_tables(
        one.published_path,
        other.published_path,
        ["reporting"],
        ignored_tables=OF_THE_SYNC,
    ) == {}  # fmt: skip


def test_what_is_held_is_what_the_crm_counts(story: Story) -> None:
    query = "select object, held_count, left_over_count from rpt_reconciliation order by object"
    held = story.disturbed.published(query)
    assert [row[:2] for row in held] == [row[:2] for row in story.undisturbed.published(query)]
    assert {left_over for *_, left_over in held} <= {0, None}


def test_nothing_half_done_is_left(story: Story) -> None:
    home = story.disturbed.settings.home
    left = [path for path in home.rglob("*") if ".building" in path.name or ".tmp" in path.name]
    assert left == []
    exports = [path for path in story.disturbed.settings.exports_dir.iterdir() if path.is_dir()]
    assert {path.resolve().name for path in exports} == {exports[0].resolve().name}


def test_no_output_and_no_log_tells_a_secret_or_an_address(story: Story) -> None:
    people = addresses(story.portal)
    assert len(people) > 100
    said = [ended.said for ended in story.ended.values()]
    secrets = {TOKEN, *people}
    assert leaks(story.disturbed.settings.home, said, secrets=secrets) == []
    assert leaks(story.undisturbed.settings.home, [], secrets=secrets) == []
