"""What every connector does: all records, then what changed, nothing lost, nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crm_case import CrmCase, needs
from crm_cases import CASES
from landed import everything, held, rows, runs, statuses, unlisted_files
from syncing import modes, sync

from handoff.crm.registry import CRMS
from handoff.errors import CrmError, LandingError, SettingsError, SourceBusyError
from handoff.landing.manifest import FILE_NAME
from handoff.landing.source_lock import source_lock
from handoff.settings import Settings

AT = "2025-12-02T10:00:00Z"
NEXT_DAY = "2025-12-03T06:00:00Z"


def test_every_connector_has_a_case() -> None:
    assert set(CASES) == set(CRMS)


def test_a_full_read_lands_every_record_of_the_portal(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        summary = sync(case, sandbox, settings)
    assert set(modes(summary).values()) == {"full"}
    assert statuses(settings.landing_dir) == {"complete"}
    for name in case.records:
        (run,) = runs(settings.landing_dir, name)
        there = case.there(portal, name)
        landed = [case.told(name, row) for row in rows(settings.landing_dir, run)]
        assert len(landed) == len(there) > 0, name
        assert run.crm_total == sum(not one.is_archived for one in there.values()), name
        for one in landed:
            known = there[one.id]
            assert one.is_archived is known.is_archived, one.id
            # Of the portal's values those that are asked for arrive, and none is another one.
            assert one.values.items() <= known.values.items(), one.id
    people = [case.told(case.person, row) for row in landed_people(case, settings)]
    assert any(case.person_property in one.values for one in people)


def test_two_full_reads_land_the_same(
    case: CrmCase, portal: Path, settings: Settings, tmp_path: Path
) -> None:
    other = Settings(home=tmp_path / "other", playbook_dir=tmp_path, as_of=None)
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        first = everything(settings.landing_dir)
        sync(case, sandbox, settings, full=True)
        sync(case, sandbox, other)
    assert everything(settings.landing_dir) == first
    assert everything(other.landing_dir) == first


def test_reading_changes_twice_lands_nothing_new(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        for _ in range(2):
            summary = sync(case, sandbox, settings)
            changed = {one.object: one.rows for one in summary.objects if one.mode != "full"}
            assert set(case.records) <= set(changed)
            assert set(changed.values()) == {0}
    first, *later = runs(settings.landing_dir, case.person)
    assert {run.crm_total for run in later} <= {first.crm_total, None}


def test_what_happens_between_two_syncs_arrives(
    case: CrmCase, portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited, archived, survivor, loser = case.people(portal)[20:24]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        case.edit(sandbox, case.person, edited, AT, **{case.person_property: "Edited since"})
        created = case.create_person(sandbox, AT)
        case.archive(sandbox, case.person, archived, AT)
        if "merge" in case.can:
            case.merge(sandbox, case.person, survivor, loser, AT)
        monkeypatch.setenv("HANDOFF_AS_OF", NEXT_DAY)
        assert modes(sync(case, sandbox, settings))[case.person] == "incremental"
        newest = runs(settings.landing_dir, case.person)[-1]
        landed = {
            one.id: one
            for one in (case.told(case.person, row) for row in rows(settings.landing_dir, newest))
        }
        assert {edited, created} <= set(landed)
        assert len(landed) <= 5
        assert landed[edited].values[case.person_property] == "Edited since"
        if "tells_archived" in case.can:
            assert landed[archived].is_archived
        if "merge" in case.can:
            assert survivor in landed
        before = held(settings.landing_dir, case.person)
        assert set(modes(sync(case, sandbox, settings, full=True)).values()) == {"full"}
    assert held(settings.landing_dir, case.person) == before


def test_an_edit_at_the_instant_of_the_sync_is_not_lost(
    case: CrmCase, portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = case.people(portal)[20]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-02T06:00:00Z")
        case.edit(
            sandbox, case.person, id_, "2025-12-02T06:00:00.000Z", **{case.person_property: "Now"}
        )
        sync(case, sandbox, settings)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-02T07:30:00Z")
        sync(case, sandbox, settings)
    later = runs(settings.landing_dir, case.person)[1:]
    found = [
        case.told(case.person, row).id for run in later for row in rows(settings.landing_dir, run)
    ]
    assert set(found) == {id_}


def test_an_edit_within_the_overlap_is_read_again(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    inside, before = case.people(portal)[20:22]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        # Both after the read, as a slow index would give them, and stamped before it.
        values = {case.person_property: "Late"}
        case.edit(sandbox, case.person, inside, "2025-12-01T05:30:00Z", **values)
        case.edit(sandbox, case.person, before, "2025-12-01T04:59:00Z", **values)
        sync(case, sandbox, settings)
    newest = runs(settings.landing_dir, case.person)[-1]
    landed = [case.told(case.person, row).id for row in rows(settings.landing_dir, newest)]
    assert landed == [inside]


def test_an_empty_portal_syncs(case: CrmCase, settings: Settings, tmp_path: Path) -> None:
    with case.running(case.write_empty_portal(tmp_path / "empty")) as sandbox:
        sync(case, sandbox, settings)
        sync(case, sandbox, settings, is_sweep_forced=True)
    assert statuses(settings.landing_dir) == {"complete"}
    for name in case.records:
        assert held(settings.landing_dir, name) == set()
        assert runs(settings.landing_dir, name)[0].crm_total == 0


def test_a_portal_of_one_person_syncs(case: CrmCase, settings: Settings, tmp_path: Path) -> None:
    with case.running(case.write_portal_of_one_person(tmp_path / "one")) as sandbox:
        sync(case, sandbox, settings)
    (run,) = runs(settings.landing_dir, case.person)
    assert (run.crm_total, run.rows(case.person)) == (1, 1)


def test_only_the_named_objects_are_read(case: CrmCase, portal: Path, settings: Settings) -> None:
    wanted = {case.records[0], case.records[-1]}
    with case.running(portal) as sandbox:
        summary = sync(case, sandbox, settings, objects=sorted(wanted))
        with pytest.raises(SettingsError, match="nonsense"):
            sync(case, sandbox, settings, objects=["nonsense"])
    assert set(modes(summary)) == wanted


def test_a_wrong_token_is_told_before_anything_lands(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox, pytest.raises(CrmError) as caught:
        sync(case, sandbox, settings, token="wrong-token")  # noqa: S106
    assert "AIRFLOW_CONN_HANDOFF_CASE" in str(caught.value)
    assert "wrong-token" not in str(caught.value)
    assert list(settings.landing_dir.glob("*/*/*")) == []


def test_a_missing_scope_stops_the_sync_and_names_what_cannot_be_read(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    needs(case, "scopes")
    with (
        case.running(portal, **case.missing_scopes(case.person)) as sandbox,
        pytest.raises(CrmError) as caught,
    ):
        sync(case, sandbox, settings)
    assert (caught.value.source, caught.value.object) == ("case", case.person)
    assert caught.value.fix


def test_what_the_account_does_not_cover_is_said_and_the_rest_is_read(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    needs(case, "scopes")
    told = []
    with case.running(portal, missing_scopes=set(case.optional)) as sandbox:
        summary = sync(case, sandbox, settings, progress=told.append)
    missing = [one.object for one in summary.objects if one.state == "not_entitled"]
    assert set(case.optional) <= set(missing)
    assert {p.object for p in told if p.state == "not_entitled"} == set(missing)
    assert all(not (settings.landing_dir / "case" / name).exists() for name in missing)
    assert runs(settings.landing_dir, case.person)[0].status == "complete"
    assert "not covered" in str(summary)


def test_an_unknown_property_stops_before_anything_is_read(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    wrong = f"{case.person_property}x"
    with case.running(portal) as sandbox, pytest.raises(CrmError) as caught:
        sync(
            case,
            sandbox,
            settings,
            tracked={case.person: [wrong]},
            named_in={f"{case.person}.{wrong}": Path("fields.yml")},
        )
    assert repr(wrong) in str(caught.value)
    assert case.person_property in str(caught.value)
    assert "edit fields.yml" in str(caught.value.fix)
    assert list(settings.landing_dir.glob("*/*/*")) == []


def test_a_property_that_was_removed_is_told_once_and_stops_nothing(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    needs(case, "remove_property")
    tracked = {case.person: [case.person_property]}
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings, tracked=tracked)
        case.remove_property(sandbox, case.person, case.person_property)
        first = sync(case, sandbox, settings, tracked=tracked)
        full = sync(case, sandbox, settings, tracked=tracked, full=True)
    (note,) = first.notes
    assert f"{case.person}.{case.person_property}" in note
    assert note in str(first)
    assert full.notes == ()


def test_a_second_sync_of_the_source_is_refused(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    with (
        case.running(portal) as sandbox,
        source_lock(settings.landing_dir, "case"),
        pytest.raises(SourceBusyError, match="pid"),
    ):
        sync(case, sandbox, settings)


def test_progress_counts_up_to_the_rows(case: CrmCase, portal: Path, settings: Settings) -> None:
    told = []
    with case.running(portal) as sandbox:
        summary = sync(case, sandbox, settings, progress=told.append)
    last = {p.object: p for p in told}
    assert {name: p.state for name, p in last.items()} == dict.fromkeys(last, "complete")
    assert {one.object: one.rows for one in summary.objects} == {
        name: p.rows for name, p in last.items()
    }


def test_nothing_unlisted_is_left(case: CrmCase, portal: Path, settings: Settings) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
    assert unlisted_files(settings.landing_dir) == []


def test_a_sync_as_of_the_future_is_refused(
    case: CrmCase, portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDOFF_AS_OF", "2999-01-01T00:00:00Z")
    with case.running(portal) as sandbox, pytest.raises(SettingsError, match="not come yet"):
        sync(case, sandbox, settings)
    assert not settings.landing_dir.exists()


def test_a_watermark_of_the_future_loses_no_change(
    case: CrmCase, portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = case.people(portal)[20]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        rewrite(settings, case.person, watermark="2999-01-01T00:00:00.000000Z")
        case.edit(sandbox, case.person, id_, AT, **{case.person_property: "Edited since"})
        monkeypatch.setenv("HANDOFF_AS_OF", NEXT_DAY)
        summary = sync(case, sandbox, settings)
    assert modes(summary)[case.person] == "full"
    landed = [case.told(case.person, row) for row in landed_people(case, settings)]
    found = [one for one in landed if one.id == id_][-1]
    assert found.values[case.person_property] == "Edited since"


@pytest.mark.parametrize("cursor", [{}, {"phase": "nowhere"}, {"after": [1]}, {"live": "many"}])
def test_a_cursor_that_makes_no_sense_is_not_gone_on_from(
    case: CrmCase, portal: Path, settings: Settings, cursor: dict[str, object]
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        undisturbed = held(settings.landing_dir, case.person)
        rewrite(settings, case.person, status="failed", cursor=cursor, parts=[])
        sync(case, sandbox, settings)
    assert held(settings.landing_dir, case.person) == undisturbed
    assert statuses(settings.landing_dir) == {"complete"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"manifest_version": 1}', '{"manifest_version": 2}']
)
def test_a_damaged_manifest_is_named_with_what_to_do(
    case: CrmCase, portal: Path, settings: Settings, text: str
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        (run,) = runs(settings.landing_dir, case.person)
        path = run.folder(settings.landing_dir) / FILE_NAME
        path.write_text(text)
        with pytest.raises(LandingError) as caught:
            sync(case, sandbox, settings)
    assert str(path) in str(caught.value)
    assert caught.value.fix


def landed_people(case: CrmCase, settings: Settings) -> list[dict[str, object]]:
    return [
        row
        for run in runs(settings.landing_dir, case.person)
        for row in rows(settings.landing_dir, run)
    ]


def rewrite(settings: Settings, name: str, **changes: object) -> None:
    """Change the manifest of the newest run of an object by hand."""
    path = runs(settings.landing_dir, name)[-1].folder(settings.landing_dir) / FILE_NAME
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
