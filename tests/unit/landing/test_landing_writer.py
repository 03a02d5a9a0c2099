"""Parts and cursor are committed together, and nothing else counts."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from handoff.errors import LandingError
from handoff.landing.housekeeping import sweep
from handoff.landing.manifest import Manifest, read_manifest
from handoff.landing.reader import iter_manifests, iter_records, verify
from handoff.landing.writer import LandingWriter

RUN_ID = "20260105T060000Z-abc123"
FOLDER = Path("portal/contacts") / RUN_ID


def new_manifest(run_id: str = RUN_ID) -> Manifest:
    return Manifest(
        source_id="portal",
        crm="hubspot",
        object="contacts",
        run_id=run_id,
        mode="full",
        started_at="2026-01-05T06:00:00.000000Z",
        updated_at="2026-01-05T06:00:00.000000Z",
        landed_at="2026-01-05T06:00:00.000000Z",
    )


def people(*ids: int) -> list[dict[str, object]]:
    return [{"id": str(id_), "properties": {"email": f"p{id_}@example.com"}} for id_ in ids]


def test_a_commit_makes_rows_of_all_streams_and_the_cursor_visible(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", people(1, 2))
        writer.write("contacts_to_companies", [{"from": {"id": "1"}, "to": []}])
        before = read_manifest(tmp_path / FOLDER / "manifest.json")
        writer.commit({"after": "2"})
    manifest = read_manifest(tmp_path / FOLDER / "manifest.json")
    assert (before.parts, before.cursor) == ([], None)
    assert [(part.file, part.rows) for part in manifest.parts] == [
        ("part-00001.contacts.ndjson.gz", 2),
        ("part-00001.contacts_to_companies.ndjson.gz", 1),
    ]
    assert manifest.cursor == {"after": "2"}
    assert list(iter_records(tmp_path, manifest, "contacts")) == people(1, 2)
    verify(tmp_path, manifest)


def test_what_was_not_committed_is_gone_and_its_number_is_used_again(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", people(1))
        writer.commit({"after": "1"})
        writer.write("contacts", people(2))
    committed = read_manifest(tmp_path / FOLDER / "manifest.json")
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [
        "manifest.json",
        "part-00001.contacts.ndjson.gz",
    ]
    with LandingWriter(tmp_path, committed) as writer:
        writer.write("contacts", people(2, 3))
        writer.complete({}, watermark="2026-01-05T06:00:00.000000Z", crm_total=3)
    manifest = next(iter_manifests(tmp_path))
    assert manifest.status == "complete"
    assert manifest.crm_total == 3
    assert [part.file for part in manifest.parts] == [
        "part-00001.contacts.ndjson.gz",
        "part-00002.contacts.ndjson.gz",
    ]
    assert [one["id"] for one in iter_records(tmp_path, manifest)] == ["1", "2", "3"]


def test_records_keep_their_keys_in_the_order_of_the_crm(tmp_path: Path) -> None:
    record = {"z": 1, "a": {"y": None, "b": "ü\u2028"}, "m": [1.5, True]}
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", [record])
        writer.commit(None)
    line = gzip.decompress((tmp_path / FOLDER / "part-00001.contacts.ndjson.gz").read_bytes())
    assert line == '{"z":1,"a":{"y":null,"b":"ü\u2028"},"m":[1.5,true]}\n'.encode()


def test_half_an_emoji_becomes_a_replacement_character_and_is_counted(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", [{"id": "1", "name": "half \ud83d"}, {"id": "2", "name": "😀"}])
        writer.commit(None)
    manifest = next(iter_manifests(tmp_path))
    assert [one["name"] for one in iter_records(tmp_path, manifest)] == ["half \ufffd", "😀"]
    assert manifest.repaired_rows == 1


def test_parts_are_due_by_rows_and_by_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handoff.landing.writer.PART_ROWS", 3)
    monkeypatch.setattr("handoff.landing.writer.PART_RAW_BYTES", 500)
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", people(1, 2))
        assert not writer.is_due
        writer.write("contacts", people(3))
        assert writer.is_due
        writer.commit(None)
        assert not writer.is_due
        writer.write("contacts", [{"id": "x" * 600}])
        assert writer.is_due


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda path: path.unlink(), "is missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes where the manifest says"),
        (
            lambda path: path.write_bytes(gzip.compress(b'{"id":"9"}\n')[:-1] + b"\0"),
            "bytes where the manifest says|another hash",
        ),
    ],
)
def test_a_damaged_part_is_named(tmp_path: Path, damage, problem: str) -> None:  # type: ignore[no-untyped-def]
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", people(1))
        writer.commit(None)
    damage(tmp_path / FOLDER / "part-00001.contacts.ndjson.gz")
    with pytest.raises(LandingError, match=problem) as caught:
        verify(tmp_path, next(iter_manifests(tmp_path)))
    assert caught.value.source == "portal"
    assert "handoff sync" in str(caught.value.fix)


def test_a_part_with_one_other_byte_is_found(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", people(1))
        writer.commit(None)
    path = tmp_path / FOLDER / "part-00001.contacts.ndjson.gz"
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # a byte of the gzip header's time stamp: the records stay readable
    path.write_bytes(bytes(data))
    with pytest.raises(LandingError, match="another hash"):
        verify(tmp_path, next(iter_manifests(tmp_path)))


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, new_manifest()):
        pass
    path = tmp_path / FOLDER / "manifest.json"
    path.write_text(path.read_text()[:40])
    with pytest.raises(LandingError, match=r"manifest\.json is damaged"):
        list(iter_manifests(tmp_path))


def test_the_next_sync_removes_what_killed_runs_left(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, new_manifest()) as writer:
        writer.write("contacts", people(1))
        writer.commit({"after": "1"})
    (tmp_path / FOLDER / "part-00002.contacts.ndjson.gz").write_bytes(b"half")
    (tmp_path / FOLDER / "manifest.json.tmp").write_bytes(b"{")
    without_manifest = tmp_path / "portal/contacts/20260106T060000Z-abc123"
    without_manifest.mkdir()
    sweep(tmp_path, "portal", "contacts")
    assert not without_manifest.exists()
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [
        "manifest.json",
        "part-00001.contacts.ndjson.gz",
    ]


def test_a_full_disk_leaves_the_last_commit_whole(tmp_path: Path) -> None:
    """The limit of a file's size stands for the disk's: the writes fail in the same places."""
    script = textwrap.dedent(
        """
        import os, resource, sys
        from pathlib import Path
        from handoff.errors import LandingError
        from handoff.landing.manifest import Manifest
        from handoff.landing.writer import LandingWriter

        manifest = Manifest.model_validate_json(sys.argv[2])
        with LandingWriter(Path(sys.argv[1]), manifest) as writer:
            writer.write("contacts", [{"id": "1"}])
            writer.commit({"after": "1"})
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
            try:
                writer.write("contacts", [{"id": os.urandom(50_000).hex()}])
                writer.commit({"after": "2"})
            except LandingError as error:
                writer.fail()
                print(error)
            else:
                sys.exit("the disk was not full")
        """
    )
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, str(tmp_path), new_manifest().model_dump_json()],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": "include"},
    )
    assert run.returncode == 0, run.stderr
    assert "The disk is full" in run.stdout
    assert "handoff sync --source portal" in run.stdout
    manifest = next(iter_manifests(tmp_path))
    assert (manifest.status, manifest.cursor) == ("failed", {"after": "1"})
    assert [one["id"] for one in iter_records(tmp_path, manifest)] == ["1"]
    verify(tmp_path, manifest)


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "portal").write_text("a file stands where the folder should be")
    with pytest.raises(LandingError, match="cannot be written"):
        LandingWriter(tmp_path, new_manifest())
