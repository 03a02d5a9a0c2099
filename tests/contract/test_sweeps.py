"""What a sweep finds: erased people, lost links, records that reads of changes missed."""

from __future__ import annotations

from pathlib import Path

import pytest
from crm_case import CrmCase, Told, needs
from landed import everything, held, holding, rows, runs, unlisted_files
from syncing import sync

from handoff.errors import TooManyErasedError
from handoff.settings import Settings

LATER = "2025-12-02T10:00:00Z"


def test_a_sweep_lists_every_id_and_reconciles_with_the_crm(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        summary = sync(case, sandbox, settings, is_sweep_forced=True)
    assert {one.object for one in summary.sweeps} >= set(case.records)
    assert {one.mode for one in summary.sweeps} == {"sweep"}
    assert summary.erased is None
    for name in case.records:
        sweep = next(run for run in runs(settings.landing_dir, name) if run.mode == "sweep")
        there = case.there(portal, name)
        listed = rows(settings.landing_dir, sweep, f"{name}_ids")
        assert {one["id"]: one["archived"] for one in listed} == {
            id_: told.is_archived for id_, told in there.items()
        }, name
        assert sweep.crm_total in {None, sum(not one.is_archived for one in there.values())}


def test_a_sweep_is_due_after_its_hours(case: CrmCase, portal: Path, settings: Settings) -> None:
    with case.running(portal) as sandbox:
        first = sync(case, sandbox, settings, sweep_every_hours=0)
        second = sync(case, sandbox, settings, sweep_every_hours=1)
        third = sync(case, sandbox, settings, sweep_every_hours=0)
    assert (first.sweeps, second.sweeps) == ((), ())
    assert {one.object for one in third.sweeps} >= set(case.records)


def test_an_erased_person_leaves_no_trace_in_landing(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    needs(case, "erase")
    erased, other = case.people(portal)[7], case.people(portal)[8]
    address, stays = case.address(portal, erased), case.address(portal, other)
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        before = held(settings.landing_dir, case.person)
        assert holding(settings.landing_dir, address)
        case.edit(sandbox, case.person, erased, LATER, **{case.person_property: "Secret title"})
        sync(case, sandbox, settings, full=True)
        case.erase(sandbox, case.person, erased)
        summary = sync(case, sandbox, settings, is_sweep_forced=True)
        again = sync(case, sandbox, settings, is_sweep_forced=True)
        sync(case, sandbox, settings, full=True)
    assert summary.erased is not None
    assert summary.erased.records[case.person] == 1
    assert again.erased is None
    assert holding(settings.landing_dir, address) == []
    assert holding(settings.landing_dir, "Secret title") == []
    assert holding(settings.landing_dir, stays)
    assert held(settings.landing_dir, case.person) == before - {erased}
    assert unlisted_files(settings.landing_dir) == []


def test_a_merged_record_is_not_taken_for_an_erased_one(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    needs(case, "merge")
    survivor, loser, last = case.people(portal)[10:13]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        case.merge(sandbox, case.person, survivor, loser, LATER)
        case.merge(sandbox, case.person, last, survivor, LATER)
        summary = sync(case, sandbox, settings, is_sweep_forced=True)
    assert summary.erased is None
    assert {survivor, loser, last} <= held(settings.landing_dir, case.person)


def test_an_archived_record_is_not_taken_for_an_erased_one(
    case: CrmCase, portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived = case.people(portal)[10]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        case.archive(sandbox, case.person, archived, LATER)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-03T06:00:00Z")
        summary = sync(case, sandbox, settings, is_sweep_forced=True)
    assert summary.erased is None
    assert latest(case, settings, archived).is_archived


def test_a_restored_record_is_live_again(
    case: CrmCase, portal: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs(case, "restore")
    id_ = case.people(portal)[10]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        case.archive(sandbox, case.person, id_, LATER)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-03T06:00:00Z")
        sync(case, sandbox, settings)
        assert latest(case, settings, id_).is_archived
        case.restore(sandbox, case.person, id_)
        monkeypatch.setenv("HANDOFF_AS_OF", "2025-12-05T06:00:00Z")
        sync(case, sandbox, settings, is_sweep_forced=True)
    assert not latest(case, settings, id_).is_archived


def test_a_record_that_reads_of_changes_missed_is_read_by_its_id(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        # Older than the overlap, as one that a slow index gave too late.
        missed = case.create_person(sandbox, "2025-11-20T10:00:00Z")
        sync(case, sandbox, settings)
        assert missed not in held(settings.landing_dir, case.person)
        summary = sync(case, sandbox, settings, is_sweep_forced=True)
    assert missed in held(settings.landing_dir, case.person)
    assert [(one.object, one.rows) for one in summary.sweeps if one.mode == "repair"] == [
        (case.person, 1)
    ]


def test_more_erasures_than_are_likely_stop_the_sync_before_anything_goes(
    case: CrmCase, portal: Path, settings: Settings
) -> None:
    needs(case, "erase")
    gone = case.people(portal)[:21]
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
        before = everything(settings.landing_dir)
        for id_ in gone:
            case.erase(sandbox, case.person, id_)
        with pytest.raises(TooManyErasedError, match="21 of the") as caught:
            sync(case, sandbox, settings, is_sweep_forced=True)
        assert "--sweep --accept-erasures" in str(caught.value.fix)
        assert everything(settings.landing_dir) == before
        assert set(gone) <= held(settings.landing_dir, case.person)
        summary = sync(case, sandbox, settings, is_sweep_forced=True, accepts_erasures=True)
    assert summary.erased is not None
    assert summary.erased.records[case.person] == 21
    assert held(settings.landing_dir, case.person).isdisjoint(gone)


def test_the_token_of_another_account_erases_nothing(
    case: CrmCase, portal: Path, settings: Settings, tmp_path: Path
) -> None:
    with case.running(portal) as sandbox:
        sync(case, sandbox, settings)
    before = everything(settings.landing_dir)
    with (
        case.running(case.write_empty_portal(tmp_path / "other")) as other,
        pytest.raises(TooManyErasedError, match="another account"),
    ):
        sync(case, other, settings, is_sweep_forced=True)
    assert everything(settings.landing_dir) == before


def latest(case: CrmCase, settings: Settings, id_: str) -> Told:
    found = [
        case.told(case.person, row)
        for run in runs(settings.landing_dir, case.person)
        for row in rows(settings.landing_dir, run)
    ]
    return [one for one in found if one.id == id_][-1]
